package dev.penstock.hardware.health;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code /dev/kmsg}, opened so that a read never blocks: Java's own files cannot be. A read gives
 * one whole record (kernel, Documentation/ABI/testing/dev-kmsg). Closing is for the reading thread
 * or after it has ended.
 */
final class Kmsg implements LogLines {
  private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;
  private static final short POLLIN = 1;

  /** The kernel answers EINVAL when a record does not fit; CONSOLE_EXT_LOG_MAX is 8192. */
  private static final int RECORD = 16384;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      handle(
          "read",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle POLL =
      handle(
          "poll",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"),
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  private final Path path;
  private int descriptor;

  private Kmsg(Path path, int descriptor) {
    this.path = path;
    this.descriptor = descriptor;
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor function, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), function, all);
  }

  /**
   * At the oldest record that the kernel still has.
   *
   * @throws IOException with the system's own words, such as "Operation not permitted"
   */
  static Kmsg open(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor =
          (int)
              OPEN.invokeExact(
                  state, arena.allocateFrom(path.toString()), O_RDONLY_NONBLOCK_CLOEXEC);
      if (descriptor < 0) {
        throw new IOException(text(errno(state)));
      }
      return new Kmsg(path, descriptor);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<String> next(Duration wait) throws IOException {
    Optional<String> record = read();
    if (record.isPresent() || wait.isZero()) {
      return record;
    }
    return await(wait) ? read() : Optional.empty();
  }

  private Optional<String> read() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment buffer = arena.allocate(RECORD);
      while (true) {
        long bytes = (long) READ.invokeExact(state, descriptor, buffer, (long) RECORD);
        if (bytes > 0) {
          byte[] record = buffer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
          return Optional.of(new String(record, StandardCharsets.UTF_8));
        }
        int errno = bytes == 0 ? EAGAIN : errno(state);
        if (errno == EAGAIN) {
          return Optional.empty();
        }
        // EPIPE: the ring went over records that were not read; the next read gives the oldest.
        if (errno != EPIPE && errno != EINTR) {
          throw new IOException(path + ": " + text(errno));
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean await(Duration wait) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      // struct pollfd: int fd, short events, short revents.
      MemorySegment asked = arena.allocate(8, 4);
      asked.set(ValueLayout.JAVA_INT, 0, descriptor);
      asked.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
      int ready = (int) POLL.invokeExact(state, asked, 1L, (int) wait.toMillis());
      return ready > 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  private static String text(int errno) throws Throwable {
    MemorySegment words = (MemorySegment) STRERROR.invokeExact(errno);
    return words.reinterpret(256).getString(0);
  }

  @Override
  public void close() {
    int open = descriptor;
    descriptor = -1;
    if (open < 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), open);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
