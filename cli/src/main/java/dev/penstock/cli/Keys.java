package dev.penstock.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * Keys as they are pressed, without Enter and without being shown; Ctrl-C still interrupts. The
 * terminal is as it was after {@link #close}. Where standard input is no terminal there are none.
 */
final class Keys implements AutoCloseable {
  /** No key was pressed. */
  static final int NONE = -1;

  /** There will be no more. */
  static final int END = -2;

  private static final int STDIN = 0;
  private static final int NOW = 0;
  private static final long TERMIOS_BYTES = 60;
  private static final long LOCAL_FLAGS = 12;
  private static final int LINES_AND_ECHO = 0x2 | 0x8;
  private static final short READABLE = 1;
  private static final long POLLFD_EVENTS = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle GET =
      handle("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SET =
      handle("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private final Arena arena;
  private final MemorySegment before;
  private final boolean isTerminal;
  private final FileInputStream in = new FileInputStream(FileDescriptor.in);

  private Keys(Arena arena, MemorySegment before, boolean isTerminal) {
    this.arena = arena;
    this.before = before;
    this.isTerminal = isTerminal;
  }

  static Keys open() {
    Arena arena = Arena.ofConfined();
    MemorySegment before = arena.allocate(TERMIOS_BYTES, 8);
    boolean isTerminal = get(before) == 0;
    if (isTerminal) {
      MemorySegment now = arena.allocate(TERMIOS_BYTES, 8).copyFrom(before);
      now.set(JAVA_INT, LOCAL_FLAGS, now.get(JAVA_INT, LOCAL_FLAGS) & ~LINES_AND_ECHO);
      set(now);
    }
    return new Keys(arena, before, isTerminal);
  }

  /** The key that is pressed within a time, or {@link #NONE}, or {@link #END}. */
  int wait(Duration atMost) {
    try {
      if (!poll((int) Math.max(1, atMost.toMillis()))) {
        return NONE;
      }
      int key = in.read();
      return key < 0 ? END : key;
    } catch (IOException _) {
      return END;
    }
  }

  private boolean poll(int millis) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment descriptor =
          call.allocate(MemoryLayout.structLayout(JAVA_INT, JAVA_SHORT, JAVA_SHORT));
      // Without a terminal a negative descriptor: only the time passes.
      descriptor.set(JAVA_INT, 0, isTerminal ? STDIN : -1);
      descriptor.set(JAVA_SHORT, POLLFD_EVENTS, READABLE);
      return (int) POLL.invokeExact(descriptor, 1L, millis) > 0;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (isTerminal) {
      set(before);
    }
    arena.close();
  }

  private static int get(MemorySegment mode) {
    try {
      return (int) GET.invokeExact(STDIN, mode);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void set(MemorySegment mode) {
    try {
      int _ = (int) SET.invokeExact(STDIN, NOW, mode);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
  }
}
