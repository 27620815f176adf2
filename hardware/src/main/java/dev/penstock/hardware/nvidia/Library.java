package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The functions of libnvidia-ml, each bound when it is first called. Safe from any thread, as NVML
 * is.
 */
final class Library {
  private static final Map<String, Library> LOADED = new ConcurrentHashMap<>();

  private final SymbolLookup symbols;
  private final Map<String, Optional<MethodHandle>> bound = new ConcurrentHashMap<>();

  private Library(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /**
   * Loads it, for good: a call that hangs may be in it as long as the process lives.
   *
   * @param name a path, or a name for the dynamic linker to look up
   */
  static Reading<Library> load(String name) {
    Library loaded = LOADED.get(name);
    if (loaded != null) {
      return Reading.of(loaded, name);
    }
    try {
      SymbolLookup symbols = SymbolLookup.libraryLookup(name, Arena.global());
      return Reading.of(LOADED.computeIfAbsent(name, _ -> new Library(symbols)), name);
    } catch (IllegalArgumentException _) {
      // The JDK does not pass on what dlopen said.
      return Reading.absent(Why.MISSING, name, "the dynamic linker cannot load it");
    }
  }

  /**
   * Calls a function that returns a return code.
   *
   * @return empty when the library has no such function
   */
  OptionalInt call(String function, Shape shape, Object... arguments) {
    Optional<MethodHandle> handle = bound.computeIfAbsent(function, name -> bind(name, shape));
    if (handle.isEmpty()) {
      return OptionalInt.empty();
    }
    CallerThread.enters(function);
    try {
      return OptionalInt.of((int) handle.get().invokeExact(arguments));
    } catch (Throwable e) {
      throw new AssertionError(function + " does not have the shape " + shape, e);
    }
  }

  private Optional<MethodHandle> bind(String function, Shape shape) {
    return symbols.find(function).map(address -> shape.bind(address));
  }

  /** The parameters of a function, by what they are. {@code D} in comments is a device. */
  enum Shape {
    /** (int) */
    NUMBER(JAVA_INT),
    /** (out) */
    OUT(ADDRESS),
    /** (char*, int size) */
    TEXT(ADDRESS, JAVA_INT),
    /** (int, out) */
    NUMBER_OUT(JAVA_INT, ADDRESS),
    /** (D) */
    DEVICE(ADDRESS),
    /** (D, out) */
    DEVICE_OUT(ADDRESS, ADDRESS),
    /** (D, char*, int size) */
    DEVICE_TEXT(ADDRESS, ADDRESS, JAVA_INT),
    /** (D, int, out) */
    DEVICE_NUMBER_OUT(ADDRESS, JAVA_INT, ADDRESS),
    /** (D, int, int, out) */
    DEVICE_NUMBER_NUMBER_OUT(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
    /** (D, out, out) */
    DEVICE_OUT_OUT(ADDRESS, ADDRESS, ADDRESS),
    /** (D, out, out, out, out) */
    DEVICE_FOUR_OUT(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
    /** (D, int, out, out, out) */
    DEVICE_NUMBER_THREE_OUT(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
    /** (D, out, out, long) */
    DEVICE_OUT_OUT_WIDE(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

    // Immutable, though not marked so.
    @SuppressWarnings("ImmutableEnumChecker")
    private final FunctionDescriptor descriptor;

    Shape(MemoryLayout... parameters) {
      descriptor = FunctionDescriptor.of(JAVA_INT, parameters);
    }

    private MethodHandle bind(MemorySegment function) {
      return Linker.nativeLinker()
          .downcallHandle(function, descriptor)
          .asSpreader(Object[].class, descriptor.argumentLayouts().size())
          .asType(MethodType.methodType(int.class, Object[].class));
    }
  }
}
