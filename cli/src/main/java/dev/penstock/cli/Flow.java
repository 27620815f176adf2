package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Probing;
import dev.penstock.engine.ResultCache;
import dev.penstock.engine.Survey;
import dev.penstock.model.Capabilities;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.PerTitle;
import dev.penstock.model.Planning;
import dev.penstock.model.Probes;
import dev.penstock.planner.LadderPlanner;
import dev.penstock.planner.Planner;
import dev.penstock.planner.ProbePlans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The main flow: facts of the input, a plan, and what it comes to. */
final class Flow {
  private final Input.Options reading;
  private final Cancellation cancellation;
  private final DoubleConsumer measuring;
  private final Optional<ResultCache> cache;
  private final Supplier<Gpus> gpus;
  private final Predicate<Device> measuredOn;
  private @Nullable Gpus found;

  Flow(Input.Options reading, Cancellation cancellation, Supplier<Gpus> gpus) {
    this(reading, cancellation, _ -> {}, Optional.empty(), gpus, _ -> true);
  }

  /** The same with what is told and kept of it. */
  Flow(
      Input.Options reading,
      Cancellation cancellation,
      DoubleConsumer measuring,
      Optional<ResultCache> cache,
      Supplier<Gpus> gpus) {
    this(reading, cancellation, measuring, cache, gpus, _ -> true);
  }

  /**
   * @param measuring gets the part of the source's measurement that is done, 0 to 1
   * @param cache where results are looked for and kept
   * @param gpus of this machine; asked once, and only when they may be used
   * @param measuredOn which of them sources may be measured with
   */
  Flow(
      Input.Options reading,
      Cancellation cancellation,
      DoubleConsumer measuring,
      Optional<ResultCache> cache,
      Supplier<Gpus> gpus,
      Predicate<Device> measuredOn) {
    this.gpus = gpus;
    this.measuredOn = measuredOn;
    this.cache = cache;
    this.reading = reading;
    this.cancellation = cancellation;
    this.measuring = measuring;
  }

  /** Opens the input, whose owner is the caller. */
  Input open(Job job) {
    return Input.open(job.input(), reading, cancellation);
  }

  /**
   * Plans the job. Where the rungs of a ladder are to be found by it, its source is measured.
   *
   * @param work where probes are kept meanwhile; empty for beside the ladder
   * @return empty when it was cancelled
   * @throws RefusedException when it cannot be done
   */
  Optional<Planning.Planned> plan(Job job, Input input, Optional<Path> work) {
    return switch (job) {
      case JobSpec spec -> Optional.of(plan(spec, input));
      case LadderSpec spec -> measured(spec, input, work);
    };
  }

  /**
   * Plans the job.
   *
   * @throws RefusedException when it cannot be done
   */
  Planning.Planned plan(JobSpec spec, Input input) {
    return plan(spec, input, capabilities(spec.hardware()));
  }

  /** As {@link #plan(JobSpec, Input)}, for a machine that can do this. */
  Planning.Planned plan(JobSpec spec, Input input, Capabilities capabilities) {
    return planned(
        Planner.plan(
            spec, input.infoFor(spec), capabilities, input.indexFor(spec, capabilities.devices())));
  }

  private Optional<Planning.Planned> measured(LadderSpec spec, Input input, Optional<Path> work) {
    Optional<FrameIndex> index = input.indexFor(spec, capabilities(spec.hardware()).devices());
    Optional<Probes> measured =
        spec.rungs() instanceof LadderSpec.Rungs.PerTitle
            ? measure(spec, input, index, work)
            : Optional.empty();
    return cancellation.isCancelled()
        ? Optional.empty()
        : Optional.of(plan(spec, input, index, measured));
  }

  /** What this build does, and this machine. */
  private Capabilities capabilities(JobSpec.Hardware wanted) {
    if (wanted.use() == JobSpec.Hardware.Use.OFF) {
      return Survey.declared();
    }
    Gpus known = found;
    if (known == null) {
      known = gpus.get();
      found = known;
    }
    return Survey.declared().withDevices(known.devices()).withLoads(known.loads());
  }

  private Planning.Planned plan(
      LadderSpec spec, Input input, Optional<FrameIndex> index, Optional<Probes> measured) {
    return planned(
        LadderPlanner.plan(
            spec,
            input.infoFor(LadderPlanner.reading(spec)),
            capabilities(spec.hardware()),
            index,
            measured));
  }

  private static Planning.Planned planned(Planning planning) {
    return switch (planning) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  private Optional<Probes> measure(
      LadderSpec spec, Input input, Optional<FrameIndex> index, Optional<Path> work) {
    Capabilities all = capabilities(spec.hardware());
    Capabilities capabilities = all.withDevices(all.devices().stream().filter(measuredOn).toList());
    List<Failure> refusals = ProbePlans.refusals(spec, input.info(), capabilities, index);
    if (!refusals.isEmpty()) {
      throw new RefusedException(refusals);
    }
    Path folder = work.orElseGet(() -> beside(Path.of(spec.folder())));
    return Probing.of(
        spec,
        input,
        capabilities,
        index,
        new Probing.Options(
            folder,
            reading,
            measuring,
            Folders.stateOfMachine(System.getenv()).map(Engine.Sessions::in)),
        cancellation);
  }

  /** On the same disk as what will be written, if that is there. */
  private static Path beside(Path target) {
    Path parent = ReportTarget.folder(target);
    return Files.isDirectory(parent) && Files.isWritable(parent)
        ? parent
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  Outcome execute(Job job, Engine.Options options) {
    return execute(job, options, UnaryOperator.identity());
  }

  /**
   * The same.
   *
   * @param narrowed what of the plan is to be kept
   */
  Outcome execute(Job job, Engine.Options options, UnaryOperator<Planning.Planned> narrowed) {
    try (Input input = open(job)) {
      Optional<Planning.Planned> planned = plan(job, input, options.work()).map(narrowed);
      return planned.isEmpty()
          ? new Outcome.Cancelled(Optional.empty())
          : execute(job, planned.get(), input, options);
    }
  }

  private Outcome execute(Job job, Planning.Planned planned, Input input, Engine.Options options) {
    return switch (run(planned, input, options)) {
      case Outcome.Uncuttable(String why) ->
          run(noting(why, inOne(job, planned, input)), input, options);
      case Outcome done -> done;
    };
  }

  /** Without segments; what was measured stays. */
  private Planning.Planned inOne(Job job, Planning.Planned before, Input input) {
    return switch (job.withSegments(new JobSpec.Segments.Off())) {
      case JobSpec spec -> plan(spec, input);
      case LadderSpec spec ->
          plan(spec, input, Optional.empty(), before.receipt().perTitle().map(PerTitle::probes));
    };
  }

  /** The receipt of the second plan would blame the user for it. */
  private static Planning.Planned noting(String why, Planning.Planned planned) {
    return planned.noting("it is encoded in one piece, not in segments: " + why);
  }

  private Outcome run(Planning.Planned planned, Input input, Engine.Options options) {
    return cache.isPresent()
        ? cache.get().execute(planned, input, options, cancellation)
        : Engine.execute(planned, input, options, cancellation);
  }
}
