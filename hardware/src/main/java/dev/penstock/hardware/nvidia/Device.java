package dev.penstock.hardware.nvidia;

import static java.util.Objects.requireNonNull;

import dev.penstock.hardware.nvidia.Library.Shape;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One GPU of NVML. Every method makes one call and returns one reading, whose source is the
 * function's name. Used by one thread at a time.
 */
final class Device {
  private static final int ROOM = 32;
  private static final int TRIES = 4;

  private final @Nullable Library library;
  private final MemorySegment handle;
  private final @Nullable Absent<?> refusal;
  private @Nullable String fault;

  private Device(@Nullable Library library, MemorySegment handle, @Nullable Absent<?> refusal) {
    this.library = library;
    this.handle = handle;
    this.refusal = refusal;
  }

  /** The GPU with a number; when NVML does not hand it out, one whose readings all say so. */
  static Device open(Library library, int index) {
    String function = "nvmlDeviceGetHandleByIndex_v2";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      OptionalInt code = library.call(function, Shape.NUMBER_OUT, index, out);
      if (code.isEmpty()) {
        return refusing(Why.MISSING, function, "this driver's library has no such function");
      }
      if (code.getAsInt() != 0) {
        Device refusing = new Device(null, MemorySegment.NULL, status(code.getAsInt(), function));
        refusing.keepFault(code.getAsInt(), function);
        return refusing;
      }
      return new Device(library, out.get(ValueLayout.ADDRESS, 0), null);
    }
  }

  /** One whose readings are all absent for the same reason. */
  static Device refusing(Why why, String source, String text) {
    return new Device(null, MemorySegment.NULL, new Absent<>(why, source, text));
  }

  private static Absent<?> status(int code, String function) {
    return (Absent<?>) Status.absent(code, function);
  }

  /** Whether NVML did not hand it out. */
  boolean isRefusing() {
    return library == null;
  }

  /** The last answer that showed that the GPU itself has failed. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** (D, char*, int): at most {@code size} bytes with the zero. */
  Reading<String> text(String function, int size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(size);
      return ask(function, Shape.DEVICE_TEXT, () -> out.getString(0), out, size);
    }
  }

  /** (D, char*), where the function knows the size. */
  Reading<String> textOfKnownSize(String function, int size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(size);
      return ask(function, Shape.DEVICE_OUT, () -> out.getString(0), out);
    }
  }

  /** (D, unsigned*) */
  Reading<Long> number(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      return ask(function, Shape.DEVICE_OUT, () -> unsigned(out), out);
    }
  }

  /** As {@link #number}, where it is small. */
  Reading<Integer> small(String function) {
    return number(function).map(Long::intValue);
  }

  /** (D, int, unsigned*) */
  Reading<Long> number(String function, int argument) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      return ask(function, Shape.DEVICE_NUMBER_OUT, () -> unsigned(out), argument, out);
    }
  }

  /** As {@link #number(String, int)}, where it is small. */
  Reading<Integer> small(String function, int argument) {
    return number(function, argument).map(Long::intValue);
  }

  /** (D, unsigned long long*) */
  Reading<Long> wide(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      return ask(function, Shape.DEVICE_OUT, () -> out.get(ValueLayout.JAVA_LONG, 0), out);
    }
  }

  /** (D, int, int, unsigned long long*) */
  Reading<Long> wide(String function, int first, int second) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      Supplier<Long> result = () -> out.get(ValueLayout.JAVA_LONG, 0);
      return ask(function, Shape.DEVICE_NUMBER_NUMBER_OUT, result, first, second, out);
    }
  }

  /** (D, unsigned*, unsigned*) */
  Reading<Pair> pair(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment second = arena.allocate(ValueLayout.JAVA_INT);
      Supplier<Pair> result = () -> new Pair(unsigned(first), unsigned(second));
      return ask(function, Shape.DEVICE_OUT_OUT, result, first, second);
    }
  }

  /** (D, unsigned*, unsigned*, unsigned*, unsigned*) */
  Reading<List<Long>> four(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT, 4);
      return ask(
          function,
          Shape.DEVICE_FOUR_OUT,
          () -> LongStream.range(0, 4).mapToObj(i -> unsigned(out.asSlice(4 * i))).toList(),
          out,
          out.asSlice(4),
          out.asSlice(8),
          out.asSlice(12));
    }
  }

  /** (D): whether it succeeds, which is the answer. */
  Reading<Boolean> succeeds(String function) {
    return ask(function, Shape.DEVICE, () -> true);
  }

  /** (D, struct*) */
  <T> Reading<T> struct(
      String function, StructLayout layout, Function<MemorySegment, T> result, int... start) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(layout);
      for (int i = 0; i < start.length; i++) {
        out.setAtIndex(ValueLayout.JAVA_INT, i, start[i]);
      }
      return ask(function, Shape.DEVICE_OUT, () -> result.apply(out), out);
    }
  }

  /** (D, unsigned* count, struct*): as many as there are, unless they keep becoming more. */
  <T> Reading<List<T>> list(String function, StructLayout layout, Function<MemorySegment, T> item) {
    return listed(
        function,
        layout,
        item,
        Shape.DEVICE_OUT_OUT,
        (count, items) -> new Object[] {handle, count, items});
  }

  /** (D, struct*, unsigned* count, unsigned long long). */
  <T> Reading<List<T>> listSince(
      String function, StructLayout layout, Function<MemorySegment, T> item, long since) {
    return listed(
        function,
        layout,
        item,
        Shape.DEVICE_OUT_OUT_WIDE,
        (count, items) -> new Object[] {handle, items, count, since});
  }

  private interface Arguments {
    Object[] of(MemorySegment count, MemorySegment items);
  }

  private <T> Reading<List<T>> listed(
      String function,
      StructLayout layout,
      Function<MemorySegment, T> item,
      Shape shape,
      Arguments arguments) {
    int room = ROOM;
    Reading<List<T>> answer = Reading.absent(Why.FAILED, function, "it keeps growing");
    for (int tries = 0; tries < TRIES; tries++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, room);
        MemorySegment items = arena.allocate(layout, room);
        int[] code = {0};
        Supplier<List<T>> result = () -> items(items, layout, count, item);
        answer = askWith(function, shape, result, arguments.of(count, items), code);
        switch (Status.of(code[0])) {
          case INSUFFICIENT_SIZE -> {}
          case NOT_FOUND -> {
            return Reading.of(List.of(), function);
          }
          default -> {
            return answer;
          }
        }
        room = Math.max(2 * room, count.get(ValueLayout.JAVA_INT, 0) + ROOM);
      }
    }
    return answer;
  }

  private static <T> List<T> items(
      MemorySegment items,
      StructLayout layout,
      MemorySegment count,
      Function<MemorySegment, T> item) {
    List<T> all = new ArrayList<>();
    long size = layout.byteSize();
    for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
      all.add(item.apply(items.asSlice(i * size, size)));
    }
    return List.copyOf(all);
  }

  /** How many pages were retired for a cause. */
  Reading<Long> retiredPages(int cause) {
    String function = "nvmlDeviceGetRetiredPages_v2";
    int most = 256;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, most);
      MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, most);
      MemorySegment times = arena.allocate(ValueLayout.JAVA_LONG, most);
      return ask(
          function,
          Shape.DEVICE_NUMBER_THREE_OUT,
          () -> unsigned(count),
          cause,
          count,
          addresses,
          times);
    }
  }

  /** Values of fields, by their numbers. */
  Fields fields(int... ids) {
    String function = "nvmlDeviceGetFieldValues";
    long size = Structs.FIELD.byteSize();
    Map<Integer, Reading<Long>> values = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(MemoryLayout.sequenceLayout(ids.length, Structs.FIELD));
      for (int i = 0; i < ids.length; i++) {
        out.set(ValueLayout.JAVA_INT, i * size, ids[i]);
      }
      Reading<Boolean> asked = ask(function, Shape.DEVICE_NUMBER_OUT, () -> true, ids.length, out);
      for (int i = 0; i < ids.length; i++) {
        MemorySegment field = out.asSlice(i * size, size);
        String source = function + " " + ids[i];
        values.put(
            ids[i],
            switch (asked) {
              case Present<Boolean> _ -> field(field, source);
              case Absent<Boolean>(Why why, String _, String text) ->
                  Reading.absent(why, source, text);
            });
      }
    }
    return new Fields(values);
  }

  private Reading<Long> field(MemorySegment field, String source) {
    int code = Structs.number(field, Structs.FIELD, "nvmlReturn");
    keepFault(code, source);
    if (code != 0) {
      return Status.absent(code, source);
    }
    long bits = Structs.wide(field, Structs.FIELD, "value");
    int type = Structs.number(field, Structs.FIELD, "valueType");
    return switch (type) {
      case 0 -> Reading.of(Math.round(Double.longBitsToDouble(bits)), source);
      case 1 -> Reading.of(Integer.toUnsignedLong((int) bits), source);
      case 2, 3, 4 -> Reading.of(bits, source);
      case 5 -> Reading.of((long) (int) bits, source);
      case 6 -> Reading.of((long) Short.toUnsignedInt((short) bits), source);
      default -> Reading.absent(Why.UNSUPPORTED, source, "a value of the unknown type " + type);
    };
  }

  private <T> Reading<T> ask(String function, Shape shape, Supplier<T> result, Object... rest) {
    Object[] arguments = new Object[rest.length + 1];
    arguments[0] = handle;
    System.arraycopy(rest, 0, arguments, 1, rest.length);
    return askWith(function, shape, result, arguments, new int[1]);
  }

  private <T> Reading<T> askWith(
      String function, Shape shape, Supplier<T> result, Object[] arguments, int[] code) {
    Library asked = library;
    if (asked == null) {
      Absent<?> refused = requireNonNull(refusal);
      return Reading.absent(refused.why(), refused.source(), refused.text());
    }
    OptionalInt answer = asked.call(function, shape, arguments);
    if (answer.isEmpty()) {
      return Reading.absent(Why.MISSING, function, "this driver's library has no such function");
    }
    code[0] = answer.getAsInt();
    keepFault(code[0], function);
    return code[0] == 0 ? Reading.of(result.get(), function) : Status.absent(code[0], function);
  }

  private void keepFault(int code, String function) {
    if (Status.of(code).isFault()) {
      fault = function + ": " + Status.describe(code);
    }
  }

  private static long unsigned(MemorySegment out) {
    return Integer.toUnsignedLong(out.get(ValueLayout.JAVA_INT, 0));
  }

  /** Values by the numbers that were asked for. */
  record Fields(Map<Integer, Reading<Long>> values) {
    Reading<Long> get(int id) {
      return requireNonNull(values.get(id));
    }
  }

  /** Two numbers that come together. */
  record Pair(long first, long second) {}
}
