package dev.penstock.av;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Judges every file or URL that a demuxer opens on its own, such as the segments of a playlist. */
final class NestedOpens implements AutoCloseable {
  private static final int EACCES = -13;
  private static final AtomicLong IDS = new AtomicLong(1);
  private static final ConcurrentHashMap<Long, NestedOpens> BY_ID = new ConcurrentHashMap<>();

  private final long id = IDS.getAndIncrement();
  private final Location location;
  private final LogScope log;
  private final AVFormatContext
          .Io_open_AVFormatContext_PointerPointer_BytePointer_int_PointerPointer
      libavs;

  private NestedOpens(AVFormatContext context, Location location, LogScope log) {
    this.location = location;
    this.log = log;
    this.libavs = context.io_open();
  }

  /** Puts itself between the context and libav's own opening of files, until closed. */
  static NestedOpens guard(AVFormatContext context, Location location, LogScope log) {
    NestedOpens guard = new NestedOpens(context, location, log);
    BY_ID.put(guard.id, guard);
    context.opaque(Pointers.of(guard.id));
    context.io_open(Callback.INSTANCE);
    return guard;
  }

  private boolean allows(String url) {
    if (location.allows(url)) {
      return true;
    }
    log.accept(LogRouter.ERROR, "refused: the input refers to " + url + ", which it may not reach");
    return false;
  }

  @Override
  public void close() {
    BY_ID.remove(id);
  }

  /** One for all: JavaCPP makes only a handful of C functions for each callback class. */
  private static final class Callback
      extends AVFormatContext
          .Io_open_AVFormatContext_PointerPointer_BytePointer_int_PointerPointer {
    static final Callback INSTANCE = new Callback();

    @Override
    @SuppressWarnings("rawtypes") // JavaCPP declares it so
    public int call(
        AVFormatContext context,
        PointerPointer result,
        BytePointer url,
        int flags,
        PointerPointer options) {
      NestedOpens guard = BY_ID.get(context.opaque().address());
      if (guard == null) {
        return avutil.AVERROR_EINVAL();
      }
      return guard.allows(url.getString())
          ? guard.libavs.call(context, result, url, flags, options)
          : EACCES;
    }
  }
}
