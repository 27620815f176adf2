package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.planner.LadderPlanner;
import dev.penstock.planner.Planner;
import java.util.Optional;

/** The main flow: facts of the input, a plan, and what it comes to. */
final class Flow {
  private final Input.Options reading;
  private final Cancellation cancellation;

  Flow(Input.Options reading, Cancellation cancellation) {
    this.reading = reading;
    this.cancellation = cancellation;
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
   * Plans the ladder.
   *
   * @throws RefusedException when it cannot be done
   */
  Planning.Planned plan(LadderSpec spec, Input input) {
    return switch (LadderPlanner.plan(
        spec,
        input.infoFor(LadderPlanner.reading(spec)),
        Survey.declared(),
        input.indexFor(spec))) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  Outcome execute(LadderSpec spec, Engine.Options options) {
    try (Input input = open(spec)) {
      return switch (Engine.execute(plan(spec, input), input, options, cancellation)) {
        case Outcome.Uncuttable(String why) ->
            Engine.execute(
                noting(why, plan(spec.withSegments(new JobSpec.Segments.Off()), input)),
                input,
                options,
                cancellation);
        case Outcome done -> done;
      };
    }
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

  Outcome execute(JobSpec spec, Engine.Options options) {
    try (Input input = open(spec)) {
      Planning.Planned planned = plan(spec, input);
      return switch (Engine.execute(planned, input, options, cancellation)) {
        case Outcome.Uncuttable(String why) ->
            Engine.execute(
                noting(why, plan(spec.withSegments(new JobSpec.Segments.Off()), input)),
                input,
                options,
                cancellation);
        case Outcome done -> done;
      };
    }
  }
}
