package dev.penstock.av;

import dev.penstock.model.Rational;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** Coded data of one track: one access unit of video, one frame of audio. */
public final class Packet extends Handle {
  /** Least length of {@code AV_PKT_DATA_QUALITY_STATS}. */
  private static final int QUALITY_STATS = 8;

  private final AVPacket packet;

  private Packet(AVPacket packet) {
    super("packet");
    this.packet = packet;
  }

  /** An empty one. */
  public static Packet create() {
    Natives.load();
    return new Packet(AvException.requireAllocated(avcodec.av_packet_alloc(), "packet"));
  }

  /** Takes over what {@code this} refers to; {@code this} is left empty and open. */
  public Packet move() {
    AVPacket source = nativePacket();
    Packet target = create();
    avcodec.av_packet_move_ref(target.nativePacket(), source);
    return target;
  }

  /** A second reference to the same data. */
  public Packet share() {
    Packet target = create();
    try {
      AvException.check(
          avcodec.av_packet_ref(target.nativePacket(), nativePacket()),
          "share",
          "packet",
          LogScope.silent());
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** Forgets the data; the packet can be filled again. */
  public void clear() {
    avcodec.av_packet_unref(nativePacket());
  }

  AVPacket nativePacket() {
    requireOpen();
    return packet;
  }

  /** Index of the track it belongs to. */
  public int track() {
    return nativePacket().stream_index();
  }

  public void setTrack(int track) {
    nativePacket().stream_index(track);
  }

  /** {@link Timestamp#NONE} when unknown. */
  public long pts() {
    return nativePacket().pts();
  }

  /** {@link Timestamp#NONE} when unknown. */
  public long dts() {
    return nativePacket().dts();
  }

  public long duration() {
    return nativePacket().duration();
  }

  public void setTimes(long pts, long dts, long duration) {
    nativePacket().pts(pts).dts(dts).duration(duration);
  }

  public void rescale(Rational from, Rational to) {
    setTimes(
        Timestamp.rescale(pts(), from, to),
        Timestamp.rescale(dts(), from, to),
        Timestamp.rescale(duration(), from, to));
  }

  public int size() {
    return nativePacket().size();
  }

  public boolean isKey() {
    return (nativePacket().flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
  }

  /** Whether the demuxer marked it as damaged. */
  public boolean isCorrupt() {
    return (nativePacket().flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0;
  }

  /** Whether what it decodes to is not shown, as before the start of an edit list. */
  public boolean isHidden() {
    return (nativePacket().flags() & avcodec.AV_PKT_FLAG_DISCARD) != 0;
  }

  /**
   * Parameter sets by which it and what follows is to be decoded, in the form of the container;
   * null when those before it go on.
   */
  byte @Nullable [] newParameters() {
    if (nativePacket().side_data_elems() == 0) {
      return null;
    }
    SizeTPointer size = new SizeTPointer(1);
    BytePointer data =
        avcodec.av_packet_get_side_data(nativePacket(), avcodec.AV_PKT_DATA_NEW_EXTRADATA, size);
    if (data == null) {
      return null;
    }
    byte[] bytes = new byte[Math.toIntExact(size.get())];
    data.get(bytes);
    return bytes;
  }

  /** Says with it by which parameter sets it is to be decoded. */
  void setNewParameters(byte[] bytes) {
    BytePointer data =
        AvException.requireAllocated(
            avcodec.av_packet_new_side_data(
                nativePacket(), avcodec.AV_PKT_DATA_NEW_EXTRADATA, bytes.length),
            "packet");
    data.put(bytes);
  }

  /** The settings of a WebVTT cue; empty without any. */
  public String webVttSettings() {
    SizeTPointer size = new SizeTPointer(1);
    BytePointer data =
        avcodec.av_packet_get_side_data(nativePacket(), avcodec.AV_PKT_DATA_WEBVTT_SETTINGS, size);
    if (data == null) {
      return "";
    }
    byte[] bytes = new byte[Math.toIntExact(size.get())];
    data.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The average quantiser that the encoder used for it, on the scale of its codec: higher is
   * coarser. Empty for packets that an encoder did not make, and encoders that do not tell.
   */
  public OptionalDouble averageQp() {
    return quality().quantiser();
  }

  /** What its encoder tells of how it is coded. */
  public CodedQuality quality() {
    ByteBuffer stats = qualityStats();
    return stats == null ? CodedQuality.NONE : CodedQuality.of(stats);
  }

  /** Adds to {@link #averageQp}, if it is known. */
  void shiftQp(int by) {
    ByteBuffer stats = qualityStats();
    if (stats != null) {
      stats.putInt(0, stats.getInt(0) + by * avutil.FF_QP2LAMBDA);
    }
  }

  /** libavcodec/packet.h: {@code u32le quality, u8 picture type, u8 error count, …}. */
  private @Nullable ByteBuffer qualityStats() {
    SizeTPointer size = new SizeTPointer(1);
    BytePointer data =
        avcodec.av_packet_get_side_data(nativePacket(), avcodec.AV_PKT_DATA_QUALITY_STATS, size);
    return data == null || size.get() < QUALITY_STATS
        ? null
        : data.capacity(size.get()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Takes {@code length} bytes out, from {@code at} on. Others that share the data keep it. */
  public void remove(int at, int length) {
    AVPacket own = nativePacket();
    int after = Objects.checkFromIndexSize(at, length, own.size()) + length;
    int code = avcodec.av_packet_make_writable(own);
    if (code < 0) {
      throw new AvException(code, "change", "packet", "");
    }
    Pointer.memmove(own.data().getPointer(at), own.data().getPointer(after), own.size() - after);
    avcodec.av_shrink_packet(own, own.size() - length);
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return head(size());
  }

  /** A copy of its first bytes: so many, or all where there are fewer. */
  public byte[] head(int length) {
    byte[] bytes = new byte[Math.min(length, size())];
    if (bytes.length > 0) {
      nativePacket().data().get(bytes);
    }
    return bytes;
  }

  @Override
  void release() {
    avcodec.av_packet_free(packet);
  }

  static boolean isNone(long timestamp) {
    return timestamp == avutil.AV_NOPTS_VALUE;
  }
}
