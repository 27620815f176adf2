package dev.penstock.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The few things of the C library that Java does not offer. Linux only, as the rest is. */
final class Posix {
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final long TIOCGWINSZ = 0x5413;

  private Posix() {}

  /**
   * Whether a descriptor is a terminal. Asks {@code /proc}, which costs nothing at start-up; {@code
   * System.console()} only knows about standard input and output together.
   */
  static boolean isTerminal(int descriptor) {
    String target = target(descriptor);
    return target.startsWith("/dev/pts/")
        || target.startsWith("/dev/tty")
        || target.equals("/dev/console");
  }

  /** Whether another process is at the other end of a descriptor. */
  static boolean isPipe(int descriptor) {
    String target = target(descriptor);
    return target.startsWith("pipe:") || target.startsWith("socket:");
  }

  private static String target(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (Exception _) {
      return "";
    }
  }

  /** The width in columns of the terminal behind a descriptor; empty when it is none. */
  static OptionalInt columns(int descriptor) {
    return size(descriptor, 1);
  }

  /** Its height in rows, likewise. */
  static OptionalInt rows(int descriptor) {
    return size(descriptor, 0);
  }

  private static OptionalInt size(int descriptor, int part) {
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      var ioctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("ioctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS),
              Linker.Option.firstVariadicArg(2));
      MemorySegment rowsColumnsPixels = arena.allocate(ValueLayout.JAVA_SHORT, 4);
      int answer = (int) ioctl.invokeExact(descriptor, TIOCGWINSZ, rowsColumnsPixels);
      int size = Short.toUnsignedInt(rowsColumnsPixels.getAtIndex(ValueLayout.JAVA_SHORT, part));
      return answer == 0 && size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
    } catch (Throwable _) {
      // The size only decides how text is cut; no failure here is worth a word.
      return OptionalInt.empty();
    }
  }

  /**
   * Has a descriptor be another one, also for native code.
   *
   * @throws IllegalStateException when that cannot be done
   */
  static void redirect(int descriptor, int to) {
    if (call("dup2", to, descriptor) != descriptor) {
      throw new IllegalStateException("descriptor " + descriptor + " cannot be redirected");
    }
  }

  /**
   * Has the kernel end this process with the thread that started it, whatever state this one is in;
   * see prctl(2).
   */
  static void dieWithParent() {
    try {
      Linker linker = Linker.nativeLinker();
      var prctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      int _ = (int) prctl.invokeExact(PR_SET_PDEATHSIG, (long) SIGKILL);
    } catch (Throwable _) {
      // It ends when its input does.
    }
  }

  /** Reads at address zero in native code, as faulty drivers do. Does not return. */
  static void crash() {
    try {
      Linker linker = Linker.nativeLinker();
      var strlen =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("strlen"),
              FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
      long _ = (long) strlen.invokeExact(MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int call(String function, int first, int second) {
    try {
      Linker linker = Linker.nativeLinker();
      var handle =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow(function),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      return (int) handle.invokeExact(first, second);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  /** Makes the next Ctrl-C end the process at once: the JVM ignores it once it is shutting down. */
  static void interruptEndsProcess() {
    try {
      Linker linker = Linker.nativeLinker();
      var signal =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("signal"),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment defaultAction = MemorySegment.NULL;
      MemorySegment _ = (MemorySegment) signal.invokeExact(SIGINT, defaultAction);
    } catch (Throwable _) {
      // Then a second Ctrl-C waits as the first one does; the wait is bounded.
    }
  }
}
