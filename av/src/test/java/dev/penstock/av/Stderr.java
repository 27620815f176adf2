package dev.penstock.av;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** What native code writes to the terminal, which {@link System#setErr} does not see. */
final class Stderr {
  private static final Linker LINKER = Linker.nativeLinker();

  private Stderr() {}

  /** Runs an action with file descriptor 2 led into a file; returns what it wrote there. */
  static String during(Path folder, Runnable action) {
    Path file = folder.resolve("stderr");
    int before = call("dup", 2);
    int redirected = open(file);
    call("dup2", redirected, 2);
    try {
      action.run();
    } finally {
      call("dup2", before, 2);
      call("close", before);
      call("close", redirected);
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int open(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      var open =
          LINKER.downcallHandle(
              LINKER.defaultLookup().findOrThrow("creat"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      return (int) open.invokeExact(arena.allocateFrom(file.toString()), 0600);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int call(String function, int... arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments.length];
    java.util.Arrays.fill(layouts, ValueLayout.JAVA_INT);
    MemorySegment address = LINKER.defaultLookup().findOrThrow(function);
    var handle =
        LINKER.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
    try {
      return (int) handle.invokeWithArguments(java.util.Arrays.stream(arguments).boxed().toList());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
