package dev.penstock.node;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.model.Device;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.CostModel.Part;
import dev.penstock.planner.admission.Figures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What running jobs take, as readings and their workers tell, set against what was expected of
 * them.
 *
 * <p>Only what can be laid to a job counts: a GPU's readings while nothing but jobs just like it is
 * on that GPU, the processor's while its worker has no other task. All of it is by the second of
 * media that was done meanwhile, so that it does not matter how fast the job was.
 */
final class Consumption implements Experience {
  /** Before so much was seen of it, the first moments of a job are too much of it. */
  private static final Duration LEAST = Duration.ofSeconds(3);

  /** Of a job that runs for hours, what it took is learnt as it runs. */
  private static final Duration MOST = Duration.ofSeconds(30);

  /** Below this many percent a whole number says too little. */
  private static final double COARSE = 2;

  private final long context;
  private final InstantSource clock;
  private final Map<JobId, Run> runs = new ConcurrentHashMap<>();
  private volatile Corrections corrections;

  /**
   * @param context bytes of a GPU's memory that a worker takes whatever it does
   */
  Consumption(Corrections known, long context, InstantSource clock) {
    this.corrections = known;
    this.context = context;
    this.clock = clock;
  }

  Corrections corrections() {
    return corrections;
  }

  // ---- jobs

  /** A job and what was seen of it. Its own monitor guards it. */
  private static final class Run {
    private final List<Part> parts;
    private final List<String> gpus;
    private final Meter gpu = new Meter();
    private final Meter processor = new Meter();
    private Duration position = Duration.ZERO;
    private boolean encoding;
    private long memory;
    private @Nullable Duration cpu;
    private Optional<String> device = Optional.empty();

    /**
     * @param parts as of the GPU that the job was planned for, which may be another of the same
     */
    Run(List<Part> parts, List<String> gpus) {
      this.parts =
          gpus.isEmpty()
              ? List.copyOf(parts)
              : parts.stream().map(part -> part.on(Optional.empty())).toList();
      this.gpus = List.copyOf(gpus);
    }

    synchronized void at(FromWorker.Progress said) {
      encoding = said.phase() == FromWorker.Phase.ENCODING;
      said.progress().filter(_ -> encoding).ifPresent(known -> position = known.position());
    }

    boolean isLike(Run other) {
      return parts.equals(other.parts) && gpus.equals(other.gpus);
    }
  }

  /** Sums up over time while media are done. */
  private static final class Meter {
    private final Map<Dimension, Double> sums = new EnumMap<>(Dimension.class);
    private Duration seen = Duration.ZERO;
    private Duration media = Duration.ZERO;
    private @Nullable Instant last;
    private Duration from = Duration.ZERO;

    /** Time passed of which nothing can be said. */
    void skip() {
      last = null;
    }

    /** How much time has passed since the last call; empty where there was none. */
    Optional<Duration> step(Instant now, Duration position) {
      Optional<Duration> passed =
          Optional.ofNullable(last)
              .filter(before -> before.isBefore(now))
              .map(before -> Duration.between(before, now));
      if (passed.isPresent()) {
        seen = seen.plus(passed.get());
        media = media.plus(position.minus(from));
      }
      last = now;
      from = position;
      return passed;
    }

    void add(Dimension dimension, double amount, Duration passed) {
      sums.merge(dimension, amount * passed.toNanos() / 1e9, Double::sum);
    }

    boolean isEnough() {
      return seen.compareTo(LEAST) >= 0 && media.isPositive();
    }

    /** By the second of media. */
    long rate(Dimension dimension) {
      return Math.round(sums.getOrDefault(dimension, 0.0) / (media.toNanos() / 1e9));
    }

    double average(Dimension dimension) {
      return sums.getOrDefault(dimension, 0.0) / (seen.toNanos() / 1e9);
    }

    void clear() {
      sums.clear();
      seen = Duration.ZERO;
      media = Duration.ZERO;
    }
  }

  @Override
  public void begun(JobId job, List<Part> parts, List<String> gpus) {
    if (!parts.isEmpty() && gpus.size() <= 1) {
      runs.put(job, new Run(parts, gpus));
    }
  }

  @Override
  public void said(JobId job, FromWorker said) {
    Run run = runs.get(job);
    if (run != null && said instanceof FromWorker.Progress progress) {
      run.at(progress);
    } else if (run != null && said instanceof FromWorker.Heartbeat beat) {
      beat(run, beat);
    }
  }

  private void beat(Run run, FromWorker.Heartbeat beat) {
    synchronized (run) {
      Duration before = run.cpu;
      run.cpu = beat.cpu();
      if (beat.tasks() != 1 || !run.encoding || before == null) {
        run.processor.skip();
        return;
      }
      run.processor
          .step(clock.instant(), run.position)
          .ifPresent(passed -> {
            double cores = 1000.0 * beat.cpu().minus(before).toNanos() / passed.toNanos();
            run.processor.add(Dimension.CORES, Math.max(0, cores - CostModel.around()), passed);
          });
    }
    learnFrom(run, /* isOver= */ false);
  }

  @Override
  public void ended(JobId job) {
    Run run = runs.remove(job);
    if (run != null) {
      learnFrom(run, /* isOver= */ true);
    }
  }

  // ---- readings

  /**
   * Of a GPU.
   *
   * @param ours whether a process is a worker of this node
   */
  void read(Instant at, Device device, GpuSample sample, Set<Long> ours) {
    String key = device.identity().key();
    List<Run> here = runs.values().stream().filter(run -> run.gpus.contains(key)).toList();
    if (here.isEmpty()) {
      return;
    }
    boolean isClear =
        sample.isUp() && here.stream().allMatch(run -> run.encoding && run.isLike(here.getFirst()));
    Mine mine = new Mine(sample, ours);
    for (Run run : here) {
      synchronized (run) {
        if (isClear) {
          take(run, at, device, mine, here.size());
        } else {
          run.gpu.skip();
        }
      }
      learnFrom(run, /* isOver= */ false);
    }
  }

  private void take(Run run, Instant at, Device device, Mine mine, int jobs) {
    run.device = Optional.of(Figures.name(device));
    run.gpu
        .step(at, run.position)
        .ifPresent(passed -> {
          long encoders = 10L * device.engines().encoders().toOptional().orElse(1);
          long decoders = 10L * device.engines().decoders().toOptional().orElse(1);
          mine.load(Engine.ENCODER)
              .ifPresent(p -> run.gpu.add(Dimension.ENCODER, p * encoders / jobs, passed));
          mine.load(Engine.DECODER)
              .ifPresent(p -> run.gpu.add(Dimension.DECODER, p * decoders / jobs, passed));
          mine.load(Engine.COMPUTE)
              .ifPresent(p -> run.gpu.add(Dimension.SHADERS, p * 10.0 / jobs, passed));
          mine.bus().ifPresent(bytes -> run.gpu.add(Dimension.BUS, bytes / jobs, passed));
          mine.memory(context).ifPresent(bytes -> run.memory = Math.max(run.memory, bytes / jobs));
        });
  }

  /** What of a sample is our workers'. */
  private record Mine(GpuSample sample, Set<Long> ours) {
    /** Percent; told by process, or of all while nobody else is there. */
    Optional<Double> load(Engine engine) {
      List<Integer> told =
          own().stream()
              .flatMap(process -> process.engines().toOptional().stream())
              .flatMap(List::stream)
              .filter(load ->
                  load.engine() == engine
                      || (engine == Engine.COMPUTE && load.engine() == Engine.GRAPHICS))
              .map(EngineLoad::percent)
              .flatMap(percent -> percent.toOptional().stream())
              .toList();
      return told.isEmpty()
          ? whole(engine)
          : Optional.of(told.stream().mapToDouble(Integer::doubleValue).sum());
    }

    private Optional<Double> whole(Engine engine) {
      return Optional.of(sample)
          .filter(_ -> isAlone())
          .flatMap(all ->
              all.load(engine)
                  .toOptional()
                  .or(() ->
                      all.load(engine == Engine.COMPUTE ? Engine.GRAPHICS : Engine.VIDEO)
                          .toOptional()))
          .map(Integer::doubleValue);
    }

    Optional<Double> bus() {
      return isAlone()
          ? sample
              .bus()
              .sent()
              .toOptional()
              .map(sent -> (double) Math.max(sent, sample.bus().received().toOptional().orElse(0L)))
          : Optional.empty();
    }

    Optional<Long> memory(long context) {
      List<Long> bytes =
          own().stream()
              .flatMap(process -> process.memory().toOptional().stream())
              .map(all -> all - context)
              .filter(left -> left > 0)
              .toList();
      return bytes.isEmpty()
          ? Optional.empty()
          : Optional.of(bytes.stream().mapToLong(Long::longValue).sum());
    }

    private List<GpuProcess> own() {
      return sample.processes().toOptional().orElse(List.of()).stream()
          .filter(process -> ours.contains(process.pid()))
          .toList();
    }

    private boolean isAlone() {
      return sample
          .processes()
          .map(all -> all.stream().allMatch(process -> ours.contains(process.pid())))
          .toOptional()
          .orElse(false);
    }
  }

  // ---- what follows

  private void learnFrom(Run run, boolean isOver) {
    Load measured;
    List<Part> parts;
    synchronized (run) {
      Optional<String> device = run.device;
      parts =
          run.parts.stream().map(part -> device.map(_ -> part.on(device)).orElse(part)).toList();
      measured = Load.NONE;
      if (isDue(run.gpu, isOver)) {
        measured = measured(run);
        run.gpu.clear();
        run.memory = 0;
      }
      if (isDue(run.processor, isOver)) {
        measured = measured.with(Dimension.CORES, run.processor.rate(Dimension.CORES));
        run.processor.clear();
      }
    }
    if (!measured.equals(Load.NONE)) {
      learn(parts, measured);
    }
  }

  private static boolean isDue(Meter meter, boolean isOver) {
    return meter.isEnough() && (isOver || meter.seen.compareTo(MOST) >= 0);
  }

  private static Load measured(Run run) {
    Load measured = Load.of(Dimension.MEMORY, run.memory);
    for (Dimension each :
        List.of(Dimension.ENCODER, Dimension.DECODER, Dimension.SHADERS, Dimension.BUS)) {
      boolean isCoarse = each != Dimension.BUS && run.gpu.average(each) < COARSE * 10;
      measured = measured.with(each, isCoarse ? 0 : run.gpu.rate(each));
    }
    return measured;
  }

  private synchronized void learn(List<Part> parts, Load measured) {
    corrections = corrections.observed(parts, measured);
  }
}
