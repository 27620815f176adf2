package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Probing;
import dev.penstock.engine.ResultCache;
import dev.penstock.engine.Survey;
import dev.penstock.model.Failure;
import dev.penstock.model.FrameIndex;
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

/** The main flow: facts of the input, a plan, and what it comes to. */
final class Flow {
  private final Input.Options reading;
  private final Cancellation cancellation;
  private final DoubleConsumer measuring;
  private final Optional<ResultCache> cache;

  Flow(Input.Options reading, Cancellation cancellation) {
    this(reading, cancellation, _ -> {}, Optional.empty());
  }

  /**
   * @param measuring gets the part of the source's measurement that is done, 0 to 1
   * @param cache where results are looked for and kept
   */
  Flow(
      Input.Options reading,
      Cancellation cancellation,
      DoubleConsumer measuring,
      Optional<ResultCache> cache) {
    this.cache = cache;
    this.reading = reading;
    this.cancellation = cancellation;
    this.measuring = measuring;
  }

  /** Opens the input, whose owner is the caller. */
  Input open(JobSpec spec) {
    return Input.open(spec.input(), reading, cancellation);
  }

  /** Opens the input, whose owner is the caller. */
  Input open(LadderSpec spec) {
    return Input.open(spec.input(), reading, cancellation);
  }

  /**
   * Plans the ladder. Where its rungs are to be found by it, its source is measured.
   *
   * @param work where probes are kept meanwhile; empty for beside the ladder
   * @return empty when it was cancelled
   * @throws RefusedException when it cannot be done
   */
  Optional<Planning.Planned> plan(LadderSpec spec, Input input, Optional<Path> work) {
    Optional<FrameIndex> index = input.indexFor(spec);
    Optional<Probes> measured =
        spec.rungs() instanceof LadderSpec.Rungs.PerTitle
            ? measure(spec, input, index, work)
            : Optional.empty();
    return cancellation.isCancelled()
        ? Optional.empty()
        : Optional.of(plan(spec, input, index, measured));
  }

  private static Planning.Planned plan(
      LadderSpec spec, Input input, Optional<FrameIndex> index, Optional<Probes> measured) {
    return switch (LadderPlanner.plan(
        spec, input.infoFor(LadderPlanner.reading(spec)), Survey.declared(), index, measured)) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  private Optional<Probes> measure(
      LadderSpec spec, Input input, Optional<FrameIndex> index, Optional<Path> work) {
    List<Failure> refusals = ProbePlans.refusals(spec, input.info(), Survey.declared(), index);
    if (!refusals.isEmpty()) {
      throw new RefusedException(refusals);
    }
    Path folder = work.orElseGet(() -> beside(Path.of(spec.folder())));
    return Probing.of(
        spec,
        input,
        Survey.declared(),
        index,
        new Probing.Options(folder, reading, measuring),
        cancellation);
  }

  /** On the same disk as what will be written, if that is there. */
  private static Path beside(Path target) {
    Path parent = ReportTarget.folder(target);
    return Files.isDirectory(parent) && Files.isWritable(parent)
        ? parent
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  Outcome execute(LadderSpec spec, Engine.Options options) {
    try (Input input = open(spec)) {
      Optional<Planning.Planned> planned = plan(spec, input, options.work());
      return planned.isEmpty()
          ? new Outcome.Cancelled(Optional.empty())
          : execute(spec, planned.get(), input, options);
    }
  }

  private Outcome execute(
      LadderSpec spec, Planning.Planned planned, Input input, Engine.Options options) {
    Optional<Probes> measured = planned.receipt().perTitle().map(PerTitle::probes);
    LadderSpec whole = spec.withSegments(new JobSpec.Segments.Off());
    return switch (run(planned, input, options)) {
      case Outcome.Uncuttable(String why) ->
          run(noting(why, plan(whole, input, Optional.empty(), measured)), input, options);
      case Outcome done -> done;
    };
  }

  /**
   * Plans the job.
   *
   * @throws RefusedException when it cannot be done
   */
  Planning.Planned plan(JobSpec spec, Input input) {
    return plan(spec, input, input.indexFor(spec));
  }

  private static Planning.Planned plan(JobSpec spec, Input input, Optional<FrameIndex> index) {
    return switch (Planner.plan(spec, input.infoFor(spec), Survey.declared(), index)) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  /** The receipt of the second plan would blame the user for it. */
  private static Planning.Planned noting(String why, Planning.Planned planned) {
    return new Planning.Planned(
        planned.plan(),
        planned.receipt().noting("it is encoded in one piece, not in segments: " + why));
  }

  private Outcome run(Planning.Planned planned, Input input, Engine.Options options) {
    return cache.isPresent()
        ? cache.get().execute(planned, input, options, cancellation)
        : Engine.execute(planned, input, options, cancellation);
  }

  Outcome execute(JobSpec spec, Engine.Options options) {
    try (Input input = open(spec)) {
      Planning.Planned planned = plan(spec, input);
      return switch (run(planned, input, options)) {
        case Outcome.Uncuttable(String why) ->
            run(
                noting(why, plan(spec.withSegments(new JobSpec.Segments.Off()), input)),
                input,
                options);
        case Outcome done -> done;
      };
    }
  }
}
