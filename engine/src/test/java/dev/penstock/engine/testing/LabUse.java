package dev.penstock.engine.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.lab.Fleet;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;

/**
 * What is open on the GPUs of a fleet, as its NVML says.
 *
 * @param sessions of the encoders
 * @param bytes of memory, by GPU
 */
public record LabUse(int sessions, List<Long> bytes) {
  /** {@code nvmlMemory_v2_t}: version, total, reserved, free, used. */
  private static final int MEMORY = 40;

  private static final int MEMORY_VERSION = 0x02000028;
  private static final int MEMORY_USED = 32;

  /** Nothing. */
  public static final LabUse NONE = new LabUse(0, List.of(0L, 0L));

  /** Of two GPUs. */
  public static LabUse of(Fleet fleet) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup nvml =
          SymbolLookup.libraryLookup(fleet.folder().resolve("libnvidia-ml.so.1"), Arena.global());
      int sessions = 0;
      List<Long> bytes = new ArrayList<>();
      for (int gpu = 0; gpu < 2; gpu++) {
        MemorySegment handle = arena.allocate(ADDRESS);
        call(nvml, "nvmlDeviceGetHandleByIndex_v2", gpu, handle);
        MemorySegment device = handle.get(ADDRESS, 0);
        MemorySegment count = arena.allocate(JAVA_INT);
        call(nvml, "nvmlDeviceGetEncoderSessions", device, count, MemorySegment.NULL);
        sessions += count.get(JAVA_INT, 0);
        MemorySegment memory = arena.allocate(MEMORY, Long.BYTES);
        memory.set(JAVA_INT, 0, MEMORY_VERSION);
        call(nvml, "nvmlDeviceGetMemoryInfo_v2", device, memory);
        bytes.add(memory.get(JAVA_LONG, MEMORY_USED));
      }
      return new LabUse(sessions, bytes);
    }
  }

  private static void call(SymbolLookup library, String name, Object... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT);
    for (Object argument : arguments) {
      type = type.appendArgumentLayouts(argument instanceof Integer ? JAVA_INT : ADDRESS);
    }
    try {
      Object code =
          Linker.nativeLinker()
              .downcallHandle(library.findOrThrow(name), type)
              .invokeWithArguments(arguments);
      if (!code.equals(0)) {
        throw new IllegalStateException(name + " gave " + code);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
