package dev.penstock.av;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Judges every file or URL that a demuxer opens on its own, such as the segments of a playlist. A
 * demuxer may shrug off what was refused, so whoever uses it asks for the {@link #refusal}.
 */
final class NestedOpens implements AutoCloseable {
  private static final int EACCES = -13;

  /** Opens while the tracks are looked for; a playlist that lists itself makes no end of them. */
  private static final int MAX_FIRST_OPENS = 2000;

  /** Of one URL: segments may be parts of one file. */
  private static final int MAX_FIRST_OPENS_OF_ONE = 100;

  private static final AtomicLong IDS = new AtomicLong(1);
  private static final ConcurrentHashMap<Long, NestedOpens> BY_ID = new ConcurrentHashMap<>();

  private final long id = IDS.getAndIncrement();
  private final Location location;
  private final Interrupt interrupt;
  private final LogScope log;
  private final Map<String, Integer> firstOpens = new HashMap<>();
  private int countOfFirstOpens;
  private boolean tracksFound;
  private Optional<String> refusal = Optional.empty();

  /** JavaCPP wraps the C function in native memory of its own, freed on close. */
  private final AVFormatContext
          .Io_open_AVFormatContext_PointerPointer_BytePointer_int_PointerPointer
      libavs;

  private NestedOpens(
      AVFormatContext context, Location location, Interrupt interrupt, LogScope log) {
    this.location = location;
    this.interrupt = interrupt;
    this.log = log;
    this.libavs = context.io_open();
  }

  /** Puts itself between the context and libav's own opening of files, until closed. */
  static NestedOpens guard(
      AVFormatContext context, Location location, Interrupt interrupt, LogScope log) {
    NestedOpens guard = new NestedOpens(context, location, interrupt, log);
    BY_ID.put(guard.id, guard);
    context.opaque(Pointers.of(guard.id));
    context.io_open(Callback.INSTANCE);
    return guard;
  }

  private int open(
      AVFormatContext context,
      PointerPointer<?> result,
      BytePointer url,
      int flags,
      PointerPointer<?> options) {
    if (interrupt.shouldStop()) {
      return avutil.AVERROR_EXIT;
    }
    String name = url.getString();
    if (!location.allows(name)) {
      refuse(Location.refusal(name));
    } else if (isOpenedWithoutEnd(name)) {
      refuse("refused: the input opens " + name + " without end; it seems to refer to itself");
    }
    return refusal.isPresent() ? EACCES : libavs.call(context, result, url, flags, options);
  }

  private boolean isOpenedWithoutEnd(String url) {
    return !tracksFound
        && (++countOfFirstOpens > MAX_FIRST_OPENS
            || firstOpens.merge(url, 1, Integer::sum) > MAX_FIRST_OPENS_OF_ONE);
  }

  private void refuse(String reason) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(reason);
      log.accept(LogRouter.ERROR, reason);
    }
  }

  /** From here on the input may open as many files as it has. */
  void tracksFound() {
    tracksFound = true;
    firstOpens.clear();
  }

  /** Fails when something was refused. */
  void check(String operation) {
    if (refusal.isPresent()) {
      throw new AvException(EACCES, operation, location.given(), refusal.get());
    }
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
        return guard == null ? EACCES : guard.open(context, result, url, flags, options);
      } catch (Throwable unknown) {
        return EACCES;
      }
    }
  }
}
