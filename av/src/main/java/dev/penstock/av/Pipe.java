package dev.penstock.av;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * An input that gives its bytes in its own time, or never: standard input, a named pipe, a
 * terminal. libav would sit in {@code read} for as long as that takes; here the descriptor is asked
 * before each read whether it has something, and {@link Interrupt} is asked meanwhile.
 */
final class Pipe implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int WAIT_MILLIS = 20;
  private static final int TYPE_MASK = 0xf000;
  private static final int NAMED_PIPE = 0x1000;
  private static final int CHARACTER_DEVICE = 0x2000;

  private static final AtomicLong IDS = new AtomicLong(1);
  private static final ConcurrentHashMap<Long, Pipe> BY_ID = new ConcurrentHashMap<>();

  private final long id = IDS.getAndIncrement();
  private final Descriptor descriptor;
  private final Interrupt interrupt;
  private final AVIOContext io;

  private Pipe(Descriptor descriptor, Interrupt interrupt) {
    this.descriptor = descriptor;
    this.interrupt = interrupt;
    this.io = allocate();
  }

  /**
   * The pipe at a location, opened; empty where the location is something else.
   *
   * @throws AvException when there is one that cannot be opened
   */
  static Optional<Pipe> at(Location location, Interrupt interrupt) {
    if (location.isStandardInput()) {
      return Optional.of(new Pipe(Descriptor.STANDARD_INPUT, interrupt));
    }
    return location
        .file()
        .filter(Pipe::isPipe)
        .map(file -> new Pipe(Descriptor.open(file, location.given()), interrupt));
  }

  private static boolean isPipe(Path file) {
    try {
      int type = (int) Files.getAttribute(file, "unix:mode") & TYPE_MASK;
      return type == NAMED_PIPE || type == CHARACTER_DEVICE;
    } catch (IOException missing) {
      return false;
    }
  }

  private AVIOContext allocate() {
    BytePointer buffer = new BytePointer(avutil.av_malloc(BUFFER_BYTES));
    AVIOContext context =
        avformat.avio_alloc_context(
            buffer, BUFFER_BYTES, 0, Pointers.of(id), Callback.INSTANCE, null, null);
    BY_ID.put(id, this);
    return AvException.requireAllocated(context, "buffer of a pipe");
  }

  /** What a demuxer reads from. */
  AVIOContext io() {
    return io;
  }

  private int read(BytePointer target, int size) {
    while (!interrupt.shouldStop()) {
      if (descriptor.hasSomething(WAIT_MILLIS)) {
        int count = descriptor.read(target.address(), size);
        if (count != avutil.AVERROR_EAGAIN()) {
          return count == 0 ? avutil.AVERROR_EOF : count;
        }
      }
    }
    return avutil.AVERROR_EXIT;
  }

  @Override
  public void close() {
    BY_ID.remove(id);
    // libav may have replaced the buffer by a larger one.
    avutil.av_free(io.buffer());
    avformat.avio_context_free(io);
    descriptor.close();
  }

  /** One for all: JavaCPP makes only a handful of C functions for each callback class. */
  private static final class Callback extends Read_packet_Pointer_BytePointer_int {
    static final Callback INSTANCE = new Callback();

    /** An exception must not cross into C: it would end the process. */
    @Override
    @SuppressWarnings("CatchThrowable")
    public int call(Pointer opaque, BytePointer target, int size) {
      try {
        Pipe pipe = BY_ID.get(opaque.address());
        return pipe == null ? avutil.AVERROR_EXIT : pipe.read(target, size);
      } catch (Throwable unknown) {
        return avutil.AVERROR_EXTERNAL;
      }
    }
  }
}
