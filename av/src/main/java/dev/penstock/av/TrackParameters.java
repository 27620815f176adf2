package dev.penstock.av;

import dev.penstock.model.Rational;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * What a muxer must know of a track before it writes its header. A copy: it stays valid, and may go
 * to another thread, while the encoder or demuxer it came from goes on.
 */
public final class TrackParameters extends Handle {
  private final AVCodecParameters parameters;
  private final LogScope log;
  private Rational timeBase = Timestamp.MICROSECONDS;
  private int[] averageRate = {0, 1};
  private int[] nominalRate = {0, 1};
  private int[] sampleAspect = {0, 1};

  private TrackParameters(LogScope log) {
    super("track parameters");
    this.parameters =
        AvException.requireAllocated(avcodec.avcodec_parameters_alloc(), "track parameters");
    this.log = log;
  }

  /** Those of an encoder's packets. */
  public static TrackParameters of(Encoder encoder, LogScope log) {
    TrackParameters copy = of(encoder.nativeContext(), log);
    copy.timeBase = encoder.timeBase();
    copy.averageRate = pair(encoder.nativeContext().framerate());
    copy.sampleAspect = pair(encoder.nativeContext().sample_aspect_ratio());
    return copy;
  }

  /** Those of a subtitle converter's packets. */
  public static TrackParameters of(SubtitleConverter converter, LogScope log) {
    return of(converter.nativeEncoder(), log);
  }

  private static TrackParameters of(AVCodecContext context, LogScope log) {
    TrackParameters copy = new TrackParameters(log);
    copy.fill(avcodec.avcodec_parameters_from_context(copy.parameters, context));
    return copy;
  }

  /** Those of an input track's packets as they are. */
  public static TrackParameters of(Demuxer input, int track, LogScope log) {
    AVStream stream = input.stream(track);
    TrackParameters copy = new TrackParameters(log);
    copy.fill(avcodec.avcodec_parameters_copy(copy.parameters, stream.codecpar()));
    copy.timeBase = input.timeBase(track);
    copy.averageRate = pair(stream.avg_frame_rate());
    copy.nominalRate = pair(stream.r_frame_rate());
    copy.sampleAspect = pair(stream.sample_aspect_ratio());
    return copy;
  }

  /**
   * An input's cover picture as an attached file, which is how Matroska holds covers: the muxer
   * writes it with the header and gets no packets.
   */
  public static TrackParameters ofAttachedCover(Demuxer input, int track, LogScope log) {
    TrackParameters copy = of(input, track, log);
    AVPacket picture = input.stream(track).attached_pic();
    copy.parameters.codec_type(avutil.AVMEDIA_TYPE_ATTACHMENT);
    BytePointer data =
        AvException.requireAllocated(
            new BytePointer(
                avutil.av_mallocz(picture.size() + avcodec.AV_INPUT_BUFFER_PADDING_SIZE)),
            "cover picture");
    Pointer.memcpy(data, picture.data(), picture.size());
    avutil.av_free(copy.parameters.extradata());
    copy.parameters.extradata(data).extradata_size(picture.size());
    return copy;
  }

  /** Writes all of it, for {@link #readFrom}. */
  void writeTo(DataOutput out) throws IOException {
    requireOpen();
    ParametersForm.write(parameters, out);
    out.writeInt(timeBase.num());
    out.writeInt(timeBase.den());
    for (int[] pair : List.of(averageRate, nominalRate, sampleAspect)) {
      out.writeInt(pair[0]);
      out.writeInt(pair[1]);
    }
  }

  /** What {@link #writeTo} wrote; the caller closes it. */
  static TrackParameters readFrom(DataInput in, LogScope log) throws IOException {
    Natives.load();
    TrackParameters copy = new TrackParameters(log);
    try {
      ParametersForm.read(copy.parameters, in, log);
      copy.timeBase = new Rational(in.readInt(), in.readInt());
      copy.averageRate = readPair(in);
      copy.nominalRate = readPair(in);
      copy.sampleAspect = readPair(in);
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private static int[] readPair(DataInput in) throws IOException {
    return new int[] {in.readInt(), in.readInt()};
  }

  /**
   * Whether a decoder set up for one can decode the packets of the other: same codec, same header,
   * same picture or sound.
   */
  public boolean decodesLike(TrackParameters other) {
    AVCodecParameters a = parameters;
    AVCodecParameters b = other.parameters;
    return a.codec_id() == b.codec_id()
        && a.format() == b.format()
        && a.width() == b.width()
        && a.height() == b.height()
        && a.sample_rate() == b.sample_rate()
        && timeBase.equals(other.timeBase)
        && Arrays.equals(header(), other.header());
  }

  /** A copy of the global header; empty without one. */
  public byte[] header() {
    requireOpen();
    byte[] bytes = new byte[parameters.extradata_size()];
    if (bytes.length > 0) {
      parameters.extradata().get(bytes);
    }
    return bytes;
  }

  /** Bytes of the global header, or of an attached file. */
  public int headerSize() {
    requireOpen();
    return parameters.extradata_size();
  }

  /** Carries an input track's display matrix over. */
  public void copyRotation(Demuxer input, int track) {
    requireOpen();
    AVCodecParameters from = input.stream(track).codecpar();
    AVPacketSideData data =
        avcodec.av_packet_side_data_get(
            from.coded_side_data(), from.nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (data == null) {
      return;
    }
    AVPacketSideData list = new AVPacketSideData(parameters.coded_side_data());
    int[] count = {parameters.nb_coded_side_data()};
    AVPacketSideData copy =
        AvException.requireAllocated(
            avcodec.av_packet_side_data_new(
                list, count, avcodec.AV_PKT_DATA_DISPLAYMATRIX, data.size(), 0),
            "display matrix");
    Pointer.memcpy(copy.data(), data.data(), data.size());
    parameters.coded_side_data(list);
    parameters.nb_coded_side_data(count[0]);
  }

  /** Writes itself onto a track of an output. */
  void applyTo(AVStream stream) {
    requireOpen();
    AvException.check(
        avcodec.avcodec_parameters_copy(stream.codecpar(), parameters), "copy", name(), log);
    stream.time_base().num(timeBase.num()).den(timeBase.den());
    stream.avg_frame_rate().num(averageRate[0]).den(averageRate[1]);
    stream.r_frame_rate().num(nominalRate[0]).den(nominalRate[1]);
    stream.sample_aspect_ratio().num(sampleAspect[0]).den(sampleAspect[1]);
  }

  /** libav's name of the codec. */
  public String codec() {
    requireOpen();
    return avcodec.avcodec_get_name(parameters.codec_id()).getString();
  }

  public boolean isVideo() {
    requireOpen();
    return parameters.codec_type() == avutil.AVMEDIA_TYPE_VIDEO;
  }

  /** Of sound, else 0. */
  public int sampleRate() {
    requireOpen();
    return parameters.sample_rate();
  }

  /** How much sound is there for the decoder to start up, and not to be heard; microseconds. */
  public long paddingMicros() {
    requireOpen();
    int rate = parameters.sample_rate();
    return rate > 0 ? parameters.initial_padding() * 1_000_000L / rate : 0;
  }

  /** Of sound, else 0. */
  public int channels() {
    requireOpen();
    return parameters.ch_layout().nb_channels();
  }

  /** Unit of the timestamps of the packets. */
  public Rational timeBase() {
    return timeBase;
  }

  AVCodecParameters nativeParameters() {
    requireOpen();
    return parameters;
  }

  private static int[] pair(AVRational value) {
    return new int[] {value.num(), value.den()};
  }

  /** Checks the copy it was born from. */
  private void fill(int code) {
    try {
      AvException.check(code, "copy", name(), log);
    } catch (AvException e) {
      close();
      throw e;
    }
  }

  @Override
  void release() {
    avcodec.avcodec_parameters_free(parameters);
  }
}
