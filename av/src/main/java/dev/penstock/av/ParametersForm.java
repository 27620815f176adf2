package dev.penstock.av;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Codec parameters as bytes, for spools. Every field of {@code AVCodecParameters} of libavcodec 62;
 * read by the build that wrote them only.
 */
final class ParametersForm {
  private static final int MAX_BYTES = 1 << 28;

  private ParametersForm() {}

  static void write(AVCodecParameters from, DataOutput out) throws IOException {
    out.writeInt(from.codec_type());
    out.writeInt(from.codec_id());
    out.writeInt(from.codec_tag());
    writeBytes(from.extradata(), from.extradata_size(), out);
    out.writeInt(from.nb_coded_side_data());
    for (int i = 0; i < from.nb_coded_side_data(); i++) {
      AVPacketSideData data = from.coded_side_data().getPointer(i);
      out.writeInt(data.type());
      writeBytes(data.data(), data.size(), out);
    }
    out.writeInt(from.format());
    out.writeLong(from.bit_rate());
    out.writeInt(from.bits_per_coded_sample());
    out.writeInt(from.bits_per_raw_sample());
    out.writeInt(from.profile());
    out.writeInt(from.level());
    writePicture(from, out);
    writeSound(from, out);
  }

  private static void writePicture(AVCodecParameters from, DataOutput out) throws IOException {
    out.writeInt(from.width());
    out.writeInt(from.height());
    writeRatio(from.sample_aspect_ratio(), out);
    writeRatio(from.framerate(), out);
    out.writeInt(from.field_order());
    out.writeInt(from.color_range());
    out.writeInt(from.color_primaries());
    out.writeInt(from.color_trc());
    out.writeInt(from.color_space());
    out.writeInt(from.chroma_location());
    out.writeInt(from.video_delay());
  }

  private static void writeSound(AVCodecParameters from, DataOutput out) throws IOException {
    out.writeUTF(layout(from));
    out.writeInt(from.sample_rate());
    out.writeInt(from.block_align());
    out.writeInt(from.frame_size());
    out.writeInt(from.initial_padding());
    out.writeInt(from.trailing_padding());
    out.writeInt(from.seek_preroll());
  }

  private static String layout(AVCodecParameters from) {
    if (from.ch_layout().nb_channels() == 0) {
      return "";
    }
    byte[] text = new byte[256];
    int size = avutil.av_channel_layout_describe(from.ch_layout(), text, text.length);
    return size <= 0 ? "" : new String(text, 0, size - 1, java.nio.charset.StandardCharsets.UTF_8);
  }

  static void read(AVCodecParameters to, DataInput in, LogScope log) throws IOException {
    to.codec_type(in.readInt());
    to.codec_id(in.readInt());
    to.codec_tag(in.readInt());
    byte[] extradata = readBytes(in);
    if (extradata.length > 0) {
      to.extradata(padded(extradata)).extradata_size(extradata.length);
    }
    readSideData(to, in);
    to.format(in.readInt());
    to.bit_rate(in.readLong());
    to.bits_per_coded_sample(in.readInt());
    to.bits_per_raw_sample(in.readInt());
    to.profile(in.readInt());
    to.level(in.readInt());
    readPicture(to, in);
    readSound(to, in, log);
  }

  private static void readSideData(AVCodecParameters to, DataInput in) throws IOException {
    int count = in.readInt();
    AVPacketSideData list = new AVPacketSideData(null);
    int[] size = {0};
    for (int i = 0; i < count; i++) {
      int type = in.readInt();
      byte[] bytes = readBytes(in);
      AVPacketSideData copy =
          AvException.requireAllocated(
              avcodec.av_packet_side_data_new(list, size, type, bytes.length, 0), "side data");
      copy.data().put(bytes);
      to.coded_side_data(list).nb_coded_side_data(size[0]);
    }
  }

  private static void readPicture(AVCodecParameters to, DataInput in) throws IOException {
    to.width(in.readInt());
    to.height(in.readInt());
    readRatio(to.sample_aspect_ratio(), in);
    readRatio(to.framerate(), in);
    to.field_order(in.readInt());
    to.color_range(in.readInt());
    to.color_primaries(in.readInt());
    to.color_trc(in.readInt());
    to.color_space(in.readInt());
    to.chroma_location(in.readInt());
    to.video_delay(in.readInt());
  }

  private static void readSound(AVCodecParameters to, DataInput in, LogScope log)
      throws IOException {
    String layout = in.readUTF();
    if (!layout.isEmpty()) {
      AvException.check(
          avutil.av_channel_layout_from_string(to.ch_layout(), layout),
          "read",
          "channel layout " + layout,
          log);
    }
    to.sample_rate(in.readInt());
    to.block_align(in.readInt());
    to.frame_size(in.readInt());
    to.initial_padding(in.readInt());
    to.trailing_padding(in.readInt());
    to.seek_preroll(in.readInt());
  }

  private static void writeRatio(AVRational ratio, DataOutput out) throws IOException {
    out.writeInt(ratio.num());
    out.writeInt(ratio.den());
  }

  private static void readRatio(AVRational ratio, DataInput in) throws IOException {
    ratio.num(in.readInt()).den(in.readInt());
  }

  static void writeBytes(BytePointer from, long size, DataOutput out) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(size)];
    if (bytes.length > 0) {
      from.get(bytes);
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInput in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > MAX_BYTES) {
      throw new IOException("a length of " + size);
    }
    byte[] bytes = new byte[size];
    in.readFully(bytes);
    return bytes;
  }

  /** As libavcodec wants its headers: readers may run over the end. */
  private static BytePointer padded(byte[] bytes) {
    Pointer memory = avutil.av_mallocz(bytes.length + avcodec.AV_INPUT_BUFFER_PADDING_SIZE);
    BytePointer data = AvException.requireAllocated(new BytePointer(memory), "codec header");
    data.put(bytes);
    return data;
  }
}
