package dev.penstock.av;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** A file descriptor, for what Java cannot do with one: ask whether a read would block. Linux. */
final class Descriptor implements AutoCloseable {
  /** Left open by {@link #close}: it is the process's. */
  static final Descriptor STANDARD_INPUT = new Descriptor(0);

  private static final int READ_ONLY_NON_BLOCKING_CLOSE_ON_EXEC = 0x800 | 0x80000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final short POLLIN = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      function(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle POLL =
      function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int number;

  private Descriptor(int number) {
    this.number = number;
  }

  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
  }

  /**
   * Opens a file without waiting: a named pipe that nobody writes to would keep {@code open} busy.
   */
  static Descriptor open(Path file, String subject) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO);
      int number =
          (int)
              OPEN.invokeExact(
                  state, arena.allocateFrom(file.toString()), READ_ONLY_NON_BLOCKING_CLOSE_ON_EXEC);
      if (number < 0) {
        throw new AvException(-errno(state), "open", subject, "");
      }
      return new Descriptor(number);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call open", e);
    }
  }

  /** Whether a read would return at once, be it with the end or an error; waits a little for it. */
  boolean hasSomething(int waitMillis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, 4);
      pollfd.set(JAVA_INT, 0, number);
      pollfd.set(JAVA_SHORT, 4, POLLIN);
      return (int) POLL.invokeExact(arena.allocate(ERRNO), pollfd, 1L, waitMillis) > 0;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call poll", e);
    }
  }

  /**
   * Reads into native memory.
   *
   * @return bytes, 0 at the end, or an error as libav writes it; EAGAIN also when a signal came
   */
  int read(long target, int size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO);
      long count = (long) READ.invokeExact(state, number, target, (long) size);
      if (count >= 0) {
        return (int) count;
      }
      int error = errno(state);
      return -(error == EINTR ? EAGAIN : error);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call read", e);
    }
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO_VALUE.get(state, 0L);
  }

  @Override
  public void close() {
    if (number == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(ERRNO), number);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call close", e);
    }
  }
}
