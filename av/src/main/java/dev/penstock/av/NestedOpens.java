package dev.penstock.av;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Judges every file or URL that a demuxer opens on its own, such as the segments of a playlist. */
final class NestedOpens implements AutoCloseable {
  private static final int EACCES = -13;
  private static final AtomicLong IDS = new AtomicLong(1);
  private static final ConcurrentHashMap<Long, NestedOpens> BY_ID = new ConcurrentHashMap<>();

  private final long id = IDS.getAndIncrement();
  private final Location location;
  private final LogScope log;

  /** JavaCPP wraps the C function in native memory of its own, freed on close. */
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
    log.accept(LogRouter.ERROR, Location.refusal(url));
    return false;
  }

  @Override
  public void close() {
    BY_ID.remove(id);
    libavs.deallocate();
  }

  /** One for all: JavaCPP makes only a handful of C functions for each callback class. */
  private static final class Callback
      extends AVFormatContext
          .Io_open_AVFormatContext_PointerPointer_BytePointer_int_PointerPointer {
    static final Callback INSTANCE = new Callback();

    /** An exception must not cross into C: it would end the process. */
    @Override
    @SuppressWarnings({"rawtypes", "CatchThrowable"}) // JavaCPP declares it so
    public int call(
        AVFormatContext context,
        PointerPointer result,
        BytePointer url,
        int flags,
        PointerPointer options) {
      try {
        Pointer opaque = context.opaque();
        NestedOpens guard = opaque == null ? null : BY_ID.get(opaque.address());
        return guard != null && guard.allows(url.getString())
            ? guard.libavs.call(context, result, url, flags, options)
            : EACCES;
      } catch (Throwable unknown) {
        return EACCES;
      }
    }
  }
}
