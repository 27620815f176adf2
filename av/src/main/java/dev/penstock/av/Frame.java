package dev.penstock.av;

import dev.penstock.model.Rational;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** Decoded data: one picture, or a run of audio samples. */
public final class Frame extends Handle {
  private final AVFrame frame;

  private Frame(AVFrame frame) {
    super("frame");
    this.frame = frame;
  }

  /** An empty one. */
  public static Frame create() {
    Natives.load();
    return new Frame(AvException.requireAllocated(avutil.av_frame_alloc(), "frame"));
  }

  /** Takes over what {@code this} refers to; {@code this} is left empty and open. */
  public Frame move() {
    AVFrame source = nativeFrame();
    Frame target = create();
    avutil.av_frame_move_ref(target.nativeFrame(), source);
    return target;
  }

  /** A second reference to the same picture or samples, for fan-out without a copy. */
  public Frame share() {
    Frame target = create();
    try {
      AvException.check(
          avutil.av_frame_ref(target.nativeFrame(), nativeFrame()),
          "share",
          "frame",
          LogScope.silent());
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** A copy of a picture whose lines follow each other without a gap, from top to bottom. */
  public Frame packed() {
    AVFrame source = nativeFrame();
    Frame target = create();
    try {
      AVFrame made = target.nativeFrame();
      made.format(source.format()).width(source.width()).height(source.height());
      copy(avutil.av_frame_get_buffer(made, 1));
      copy(avutil.av_frame_copy(made, source));
      copy(avutil.av_frame_copy_props(made, source));
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private static void copy(int code) {
    AvException.check(code, "copy", "frame", LogScope.silent());
  }

  AVFrame nativeFrame() {
    requireOpen();
    return frame;
  }

  /** Presentation time in the unit of whoever made it; {@link Timestamp#NONE} when unknown. */
  public long pts() {
    return nativeFrame().pts();
  }

  public void setPts(long pts) {
    nativeFrame().pts(pts);
  }

  /** libav's best guess where the file has no presentation time. */
  public long bestEffortPts() {
    return nativeFrame().best_effort_timestamp();
  }

  public long duration() {
    return nativeFrame().duration();
  }

  public void setDuration(long duration) {
    nativeFrame().duration(duration);
  }

  public void setTimeBase(Rational timeBase) {
    AVRational field = nativeFrame().time_base();
    field.num(timeBase.num()).den(timeBase.den());
  }

  public int width() {
    return nativeFrame().width();
  }

  public int height() {
    return nativeFrame().height();
  }

  /** Number of samples of one channel; 0 for a picture. */
  public int samples() {
    return nativeFrame().nb_samples();
  }

  public int sampleRate() {
    return nativeFrame().sample_rate();
  }

  /** libav's name of the pixel or sample format. */
  public String format() {
    BytePointer name =
        width() > 0
            ? avutil.av_get_pix_fmt_name(nativeFrame().format())
            : avutil.av_get_sample_fmt_name(nativeFrame().format());
    return name == null ? "unknown" : name.getString();
  }

  /** Whether it is what a filter graph was set up for, or the graph must be made anew. */
  public boolean sameShapeAs(Shape shape) {
    return shape().equals(shape);
  }

  public Shape shape() {
    AVFrame f = nativeFrame();
    return f.width() > 0
        ? new Shape(f.format(), f.width(), f.height(), sampleAspect(f), 0, 0)
        : new Shape(f.format(), 0, 0, Rational.ONE, f.sample_rate(), f.ch_layout().nb_channels());
  }

  /** Not stated means square. */
  private static Rational sampleAspect(AVFrame f) {
    AVRational aspect = f.sample_aspect_ratio();
    return Rational.ofPositive(aspect.num(), aspect.den()).orElse(Rational.ONE);
  }

  /** What must stay the same for a filter graph to go on. */
  public record Shape(
      int format, int width, int height, Rational sampleAspect, int sampleRate, int channels) {}

  public boolean isKey() {
    return (nativeFrame().flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
  }

  public boolean isInterlaced() {
    return (nativeFrame().flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
  }

  public boolean isTopFieldFirst() {
    return (nativeFrame().flags() & AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
  }

  /** Whether the decoder concealed damage in it. */
  public boolean isDamaged() {
    return (nativeFrame().flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0
        || nativeFrame().decode_error_flags() != 0;
  }

  /**
   * Tells the encoder to make it a key frame, or to choose for itself. Decoded frames carry the
   * source's type, which an encoder would take as an order: always say one or the other.
   */
  public void forceKey(boolean key) {
    nativeFrame().pict_type(key ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
    int flags = nativeFrame().flags();
    nativeFrame()
        .flags(key ? flags | AVFrame.AV_FRAME_FLAG_KEY : flags & ~AVFrame.AV_FRAME_FLAG_KEY);
  }

  /** Removes mastering display, light level, HDR10+ and Dolby Vision side data. */
  public void dropHdrMetadata() {
    for (int type : HDR_SIDE_DATA) {
      avutil.av_frame_remove_side_data(nativeFrame(), type);
    }
  }

  private static final int[] HDR_SIDE_DATA = {
    avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
    avutil.AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
    avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER,
    avutil.AV_FRAME_DATA_DOVI_METADATA
  };

  boolean has(int sideDataType) {
    return avutil.av_frame_get_side_data(nativeFrame(), sideDataType) != null;
  }

  /** As C prints numbers: silence has a level of {@code -inf}. */
  private static OptionalDouble parsed(String text) {
    try {
      return switch (text) {
        case "inf" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
        case "-inf" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
        default -> OptionalDouble.of(Double.parseDouble(text));
      };
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }

  /** A number that a filter attached as metadata; may be infinite. */
  public OptionalDouble number(String key) {
    AVDictionaryEntry entry = avutil.av_dict_get(nativeFrame().metadata(), key, null, 0);
    return entry == null ? OptionalDouble.empty() : parsed(entry.value().getString());
  }

  /** Forgets the data; the frame can be filled again. */
  public void clear() {
    avutil.av_frame_unref(nativeFrame());
  }

  @Override
  void release() {
    avutil.av_frame_free(frame);
  }
}
