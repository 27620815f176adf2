package dev.penstock.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Two names exchanged at one stroke, so that neither is ever missing: Java only renames. */
final class Swap {
  private static final int AT_FDCWD = -100;
  private static final int RENAME_EXCHANGE = 2;

  private Swap() {}

  /** {@link #swap}, or what stands for it where a file system cannot. */
  interface Exchange {
    /** Whether it was done. */
    boolean swap(Path one, Path other);
  }

  /** Whether it was done; not every file system can. */
  static boolean swap(Path one, Path other) {
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      var rename =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("renameat2"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      int answer =
          (int)
              rename.invokeExact(
                  AT_FDCWD, name(one, arena), AT_FDCWD, name(other, arena), RENAME_EXCHANGE);
      return answer == 0;
    } catch (Throwable _) {
      return false; // an old C library; the caller renames twice
    }
  }

  private static MemorySegment name(Path path, Arena arena) {
    return arena.allocateFrom(
        path.toAbsolutePath().toString(), Charset.forName(System.getProperty("sun.jnu.encoding")));
  }
}
