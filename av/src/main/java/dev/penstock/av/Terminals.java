package dev.penstock.av;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Keeps encoder libraries that have a log of their own, beside libav's, from writing to the user's
 * terminal: SVT-AV1 reads its level from the environment, x265 from its parameters.
 */
final class Terminals {
  private static final FunctionDescriptor SETENV =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

  private Terminals() {}

  /** Before the first encoder is opened. Whoever set SVT_LOG wants to see it, and does. */
  static void silenceSvt() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"), SETENV);
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) setenv.invokeExact(arena.allocateFrom("SVT_LOG"), arena.allocateFrom("1"), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set SVT_LOG", e);
    }
  }

  /** The options with x265 told to be quiet, unless they say how loud it is to be. */
  static SequencedMap<String, String> silenced(
      String encoder, SequencedMap<String, String> options) {
    String own = options.getOrDefault("x265-params", "");
    if (!encoder.equals("libx265") || own.contains("log-level")) {
      return options;
    }
    SequencedMap<String, String> quiet = new LinkedHashMap<>(options);
    quiet.put("x265-params", own.isEmpty() ? "log-level=none" : own + ":log-level=none");
    return quiet;
  }
}
