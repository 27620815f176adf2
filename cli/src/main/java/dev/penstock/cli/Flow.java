package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
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
  Input open(JobSpec spec) {
    return Input.open(spec.input(), reading, cancellation);
  }

  /**
   * Plans the job.
   *
   * @throws RefusedException when it cannot be done
   */
  Planning.Planned plan(JobSpec spec, Input input) {
    return switch (Planner.plan(spec, input.infoFor(spec), Survey.declared())) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  Outcome execute(JobSpec spec, Engine.Options options) {
    try (Input input = open(spec)) {
      return Engine.execute(plan(spec, input), input, options, cancellation);
    }
  }
}
