package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.planner.LadderPlanner;
import dev.penstock.planner.Planner;

/** The main flow: facts of the input, a plan, and what it comes to. */
final class Flow {
  private final Input.Options reading;
  private final Cancellation cancellation;

  Flow(Input.Options reading, Cancellation cancellation) {
    this.reading = reading;
    this.cancellation = cancellation;
  }

  /** Opens the input, whose owner is the caller. */
  Input open(Job job) {
    return Input.open(job.input(), reading, cancellation);
  }

  /**
   * Plans the job.
   *
   * @throws RefusedException when it cannot be done
   */
  Planning.Planned plan(Job job, Input input) {
    return switch (planning(job, input)) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  private static Planning planning(Job job, Input input) {
    return switch (job) {
      case JobSpec spec ->
          Planner.plan(spec, input.infoFor(spec), Survey.declared(), input.indexFor(spec));
      case LadderSpec spec ->
          LadderPlanner.plan(
              spec,
              input.infoFor(LadderPlanner.reading(spec)),
              Survey.declared(),
              input.indexFor(spec));
    };
  }

  Outcome execute(Job job, Engine.Options options) {
    try (Input input = open(job)) {
      return switch (Engine.execute(plan(job, input), input, options, cancellation)) {
        case Outcome.Uncuttable(String why) ->
            Engine.execute(
                noting(why, plan(job.withSegments(new JobSpec.Segments.Off()), input)),
                input,
                options,
                cancellation);
        case Outcome done -> done;
      };
    }
  }

  /** The receipt of the second plan would blame the user for it. */
  private static Planning.Planned noting(String why, Planning.Planned planned) {
    return new Planning.Planned(
        planned.plan(),
        planned.receipt().noting("it is encoded in one piece, not in segments: " + why));
  }
}
