package dev.penstock.av;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Loads the libav* libraries once.
 *
 * <p>libavutil is linked against libva and libdrm, which a machine without a display stack lacks,
 * and the copies that come with the presets are too old for current VA-API drivers. So the system's
 * are used when present, and otherwise those in the folder that {@code penstock.natives.fallback}
 * names are loaded first: the dynamic loader then finds them by their soname.
 *
 * <p>libav* itself comes with the presets, unless {@link Libraries} names a folder.
 */
final class Natives {
  /** Of Linux's locale.h. */
  private static final int LC_NUMERIC = 1;

  static {
    // Handles are closed explicitly; JavaCPP's own collector and memory check only get in the way.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    SystemLibraries.loadFallback();
    Libraries.own().ifPresent(Natives::prefer);
    keepDecimalPoints();
    quietSvtAv1();
    avutil.avutil_version();
    avcodec.avcodec_version();
    avformat.avformat_version();
    avfilter.avfilter_version();
    LogRouter.install();
  }

  private Natives() {}

  /** Returns when the libraries are loaded; cheap after the first call. */
  static void load() {
    // The static initialiser does it, once and under the class lock.
  }

  /** The bindings are linked against sonames, so that they take what is loaded already. */
  private static void prefer(Path folder) {
    OwnLibraries libraries = OwnLibraries.in(folder);
    libraries.load();
    libraries.register();
  }

  /**
   * The JVM sets the C library to the user's language, where a number may be written {@code 0,5}.
   * libav would read and write its options and metadata so.
   */
  @SuppressWarnings("CatchThrowable") // invokeExact declares it
  private static void keepDecimalPoints() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setLocale =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setlocale"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment _ = (MemorySegment) setLocale.invokeExact(LC_NUMERIC, arena.allocateFrom("C"));
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set the C library to decimal points", e);
    }
  }

  /**
   * SVT-AV1 writes its log to standard error, where programs may read progress; it complains even
   * when a job is stopped. Now it is silent, unless the user wants more: what libav says of an
   * error remains.
   */
  @SuppressWarnings("CatchThrowable") // invokeExact declares it
  private static void quietSvtAv1() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setEnvironment =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int _ =
          (int)
              setEnvironment.invokeExact(arena.allocateFrom("SVT_LOG"), arena.allocateFrom("0"), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set SVT_LOG", e);
    }
  }
}
