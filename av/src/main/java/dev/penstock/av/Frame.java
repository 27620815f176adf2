package dev.penstock.av;

import dev.penstock.model.Rational;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVHWFramesContext;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Decoded data: one picture, in memory or on a device, or a run of audio samples. */
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

  /** libav's name of the pixel or sample format; that of a device for a picture on one. */
  public String format() {
    return width() > 0
        ? name(avutil.av_get_pix_fmt_name(nativeFrame().format()))
        : name(avutil.av_get_sample_fmt_name(nativeFrame().format()));
  }

  private static String name(@Nullable BytePointer name) {
    return name == null ? "unknown" : name.getString();
  }

  /** Whether it lies in a device's memory. */
  public boolean isOnDevice() {
    return nativeFrame().hw_frames_ctx() != null;
  }

  /** The {@link #format} of its samples, wherever they lie. */
  public String softwareFormat() {
    return width() > 0 ? name(avutil.av_get_pix_fmt_name(softwareFormatCode())) : format();
  }

  int softwareFormatCode() {
    return isOnDevice() ? pool().sw_format() : nativeFrame().format();
  }

  /**
   * Where a picture on a device comes from. It is larger when its sides are not those of blocks.
   */
  private AVHWFramesContext pool() {
    return new AVHWFramesContext(nativeFrame().hw_frames_ctx().data());
  }

  /**
   * A copy in memory of a picture on a device, with its times and side data, in its {@link
   * #softwareFormat}. Waits until what the device has to do for it is done.
   */
  public Frame download(LogScope parent) {
    LogScope log = parent.child();
    Frame target = create();
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(/* onDevice= */ true)) {
      AVFrame made = target.nativeFrame();
      AvException.check(
          avutil.av_hwframe_transfer_data(made, nativeFrame(), 0), "download", "frame", log);
      AvException.requireDevice("download", "frame", log);
      AvException.check(avutil.av_frame_copy_props(made, nativeFrame()), "download", "frame", log);
      // On a device only the right and the bottom are cut off; here the rest can be, too.
      AvException.check(
          avutil.av_frame_apply_cropping(made, avutil.AV_FRAME_CROP_UNALIGNED),
          "download",
          "frame",
          log);
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /**
   * Whether the picture begins to the right of or below the first sample. Decoders leave that to
   * whoever reads a picture on a device, and most do not look.
   */
  boolean isOffset() {
    return nativeFrame().crop_left() != 0 || nativeFrame().crop_top() != 0;
  }

  /** Whether it is what a filter graph was set up for, or the graph must be made anew. */
  public boolean sameShapeAs(Shape shape) {
    return shape().equals(shape);
  }

  public Shape shape() {
    AVFrame f = nativeFrame();
    return f.width() > 0
        ? new Shape(
            f.format(),
            f.width(),
            f.height(),
            sampleAspect(f),
            0,
            0,
            softwareFormatCode(),
            isOnDevice() ? pool().address() : 0)
        : new Shape(
            f.format(),
            0,
            0,
            Rational.ONE,
            f.sample_rate(),
            f.ch_layout().nb_channels(),
            f.format(),
            0);
  }

  /**
   * What it says of its colours, as libav's numbers. They may change within a source, and filters
   * act on those that they were set up for.
   */
  public record Tags(int range, int matrix, int primaries, int transfer, int chromaLocation) {}

  public Tags tags() {
    AVFrame f = nativeFrame();
    return new Tags(
        f.color_range(), f.colorspace(), f.color_primaries(), f.color_trc(), f.chroma_location());
  }

  /** Not stated means square. */
  private static Rational sampleAspect(AVFrame f) {
    AVRational aspect = f.sample_aspect_ratio();
    return Rational.ofPositive(aspect.num(), aspect.den()).orElse(Rational.ONE);
  }

  /**
   * What must stay the same for a filter graph to go on.
   *
   * @param softwareFormat of the samples, wherever they lie
   * @param pool tells the pools of pictures on devices apart, as long as one is in use; 0 in
   *     memory. A decoder that starts anew has another one, even when all else is the same
   */
  public record Shape(
      int format,
      int width,
      int height,
      Rational sampleAspect,
      int sampleRate,
      int channels,
      int softwareFormat,
      long pool) {
    /** Whether an encoder can go on: it takes pictures of any pool of its device. */
    boolean codesLike(Shape other) {
      return withPool(other.pool()).equals(other) && (pool == 0) == (other.pool() == 0);
    }

    private Shape withPool(long anotherPool) {
      return new Shape(
          format, width, height, sampleAspect, sampleRate, channels, softwareFormat, anotherPool);
    }
  }

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
    // The last of a pool frees it.
    try (var _ = DeviceCalls.enter(frame.hw_frames_ctx() != null)) {
      avutil.av_frame_free(frame);
    }
  }
}
