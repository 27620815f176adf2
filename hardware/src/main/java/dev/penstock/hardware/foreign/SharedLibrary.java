package dev.penstock.hardware.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;

/** A shared library that stays loaded to the end of the process. As safe from threads as it is. */
public final class SharedLibrary {
  private static final int RTLD_NOW = 2;
  private static final long LONGEST_ERROR = 4096;

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
      MemorySegment handle =
          CFunction.pointer(CFunction.inC("dlopen"), arena.allocateFrom(name), RTLD_NOW);
      if (!handle.equals(MemorySegment.NULL)) {
        return Reading.of(new SharedLibrary(name, handle), name);
      }
      MemorySegment words = CFunction.pointer(CFunction.inC("dlerror"));
      String text =
          words.equals(MemorySegment.NULL)
              ? "the dynamic linker cannot load it"
              : words.reinterpret(LONGEST_ERROR).getString(0);
      boolean missing = text.startsWith(name + ":") && text.contains("No such file");
      return Reading.absent(missing ? Why.MISSING : Why.FAILED, name, text);
    }
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
