package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Prober;
import dev.penstock.engine.Survey;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.planner.Planner;

/** The main flow: facts of the input, a plan, and what it comes to. */
final class Flow {
  private final Prober.Options probing;
  private final Cancellation cancellation;

  Flow(Prober.Options probing, Cancellation cancellation) {
    this.probing = probing;
    this.cancellation = cancellation;
  }

  /** A plan with the facts that it was made from. */
  record Prepared(MediaInfo input, Planning.Planned planned) {}

  /**
   * Probes the input and plans the job.
   *
   * @throws RefusedException when it cannot be done
   */
  Prepared plan(JobSpec spec) {
    MediaInfo input = Prober.probeFor(spec, probing, cancellation);
    return switch (Planner.plan(spec, input, Survey.declared())) {
      case Planning.Planned planned -> new Prepared(input, planned);
      case Planning.Refused refused -> throw new RefusedException(refused.reasons());
    };
  }

  Outcome execute(Prepared prepared, Engine.Options options) {
    return Engine.execute(prepared.planned(), prepared.input(), options, cancellation);
  }
}
