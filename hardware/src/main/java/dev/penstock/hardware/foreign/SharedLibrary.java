package dev.penstock.hardware.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/** A shared library that stays loaded to the end of the process. As safe from threads as it is. */
public final class SharedLibrary {
  private static final int RTLD_NOW = 2;
  private static final long LONGEST_ERROR = 4096;
  private static final MethodHandle DLOPEN =
      CFunction.bound("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle DLERROR =
      CFunction.bound("dlerror", FunctionDescriptor.of(ADDRESS));

  private final String name;
  private final MemorySegment handle;

  private SharedLibrary(String name, MemorySegment handle) {
    this.name = name;
    this.handle = handle;
  }

  /**
   * Loads it.
   *
   * @param name for the dynamic linker to look up
   * @return absent with the linker's words; {@code MISSING} when there is no such library, {@code
   *     FAILED} when there is one that cannot be loaded
   */
  public static Reading<SharedLibrary> open(String name) {
    try (Arena arena = Arena.ofConfined()) {
      // The linker forgets its words when the JVM asks it for something; the first call would make
      // the JVM do so.
      MemorySegment _ = (MemorySegment) DLERROR.invokeExact();
      MemorySegment handle = (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(name), RTLD_NOW);
      MemorySegment words = (MemorySegment) DLERROR.invokeExact();
      return handle.equals(MemorySegment.NULL)
          ? absent(name, words)
          : Reading.of(new SharedLibrary(name, handle), name);
    } catch (Throwable e) {
      throw new AssertionError("dlopen", e);
    }
  }

  private static Reading<SharedLibrary> absent(String name, MemorySegment words) {
    String text =
        words.equals(MemorySegment.NULL)
            ? "the dynamic linker cannot load it"
            : words.reinterpret(LONGEST_ERROR).getString(0);
    boolean missing = text.startsWith(name + ":") && text.contains("No such file");
    return Reading.absent(missing ? Why.MISSING : Why.FAILED, name, text);
  }

  /** The name it was opened by. */
  public String name() {
    return name;
  }

  /** A function of it. */
  public Optional<MemorySegment> find(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address =
          CFunction.pointer(CFunction.inC("dlsym"), handle, arena.allocateFrom(function));
      return Optional.of(address).filter(found -> !found.equals(MemorySegment.NULL));
    }
  }

  /**
   * Calls a function that returns an int.
   *
   * @param arguments as {@link CFunction} takes them
   * @return empty when the library has no such function
   */
  public OptionalInt call(String function, Object... arguments) {
    Optional<MemorySegment> found = find(function);
    return found.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(CFunction.number(found.get(), arguments));
  }

  /** As {@link #call}, of a function that returns a pointer, which may be NULL. */
  public Optional<MemorySegment> pointer(String function, Object... arguments) {
    return find(function).map(found -> CFunction.pointer(found, arguments));
  }

  /** A place for a pointer that a function hands out. */
  public static MemorySegment pointerOut(Arena arena) {
    return arena.allocate(ADDRESS);
  }

  /** What a function of that name answered, or that there is none. */
  public static Reading<Integer> reading(OptionalInt code, String function) {
    return code.isPresent()
        ? Reading.of(code.getAsInt(), function)
        : Reading.absent(Why.MISSING, function, "the library has no such function");
  }
}
