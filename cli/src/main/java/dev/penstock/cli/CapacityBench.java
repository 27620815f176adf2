package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.DemoClip;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Outcome.Failed;
import dev.penstock.model.Plan;
import dev.penstock.model.Progress;
import dev.penstock.model.Verification;
import dev.penstock.node.LocalMachine;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Footage;
import dev.penstock.planner.admission.Headroom;
import dev.penstock.planner.admission.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Real encodes of a film it makes, side by side in this process, and what they take meanwhile. Its
 * files are in a folder of its own, which goes with it.
 */
final class CapacityBench implements AutoCloseable {
  private static final Duration FILM = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** How long encodes may take to begin: drivers compile kernels the first time. */
  private static final Duration START = Duration.ofSeconds(60);

  private final Path folder;
  private final Sampler sampler;
  private final Duration length;
  private final int most;
  private final Cancellation cancellation;
  private final Consumer<String> log;

  /**
   * So many at once.
   *
   * @param speed of the slowest, in multiples of real time
   * @param encoders percent, as everything here of all together
   * @param memory bytes beyond what was in use before
   * @param bus bytes a second
   * @param cores of the processor
   */
  record Step(
      int sessions,
      double speed,
      double mean,
      Optional<Double> encoders,
      Optional<Double> decoders,
      Optional<Double> shaders,
      OptionalLong memory,
      OptionalLong bus,
      double cores) {}

  /**
   * What was found.
   *
   * @param device key; {@code software} for the processor
   * @param one what one encode takes at the speed of its source, in the units of {@link Load}
   * @param fits how many of them there are to the limits of admission
   * @param limitedBy of which there is too little for more
   */
  record Result(
      String device,
      String name,
      Optional<String> driver,
      List<Step> steps,
      Map<String, Long> one,
      long fits,
      String limitedBy) {}

  record Outcome(Result result, Corrections corrections) {}

  private CapacityBench(
      Path folder,
      Sampler sampler,
      Duration length,
      int most,
      Cancellation cancellation,
      Consumer<String> log) {
    this.folder = folder;
    this.sampler = sampler;
    this.length = length;
    this.most = most;
    this.cancellation = cancellation;
    this.log = log;
  }

  /**
   * @param length of each step
   * @param most encodes at once
   */
  static CapacityBench open(
      Sampler sampler, Duration length, int most, Cancellation cancellation, Consumer<String> log)
      throws IOException {
    return new CapacityBench(
        Files.createTempDirectory("penstock-bench"), sampler, length, most, cancellation, log);
  }

  static boolean canEncode(Device device) {
    return device.of(Capability.Direction.ENCODE, "h264").stream()
        .anyMatch(each -> each.evidence() == Capability.Evidence.PROVED);
  }

  /** Of a GPU, or of the processor. */
  Outcome measure(Optional<Device> device) throws InterruptedException {
    Path film = film();
    Gpus gpus = new Gpus(device.stream().toList(), List.of());
    JobSpec spec = spec(film, folder.resolve("out-0.mp4"), device);
    Flow flow = flow(gpus, cancellation);
    Plan plan;
    Optional<Footage> footage;
    try (Input input = flow.open(spec)) {
      plan = flow.plan(spec, input).plan();
      footage = Footage.of(plan, input.info());
    }
    List<Step> steps = new ArrayList<>();
    int sessions = 1;
    do {
      log.accept(
          "measuring "
              + sessions
              + " at once on "
              + device.map(CapacityBench::called).orElse("the processor"));
      steps.add(step(sessions, film, device, gpus));
      sessions *= 2;
    } while (sessions <= most && steps.getLast().speed() >= 1 && !cancellation.isCancelled());
    return outcome(device, steps, plan, footage);
  }

  private static String called(Device device) {
    return device.identity().name() + " (" + device.identity().key() + ")";
  }

  // ---- encodes

  private Path film() {
    Path film = folder.resolve("film.mp4");
    if (!Files.exists(film)) {
      log.accept("making a film of " + FILM.toSeconds() + " s");
      Path clip = folder.resolve("clip.mkv");
      DemoClip.write(clip, FILM, cancellation);
      run(
          spec(
              "transcode: {input: "
                  + clip
                  + ", output: "
                  + film
                  + ", codec: h264, preset: p1, size: 1080p, audio: none, hardware: off}"),
          new Gpus(List.of(), List.of()),
          cancellation,
          _ -> {});
    }
    return film;
  }

  private static JobSpec spec(Path film, Path output, Optional<Device> device) {
    return spec(
        "transcode: {input: "
            + film
            + ", output: "
            + output
            + ", codec: h264, preset: p4, size: 1080p, audio: none, segments: off, hardware: "
            + (device.isPresent() ? "require" : "off")
            + "}");
  }

  private static JobSpec spec(String text) {
    return (JobSpec)
        JobFile.parse("the measurement", text.getBytes(StandardCharsets.UTF_8), Optional.empty())
            .job();
  }

  private Flow flow(Gpus gpus, Cancellation own) {
    return new Flow(new Input.Options(Duration.ofSeconds(30), _ -> {}), own, () -> gpus);
  }

  private void run(JobSpec spec, Gpus gpus, Cancellation own, Consumer<Progress> progress) {
    Engine.Options options =
        new Engine.Options(
            /* overwrite= */ true,
            OptionalInt.of(1),
            Optional.of(folder),
            Verification.Level.NONE,
            progress,
            _ -> {});
    if (flow(gpus, own).execute(spec, options) instanceof Failed(Failure failure)) {
      throw new FailureException(failure);
    }
  }

  /** One after the other until it is stopped. Milliseconds of media that were written. */
  private final class Session implements Runnable {
    private final JobSpec spec;
    private final Gpus gpus;
    private final Cancellation own;
    private final AtomicLong before = new AtomicLong();
    private final AtomicLong position = new AtomicLong();
    private final ConcurrentLinkedQueue<RuntimeException> failures;

    Session(
        JobSpec spec,
        Gpus gpus,
        Cancellation own,
        ConcurrentLinkedQueue<RuntimeException> failures) {
      this.spec = spec;
      this.gpus = gpus;
      this.own = own;
      this.failures = failures;
    }

    @Override
    public void run() {
      try {
        while (!own.isCancelled()) {
          CapacityBench.this.run(spec, gpus, own, said -> position.set(said.position().toMillis()));
          before.addAndGet(FILM.toMillis());
          position.set(0);
        }
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }

    long done() {
      return before.get() + position.get();
    }
  }

  private Step step(int count, Path film, Optional<Device> device, Gpus gpus)
      throws InterruptedException {
    Optional<Long> idle = device.flatMap(this::sample).flatMap(CapacityBench::used);
    Cancellation own = new Cancellation();
    ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    List<Session> sessions = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path output = folder.resolve("out-" + i + ".mp4");
      Session session = new Session(spec(film, output, device), gpus, own, failures);
      sessions.add(session);
      threads.add(Thread.ofPlatform().name("encode " + i).start(session));
    }
    try {
      await(sessions, failures);
      return watch(sessions, device, idle, failures);
    } finally {
      own.cancel();
      for (Thread each : threads) {
        each.join();
      }
    }
  }

  private void await(List<Session> sessions, ConcurrentLinkedQueue<RuntimeException> failures)
      throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (sessions.stream().anyMatch(each -> each.done() == 0)
        && failures.isEmpty()
        && !cancellation.isCancelled()
        && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
  }

  private Step watch(
      List<Session> sessions,
      Optional<Device> device,
      Optional<Long> idle,
      ConcurrentLinkedQueue<RuntimeException> failures)
      throws InterruptedException {
    long[] from = sessions.stream().mapToLong(Session::done).toArray();
    long start = System.nanoTime();
    Duration cpu = cpu();
    List<GpuSample> samples = new ArrayList<>();
    while (System.nanoTime() - start < length.toNanos()
        && failures.isEmpty()
        && !cancellation.isCancelled()) {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      device.flatMap(this::sample).ifPresent(samples::add);
    }
    RuntimeException failure = failures.peek();
    if (failure != null) {
      throw failure;
    }
    double passed = (System.nanoTime() - start) / 1e9;
    double slowest = Double.MAX_VALUE;
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      double speed = (sessions.get(i).done() - from[i]) / 1000.0 / passed;
      slowest = Math.min(slowest, speed);
      sum += speed;
    }
    return new Step(
        from.length,
        slowest,
        sum / from.length,
        average(samples, Dimension.ENCODER),
        average(samples, Dimension.DECODER),
        average(samples, Dimension.SHADERS),
        memory(samples, idle),
        bus(samples),
        cpu().minus(cpu).toNanos() / 1e9 / passed);
  }

  // ---- readings

  private Optional<GpuSample> sample(Device device) {
    return LocalMachine.sample(sampler.sample(), device);
  }

  private static Optional<Long> used(GpuSample sample) {
    return sample.memory().used().toOptional();
  }

  private static Optional<Double> average(List<GpuSample> samples, Dimension engine) {
    return Optional.of(
            samples.stream()
                .flatMap(each -> LocalMachine.load(each, engine).toOptional().stream())
                .mapToInt(Integer::intValue)
                .average())
        .flatMap(all -> all.isPresent() ? Optional.of(all.getAsDouble()) : Optional.empty());
  }

  private static OptionalLong memory(List<GpuSample> samples, Optional<Long> idle) {
    return idle.isEmpty()
        ? OptionalLong.empty()
        : samples.stream()
            .flatMap(each -> used(each).stream())
            .mapToLong(used -> Math.max(0, used - idle.get()))
            .max();
  }

  private static OptionalLong bus(List<GpuSample> samples) {
    return samples.stream()
        .flatMap(each -> each.bus().sent().toOptional().stream())
        .mapToLong(Long::longValue)
        .max();
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  // ---- what follows

  /** From as many as there were while all were fast enough. */
  private static Outcome outcome(
      Optional<Device> device, List<Step> steps, Plan plan, Optional<Footage> footage) {
    Step best =
        steps.stream()
            .filter(step -> step.speed() >= 1)
            .max(Comparator.comparingInt(Step::sessions))
            .orElse(steps.getFirst());
    CostModel costs = LocalMachine.uncorrected(device);
    Load one = one(best, steps.getFirst(), costs);
    Corrections corrections =
        Corrections.NONE.calibrated(costs.parts(plan, footage, 1), withoutAround(one));
    Load sure = one.max(Load.of(Dimension.CORES, 1));
    List<Map.Entry<String, Long>> rooms = new ArrayList<>();
    Headroom room = LocalMachine.idle(device, Policy.STANDARD);
    for (var gauge : room.gauges()) {
      long each = sure.of(gauge.dimension());
      if (each > 0) {
        rooms.add(Map.entry(gauge.dimension().label(), gauge.limit() / each));
      }
    }
    Map.Entry<String, Long> least =
        rooms.stream().min(Map.Entry.comparingByValue()).orElse(Map.entry("processor", 0L));
    return new Outcome(
        new Result(
            device.map(each -> each.identity().key()).orElse("software"),
            device.map(each -> each.identity().name()).orElse("processor"),
            device.flatMap(each -> each.identity().driver()),
            List.copyOf(steps),
            named(one),
            least.getValue(),
            least.getKey()),
        corrections);
  }

  private static Load withoutAround(Load one) {
    return one.with(Dimension.CORES, Math.max(1, one.cores() - CostModel.around()));
  }

  /** At the speed of its source. */
  private static Load one(Step step, Step first, CostModel costs) {
    double all = Math.max(0.01, step.mean() * step.sessions());
    long context = Policy.STANDARD.context();
    long memory =
        step.sessions() > first.sessions()
            ? (step.memory().orElse(0) - first.memory().orElse(0))
                / (step.sessions() - first.sessions())
            : first.memory().orElse(0) - context;
    boolean isGpu = costs.figures().encoders() > 0;
    return new Load(
        percent(step.encoders(), 10L * costs.figures().encoders() / all),
        percent(step.decoders(), 10L * costs.figures().decoders() / all),
        percent(step.shaders(), 10 / all),
        Math.max(0, memory),
        Math.round(step.bus().orElse(0) / all),
        isGpu ? 1 : 0,
        Math.round(1000 * step.cores() / all));
  }

  private static long percent(Optional<Double> reading, double by) {
    return Math.round(reading.orElse(0.0) * by);
  }

  private static Map<String, Long> named(Load one) {
    Map<String, Long> named = new TreeMap<>();
    for (Dimension dimension : Dimension.values()) {
      if (one.of(dimension) > 0) {
        named.put(dimension.label(), one.of(dimension));
      }
    }
    return named;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
