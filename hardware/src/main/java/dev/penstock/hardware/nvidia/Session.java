package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.CallerThread.Outcome;
import dev.penstock.hardware.nvidia.CallerThread.Question;
import dev.penstock.hardware.nvidia.Library.Shape;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * NVML, opened: what it says about itself, and a thread for each GPU. Belongs to one thread, which
 * waits for the others.
 */
final class Session implements AutoCloseable {
  /** Succeeds also where no GPU works, so that a machine with a dead one still answers. */
  private static final int NO_GPUS = 1;

  private static final int TEXT = 96;

  private final Opening opening;
  private final List<Gpu> gpus;
  private final List<CallerThread> threads;

  private Session(Opening opening, List<Gpu> gpus, List<CallerThread> threads) {
    this.opening = opening;
    this.gpus = gpus;
    this.threads = threads;
  }

  /**
   * What opening it showed.
   *
   * @param init the return code of {@code nvmlInitWithFlags}
   * @param cuda the newest CUDA version that the driver serves
   */
  record Opening(
      Reading<String> library,
      Reading<Integer> init,
      Reading<String> driver,
      Reading<String> nvml,
      Reading<String> cuda,
      Reading<Integer> count) {
    static Opening none(Why why, String source, String text) {
      return new Opening(
          Reading.absent(why, source, text),
          Reading.absent(why, source, text),
          Reading.absent(why, source, text),
          Reading.absent(why, source, text),
          Reading.absent(why, source, text),
          Reading.absent(why, source, text));
    }

    Opening in(Reading<String> loaded) {
      return new Opening(loaded, init, driver, nvml, cuda, count);
    }
  }

  /** Loads and initialises it. A library that is not there, or does not answer, has no GPUs. */
  static Session open(String name, InstantSource clock, Duration deadline) {
    return switch (Library.load(name)) {
      case Absent<Library>(Why why, String source, String text) ->
          new Session(Opening.none(why, source, text), List.of(), List.of());
      case Present<Library>(Library library, String path) ->
          open(library, Reading.of(path, path), clock, deadline);
    };
  }

  private static Session open(
      Library library, Reading<String> path, InstantSource clock, Duration deadline) {
    CallerThread system = new CallerThread("nvml", clock);
    Opening opening =
        switch (system.ask(() -> opening(library)).await(deadline)) {
          case Outcome.Answered<Opening>(Opening answered) -> answered;
          case Outcome.Silent<Opening> silent ->
              Opening.none(Why.HUNG, silent.function(), silent.text());
        };
    List<CallerThread> threads = new ArrayList<>(List.of(system));
    List<Gpu> gpus = new ArrayList<>();
    for (int index : IntStream.range(0, opening.count.toOptional().orElse(0)).toArray()) {
      CallerThread thread = new CallerThread("nvml-gpu-" + index, clock);
      threads.add(thread);
      gpus.add(new Gpu(library, index, thread));
    }
    return new Session(opening.in(path), List.copyOf(gpus), List.copyOf(threads));
  }

  private static Opening opening(Library library) {
    String function = "nvmlInitWithFlags";
    OptionalInt code = library.call(function, Shape.NUMBER, NO_GPUS);
    if (code.isEmpty()) {
      String text = "this driver's library has no such function";
      return Opening.none(Why.MISSING, function, text);
    }
    Reading<Integer> init = Reading.of(code.getAsInt(), function);
    if (code.getAsInt() != 0) {
      Absent<?> refused = (Absent<?>) Status.absent(code.getAsInt(), function);
      Opening none = Opening.none(refused.why(), function, refused.text());
      return new Opening(none.library, init, none.driver, none.nvml, none.cuda, none.count);
    }
    return new Opening(
        Reading.of("", function),
        init,
        text(library, "nvmlSystemGetDriverVersion"),
        text(library, "nvmlSystemGetNVMLVersion"),
        number(library, "nvmlSystemGetCudaDriverVersion_v2").map(Session::cudaVersion),
        number(library, "nvmlDeviceGetCount_v2"));
  }

  private static String cudaVersion(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  private static Reading<String> text(Library library, String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(TEXT);
      OptionalInt code = library.call(function, Shape.TEXT, out, TEXT);
      return answer(code, function, () -> out.getString(0));
    }
  }

  private static Reading<Integer> number(Library library, String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      OptionalInt code = library.call(function, Shape.OUT, out);
      return answer(code, function, () -> out.get(ValueLayout.JAVA_INT, 0));
    }
  }

  private static <T> Reading<T> answer(OptionalInt code, String function, Supplier<T> value) {
    if (code.isEmpty()) {
      return Reading.absent(Why.MISSING, function, "this driver's library has no such function");
    }
    return code.getAsInt() == 0
        ? Reading.of(value.get(), function)
        : Status.absent(code.getAsInt(), function);
  }

  /** Whether there is nothing now, but it could be asked again. */
  boolean mayComeLater() {
    return opening.count instanceof Absent<Integer>(Why why, String _, String _) && why != Why.HUNG;
  }

  Opening opening() {
    return opening;
  }

  List<Gpu> gpus() {
    return gpus;
  }

  /** The same question about every GPU, on the threads of all at once. */
  <T> List<T> ask(Function<Device, T> question, Duration deadline) {
    List<Question<T>> asked = gpus.stream().map(gpu -> gpu.put(question)).toList();
    long end = System.nanoTime() + deadline.toNanos();
    List<T> answers = new ArrayList<>();
    for (Question<T> one : asked) {
      answers.add(
          switch (one.await(Duration.ofNanos(end - System.nanoTime()))) {
            case Outcome.Answered<T>(T value) -> value;
            case Outcome.Silent<T> silent ->
                question.apply(Device.refusing(Why.HUNG, silent.function(), silent.text()));
          });
    }
    return answers;
  }

  @Override
  public void close() {
    threads.forEach(CallerThread::close);
  }

  /** One GPU and its thread, on which its device is opened when it is first asked. */
  static final class Gpu {
    private final Library library;
    private final int index;
    private final CallerThread thread;
    private @Nullable Device opened;

    private Gpu(Library library, int index, CallerThread thread) {
      this.library = library;
      this.index = index;
      this.thread = thread;
    }

    int index() {
      return index;
    }

    private <T> Question<T> put(Function<Device, T> question) {
      return thread.ask(() -> question.apply(device()));
    }

    /** Runs on the GPU's thread. One that NVML did not hand out is asked for again. */
    private Device device() {
      Device device = opened;
      if (device == null || device.isRefusing()) {
        device = Device.open(library, index);
        opened = device;
      }
      return device;
    }
  }
}
