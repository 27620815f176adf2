package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * libcuda, as far as video needs it. Constants are those of NVIDIA's published interface, as in
 * dynlink_cuda.h of nv-codec-headers 13.0. One thread.
 */
final class CudaDriver {
  static final String NAME = "libcuda.so.1";

  private static final int SUCCESS = 0;
  private static final int TEXT_BYTES = 256;
  private static final int UUID_BYTES = 16;
  private static final int COMPUTE_MAJOR = 75;
  private static final int COMPUTE_MINOR = 76;

  /** Of each copy. */
  private static final long COPY_BYTES = 32L << 20;

  private final Reading<SharedLibrary> library;
  private final Reading<Integer> init;

  private CudaDriver(Reading<SharedLibrary> library, Reading<Integer> init) {
    this.library = library;
    this.init = init;
  }

  /** Loads and initialises it, or notes why that cannot be. */
  static CudaDriver open() {
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    Reading<Integer> init =
        switch (library) {
          case Reading.Present<SharedLibrary>(SharedLibrary cuda, String _) ->
              SharedLibrary.reading(cuda.call("cuInit", 0), "cuInit");
          case Reading.Absent<SharedLibrary> _ -> notAsked("cuInit");
        };
    return new CudaDriver(library, init);
  }

  static <T> Reading<T> notAsked(String function) {
    return Reading.absent(Why.NOT_ASKED, function, "something before it failed");
  }

  CudaFacts facts() {
    return new CudaFacts(
        library.map(SharedLibrary::name),
        init,
        number("cuDriverGetVersion").map(CudaDriver::version),
        devices());
  }

  /** Whether its functions can be called. */
  boolean isReady() {
    return init.toOptional().filter(code -> code == SUCCESS).isPresent();
  }

  /** That it is ready, or why it is not. */
  Reading<String> state() {
    return switch (init) {
      case Reading.Present<Integer>(Integer code, String from) ->
          code == SUCCESS
              ? Reading.of(NAME, from)
              : Reading.absent(Why.FAILED, from, CudaFacts.error(code));
      case Reading.Absent<Integer> _ ->
          library.<String>map(SharedLibrary::name) instanceof Reading.Absent<String> absent
              ? absent
              : init.map(String::valueOf);
    };
  }

  List<CudaDevice> devices() {
    if (!isReady()) {
      return List.of();
    }
    int count = number("cuDeviceGetCount").toOptional().orElse(0);
    List<CudaDevice> devices = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      device(index).ifPresent(devices::add);
    }
    return devices;
  }

  /** CUDA's handle of the device of this index. */
  Reading<Integer> handle(int index) {
    return out("cuDeviceGet", JAVA_INT.byteSize(), out -> out.get(JAVA_INT, 0), index);
  }

  private Optional<CudaDevice> device(int index) {
    return handle(index)
        .toOptional()
        .map(device ->
            new CudaDevice(
                index,
                text("cuDeviceGetName", device),
                out("cuDeviceGetUuid_v2", UUID_BYTES, CudaDriver::uuid, device),
                text("cuDeviceGetPCIBusId", device).map(pci -> pci.toLowerCase(Locale.ROOT)),
                compute(device),
                out("cuDeviceTotalMem_v2", 8, out -> out.get(JAVA_LONG, 0), device)));
  }

  private Reading<String> compute(int device) {
    return attribute(COMPUTE_MAJOR, device)
        .map(major ->
            major
                + attribute(COMPUTE_MINOR, device)
                    .toOptional()
                    .map(minor -> "." + minor)
                    .orElse(""));
  }

  private Reading<Integer> attribute(int attribute, int device) {
    return out(
        "cuDeviceGetAttribute",
        JAVA_INT.byteSize(),
        out -> out.get(JAVA_INT, 0),
        attribute,
        device);
  }

  private Reading<Integer> number(String function) {
    return out(function, JAVA_INT.byteSize(), out -> out.get(JAVA_INT, 0));
  }

  private Reading<String> text(String function, int device) {
    return out(function, TEXT_BYTES, out -> out.getString(0), TEXT_BYTES, device);
  }

  /** What a function hands out through its first parameter. */
  private <T> Reading<T> out(
      String function, long bytes, Function<MemorySegment, T> read, Object... more) {
    if (!(library instanceof Reading.Present<SharedLibrary>(SharedLibrary cuda, String _))) {
      return notAsked(function);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(bytes, Long.BYTES);
      Object[] arguments = new Object[more.length + 1];
      arguments[0] = out;
      System.arraycopy(more, 0, arguments, 1, more.length);
      return checked(SharedLibrary.reading(cuda.call(function, arguments), function))
          .map(_ -> read.apply(out));
    }
  }

  private static Reading<Integer> checked(Reading<Integer> code) {
    return code instanceof Reading.Present<Integer>(Integer number, String from)
            && number != SUCCESS
        ? Reading.absent(Why.FAILED, from, CudaFacts.error(number))
        : code;
  }

  private static String version(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  /** As NVML and the driver's files write it. */
  private static String uuid(MemorySegment bytes) {
    String hex = HexFormat.of().formatHex(bytes.asSlice(0, UUID_BYTES).toArray(JAVA_BYTE));
    return "GPU-"
        + hex.substring(0, 8)
        + "-"
        + hex.substring(8, 12)
        + "-"
        + hex.substring(12, 16)
        + "-"
        + hex.substring(16, 20)
        + "-"
        + hex.substring(20);
  }

  /**
   * Copies from the host to the current context's device until told to stop.
   *
   * @return the bytes that were copied
   */
  Reading<Long> copy(BooleanSupplier more) {
    return switch (out("cuMemAlloc_v2", Long.BYTES, out -> out.get(JAVA_LONG, 0), COPY_BYTES)) {
      case Reading.Present<Long>(Long device, String _) -> {
        try (Arena arena = Arena.ofConfined()) {
          yield copy(device, arena.allocate(COPY_BYTES), more);
        } finally {
          library.toOptional().ifPresent(cuda -> cuda.call("cuMemFree_v2", device));
        }
      }
      case Reading.Absent<Long> absent -> absent;
    };
  }

  private Reading<Long> copy(long device, MemorySegment host, BooleanSupplier more) {
    String function = "cuMemcpyHtoD_v2";
    long copied = 0;
    while (library instanceof Reading.Present<SharedLibrary>(SharedLibrary cuda, String _)
        && more.getAsBoolean()) {
      Reading<Integer> code =
          checked(SharedLibrary.reading(cuda.call(function, device, host, COPY_BYTES), function));
      if (code instanceof Reading.Absent<Integer>) {
        return code.map(Integer::longValue);
      }
      copied += COPY_BYTES;
    }
    return Reading.of(copied, function);
  }

  /**
   * Does something in a context of its own on a device, current on this thread meanwhile.
   *
   * @return absent when there can be none
   */
  <T> Reading<T> inContext(int index, Function<MemorySegment, Reading<T>> work) {
    Reading<MemorySegment> context =
        switch (handle(index)) {
          case Reading.Present<Integer>(Integer device, String _) ->
              out("cuCtxCreate_v2", ADDRESS.byteSize(), out -> out.get(ADDRESS, 0), 0, device);
          case Reading.Absent<Integer> absent -> absent.map(_ -> MemorySegment.NULL);
        };
    return switch (context) {
      case Reading.Present<MemorySegment>(MemorySegment pointer, String _) -> {
        try {
          yield work.apply(pointer);
        } finally {
          library.toOptional().ifPresent(cuda -> cuda.call("cuCtxDestroy_v2", pointer));
        }
      }
      case Reading.Absent<MemorySegment>(Why why, String from, String text) ->
          Reading.absent(why, from, text);
    };
  }
}
