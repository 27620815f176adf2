package dev.penstock.hardware.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Calls C functions whose parameters are told by the arguments: an {@link Integer} is an int, a
 * {@link Long} a 64-bit integer, a {@link MemorySegment} a pointer and a {@link Value} a structure
 * that is passed itself. Whoever calls vouches that the function is of that shape.
 */
public final class CFunction {
  private static final Linker LINKER = Linker.nativeLinker();

  private CFunction() {}

  /** A structure passed by value. */
  public record Value(MemorySegment bytes, StructLayout layout) {}

  /** A function of the C library. */
  static MemorySegment inC(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  /** One of the C library, of this shape. */
  static MethodHandle bound(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(inC(name), shape);
  }

  /** Calls one that returns an int. */
  public static int number(MemorySegment function, Object... arguments) {
    return (int) call(function, FunctionDescriptor.of(JAVA_INT, layouts(arguments)), arguments);
  }

  /** Calls one that returns a pointer. */
  public static MemorySegment pointer(MemorySegment function, Object... arguments) {
    return (MemorySegment)
        call(function, FunctionDescriptor.of(ADDRESS, layouts(arguments)), arguments);
  }

  /** Calls one that returns nothing. */
  public static void nothing(MemorySegment function, Object... arguments) {
    Object _ = call(function, FunctionDescriptor.ofVoid(layouts(arguments)), arguments);
  }

  @SuppressWarnings("NullAway") // A function without a result.
  private static Object call(
      MemorySegment function, FunctionDescriptor descriptor, Object... arguments) {
    try {
      return LINKER
          .downcallHandle(function, descriptor)
          .invokeWithArguments(
              Arrays.stream(arguments)
                  .map(argument -> argument instanceof Value value ? value.bytes() : argument)
                  .toArray());
    } catch (Throwable e) {
      throw new AssertionError("a function does not have the shape " + descriptor, e);
    }
  }

  private static MemoryLayout[] layouts(Object... arguments) {
    return Arrays.stream(arguments).map(CFunction::layout).toArray(MemoryLayout[]::new);
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case Integer _ -> JAVA_INT;
      case Long _ -> JAVA_LONG;
      case MemorySegment _ -> ADDRESS;
      case Value value -> value.layout();
      default -> throw new IllegalArgumentException(argument.getClass().getName());
    };
  }
}
