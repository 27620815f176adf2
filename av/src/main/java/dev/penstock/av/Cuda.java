package dev.penstock.av;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The few calls of libcuda that it takes to give a device to libav: find a GPU, retain its primary
 * context, make a stream. GPUs are found by what stays the same, a PCI address or a UUID: ordinals
 * depend on the environment and on which GPUs are alive. Safe from any thread.
 */
final class Cuda {
  /**
   * A GPU's primary context, retained, and a stream on it. Given back with {@link #close}.
   *
   * @param gpu libcuda's handle of the GPU; means nothing outside this process
   */
  record Stream(int gpu, long context, long handle) {}

  private static final String LIBRARY = "libcuda.so.1";
  private static final String SUBJECT = "CUDA device";
  private static final int ENODEV = -19;

  /** {@code CU_CTX_SCHED_BLOCKING_SYNC}: threads that wait for the GPU sleep. As libav sets it. */
  private static final int BLOCKING_SYNC = 4;

  /** {@code CU_STREAM_NON_BLOCKING}: it and the default stream do not wait for each other. */
  private static final int NON_BLOCKING = 1;

  private static final int UUID_BYTES = 16;
  private static final int MAX_ERROR_NAME = 64;

  private static @Nullable Cuda loaded;

  private final MethodHandle gpuByAddress;
  private final MethodHandle gpuCount;
  private final MethodHandle gpuByOrdinal;
  private final MethodHandle uuid;
  private final MethodHandle retain;
  private final MethodHandle release;
  private final MethodHandle setFlags;
  private final MethodHandle push;
  private final MethodHandle pop;
  private final MethodHandle createStream;
  private final MethodHandle destroyStream;
  private final MethodHandle errorName;

  private Cuda(SymbolLookup library) {
    MemoryLayout pointer = ValueLayout.ADDRESS;
    MemoryLayout address = ValueLayout.JAVA_LONG;
    MemoryLayout number = ValueLayout.JAVA_INT;
    gpuByAddress = bind(library, "cuDeviceGetByPCIBusId", pointer, pointer);
    gpuCount = bind(library, "cuDeviceGetCount", pointer);
    gpuByOrdinal = bind(library, "cuDeviceGet", pointer, number);
    // The second version knows the instances of a partitioned GPU.
    uuid = bind(library, newest(library, "cuDeviceGetUuid"), pointer, number);
    retain = bind(library, "cuDevicePrimaryCtxRetain", pointer, number);
    release = bind(library, newest(library, "cuDevicePrimaryCtxRelease"), number);
    setFlags = bind(library, newest(library, "cuDevicePrimaryCtxSetFlags"), number, number);
    push = bind(library, newest(library, "cuCtxPushCurrent"), address);
    pop = bind(library, newest(library, "cuCtxPopCurrent"), pointer);
    createStream = bind(library, "cuStreamCreate", pointer, number);
    destroyStream = bind(library, newest(library, "cuStreamDestroy"), address);
    errorName = bind(library, "cuGetErrorName", number, pointer);
    check(call(bind(library, "cuInit", number), 0), "cuInit(0)");
  }

  /**
   * The driver, initialised. A failure is not remembered: its module may be loaded later.
   *
   * @throws AvException when there is none, or it does not start
   */
  static synchronized Cuda load() {
    if (loaded == null) {
      loaded = new Cuda(library());
    }
    return loaded;
  }

  private static SymbolLookup library() {
    try {
      return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException absent) {
      throw new AvException(ENODEV, "open", SUBJECT, "Cannot load " + LIBRARY);
    }
  }

  private static MethodHandle bind(
      SymbolLookup library, String function, MemoryLayout... parameters) {
    MemorySegment symbol =
        library
            .find(function)
            .orElseThrow(() -> new AvException(ENODEV, "open", SUBJECT, "Cannot load " + function));
    return Linker.nativeLinker()
        .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  private static String newest(SymbolLookup library, String function) {
    String second = function + "_v2";
    return library.find(second).isPresent() ? second : function;
  }

  /**
   * Retains the primary context of a GPU, which all of this process share, and makes a stream.
   *
   * @param id PCI address such as {@code 0000:3b:00.0}, or {@code GPU-…} or {@code MIG-…} UUID
   * @throws AvException when there is no such GPU, or it fails
   */
  Stream open(String id) {
    try (Arena arena = Arena.ofConfined()) {
      int gpu = isUuid(id) ? byUuid(arena, id) : byAddress(arena, id);
      // Refused while the context is in use with other flags, which does no harm.
      int _ = call(setFlags, gpu, BLOCKING_SYNC);
      MemorySegment context = arena.allocate(ValueLayout.JAVA_LONG);
      check(call(retain, context, gpu), "cuDevicePrimaryCtxRetain");
      long retained = context.get(ValueLayout.JAVA_LONG, 0);
      try {
        return new Stream(gpu, retained, createStream(arena, retained));
      } catch (RuntimeException e) {
        int _ = call(release, gpu);
        throw e;
      }
    }
  }

  private static boolean isUuid(String id) {
    return id.startsWith("GPU-") || id.startsWith("MIG-");
  }

  private int byAddress(Arena arena, String address) {
    MemorySegment gpu = arena.allocate(ValueLayout.JAVA_INT);
    check(
        call(gpuByAddress, gpu, arena.allocateFrom(address)),
        "cuDeviceGetByPCIBusId(" + address + ")");
    return gpu.get(ValueLayout.JAVA_INT, 0);
  }

  private int byUuid(Arena arena, String wanted) {
    MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
    check(call(gpuCount, count), "cuDeviceGetCount");
    String digits = wanted.substring(4).replace("-", "").toLowerCase(Locale.ROOT);
    for (int ordinal = 0; ordinal < count.get(ValueLayout.JAVA_INT, 0); ordinal++) {
      MemorySegment gpu = arena.allocate(ValueLayout.JAVA_INT);
      check(call(gpuByOrdinal, gpu, ordinal), "cuDeviceGet");
      int handle = gpu.get(ValueLayout.JAVA_INT, 0);
      if (uuid(arena, handle).filter(digits::equals).isPresent()) {
        return handle;
      }
    }
    throw new AvException(ENODEV, "open", SUBJECT, "no GPU has the UUID " + wanted);
  }

  /** Empty when the GPU does not say: another may still be the one that is looked for. */
  private Optional<String> uuid(Arena arena, int gpu) {
    MemorySegment bytes = arena.allocate(UUID_BYTES);
    return call(uuid, bytes, gpu) == 0
        ? Optional.of(HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE)))
        : Optional.empty();
  }

  private long createStream(Arena arena, long context) {
    MemorySegment stream = arena.allocate(ValueLayout.JAVA_LONG);
    check(call(push, context), "cuCtxPushCurrent");
    try {
      check(call(createStream, stream, NON_BLOCKING), "cuStreamCreate");
      return stream.get(ValueLayout.JAVA_LONG, 0);
    } finally {
      popContext(arena);
    }
  }

  /** Destroys the stream, after the work that is queued on it, and lets the context go. */
  void close(Stream stream) {
    try (Arena arena = Arena.ofConfined()) {
      // What fails here fails on a GPU that is lost; there is nothing left to free on it.
      if (call(push, stream.context()) == 0) {
        int _ = call(destroyStream, stream.handle());
        popContext(arena);
      }
      int _ = call(release, stream.gpu());
    }
  }

  private void popContext(Arena arena) {
    int _ = call(pop, arena.allocate(ValueLayout.JAVA_LONG));
  }

  @SuppressWarnings("CatchThrowable") // method handles declare it
  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + LIBRARY, e);
    }
  }

  /** Says it as libav does, so that the words are found the same way. */
  private void check(int code, String function) {
    if (code != 0) {
      String said = function + " failed -> " + name(code);
      AvException.Kind kind = DeviceWords.kind(said).orElse(AvException.Kind.DEVICE);
      throw new AvException(kind, avutil.AVERROR_EXTERNAL, "open", SUBJECT, said);
    }
  }

  private String name(int code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ValueLayout.ADDRESS);
      return call(errorName, code, text) == 0
          ? text.get(ValueLayout.ADDRESS, 0).reinterpret(MAX_ERROR_NAME).getString(0)
          : "CUDA error " + code;
    }
  }
}
