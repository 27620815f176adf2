package dev.penstock.av;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVClass;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * libav's process-wide log callback. It is called for every line of every level, from libav's own
 * threads too, so the level is looked at first and nothing is allocated before that. Through {@code
 * java.lang.foreign}, because JavaCPP would make a Java string of each line's format before asking.
 */
final class LogRouter {
  static final int ERROR = 16;
  static final int WARNING = 24;
  static final int INFO = 32;

  private static final int LINE_BYTES = 1024;
  private static final int MAX_PARENTS = 4;
  private static final int MAX_NAME = 64;

  /** The object's address in {@code [libx264 @ 0x55d0]} tells a user nothing. */
  private static final Pattern ADDRESS = Pattern.compile(" @ 0x[0-9a-f]+]");

  private static final ConcurrentHashMap<Long, LogScope> BY_ADDRESS = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<Long, LogScope> BY_ID = new ConcurrentHashMap<>();
  private static final ThreadLocal<@Nullable LogScope> BOUND = new ThreadLocal<>();

  /** A line of which libav has logged only the beginning, as it does with the errors of CUDA. */
  private record Begun(LogScope scope, long context, int level, String text) {
    boolean goesOn(LogScope otherScope, long otherContext, int otherLevel) {
      return scope == otherScope && context == otherContext && level == otherLevel;
    }
  }

  private static final ThreadLocal<@Nullable Begun> BEGUN = new ThreadLocal<>();
  private static final AtomicLong UNROUTED = new AtomicLong();

  private static final long OPAQUE_OFFSET = Pointer.offsetof(AVCodecContext.class, "opaque");
  private static final long PARENT_OFFSET =
      Pointer.offsetof(AVClass.class, "parent_log_context_offset");

  private static @Nullable MethodHandle formatLine;

  private LogRouter() {}

  static void install() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup libraries = SymbolLookup.loaderLookup();
    formatLine =
        linker.downcallHandle(
            libraries.findOrThrow("av_log_format_line2"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
    MethodHandle setCallback =
        linker.downcallHandle(
            libraries.findOrThrow("av_log_set_callback"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    try {
      setCallback.invokeExact(linker.upcallStub(callback(), CALLBACK, Arena.global()));
    } catch (Throwable e) {
      throw new IllegalStateException("cannot install the libav log callback", e);
    }
  }

  /**
   * {@code void (*)(void *avcl, int level, const char *fmt, va_list)}; a va_list argument is a
   * pointer. Pointers as numbers: a MemorySegment for each would be garbage on every debug line.
   */
  private static final FunctionDescriptor CALLBACK =
      FunctionDescriptor.ofVoid(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static MethodHandle callback() {
    try {
      return MethodHandles.lookup()
          .findStatic(
              LogRouter.class,
              "onLog",
              MethodType.methodType(void.class, long.class, int.class, long.class, long.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the lines of a context to a scope until the claim is closed. */
  static Claim claim(Pointer context, LogScope scope) {
    long address = context.address();
    BY_ADDRESS.put(address, scope);
    // By value too: the address may have been freed and claimed again by another handle.
    return () -> BY_ADDRESS.remove(address, scope);
  }

  /** Claims a codec context and the copies of it that frame threads make. */
  static Claim claimCodec(AVCodecContext context, LogScope scope) {
    Claim claim = claim(context, scope);
    BY_ID.put(scope.id(), scope);
    context.opaque(Pointers.of(scope.id()));
    return () -> {
      claim.close();
      BY_ID.remove(scope.id());
    };
  }

  /** The right to a context's log lines. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  static LogScope.Binding bind(LogScope scope) {
    LogScope before = BOUND.get();
    BOUND.set(scope);
    return () -> {
      flush();
      BOUND.set(before);
    };
  }

  /** Lines no scope claimed since the start. */
  static long unrouted() {
    return UNROUTED.get();
  }

  /** An exception must not cross into C: it would end the process. */
  @SuppressWarnings({"unused", "CatchThrowable"})
  private static void onLog(long context, int level, long format, long arguments) {
    if ((level & 0xff) > INFO) {
      return;
    }
    try {
      LogScope scope = find(context);
      if (scope == null) {
        UNROUTED.incrementAndGet();
      } else {
        accept(scope, context, level, format, arguments);
      }
    } catch (Throwable lost) {
      UNROUTED.incrementAndGet();
    }
  }

  private static void accept(LogScope scope, long context, int level, long format, long arguments)
      throws Throwable {
    int severity = level & 0xff;
    Begun begun = BEGUN.get();
    if (begun != null && !begun.goesOn(scope, context, severity)) {
      flush();
      begun = null;
    }
    String text = formatted(context, level, format, arguments, begun == null);
    String line = begun == null ? text : begun.text() + text;
    if (line.endsWith("\n") || line.length() >= LINE_BYTES - 1) {
      BEGUN.remove();
      deliver(scope, severity, line);
    } else {
      BEGUN.set(new Begun(scope, context, severity, line));
    }
  }

  private static void deliver(LogScope scope, int severity, String line) {
    String stripped = line.strip();
    if (!stripped.isEmpty()) {
      scope.accept(severity, stripped);
    }
  }

  /** Takes the line that this thread has begun as it is; some never end theirs. */
  static void flush() {
    Begun begun = BEGUN.get();
    if (begun != null) {
      BEGUN.remove();
      deliver(begun.scope(), begun.level(), begun.text());
    }
  }

  private static @Nullable LogScope find(long context) {
    long current = context;
    for (int i = 0; i < MAX_PARENTS && current != 0; i++) {
      LogScope scope = BY_ADDRESS.get(current);
      if (scope == null) {
        scope = byOpaque(current);
      }
      if (scope != null) {
        return scope;
      }
      current = parent(current);
    }
    return BOUND.get();
  }

  private static @Nullable LogScope byOpaque(long context) {
    long avClass = pointerAt(context, 0);
    if (avClass == 0 || !className(avClass).equals("AVCodecContext")) {
      return null;
    }
    return BY_ID.get(pointerAt(context, OPAQUE_OFFSET));
  }

  /** See {@code AVClass.parent_log_context_offset} in libavutil/log.h. */
  private static long parent(long context) {
    long avClass = pointerAt(context, 0);
    if (avClass == 0) {
      return 0;
    }
    int offset = memory(avClass + PARENT_OFFSET, 4).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    return offset == 0 ? 0 : pointerAt(context, offset);
  }

  private static String className(long avClass) {
    return memory(pointerAt(avClass, 0), MAX_NAME).getString(0);
  }

  private static long pointerAt(long base, long offset) {
    return memory(base + offset, 8).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
  }

  private static MemorySegment memory(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private static String formatted(
      long context, int level, long format, long arguments, boolean begins) throws Throwable {
    MethodHandle handle = Objects.requireNonNull(formatLine);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment line = arena.allocate(LINE_BYTES);
      MemorySegment prefix = arena.allocate(ValueLayout.JAVA_INT);
      prefix.set(ValueLayout.JAVA_INT, 0, begins ? 1 : 0);
      int _ = (int) handle.invokeExact(context, level, format, arguments, line, LINE_BYTES, prefix);
      return ADDRESS.matcher(line.getString(0)).replaceAll("]");
    }
  }
}
