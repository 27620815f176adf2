package dev.penstock.planner.admission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One look at all that waits. What presses and has to wait keeps the GPUs that it waits for from
 * batch work behind it: large work is not put off for ever by small work that always finds a gap.
 *
 * @param answers in the order in which they were decided
 */
public record Round(List<Answer> answers, Ledger ledger) {
  public Round {
    answers = List.copyOf(answers);
  }

  public record Answer(Request request, Decision decision) {}

  public static Round of(
      Ledger ledger, Fleet fleet, Policy policy, List<Request> waiting, Instant now) {
    List<Answer> answers = new ArrayList<>();
    Set<String> kept = new HashSet<>();
    Headroom present = new Headroom(ledger, fleet, policy, now);
    Headroom idle = Admission.idle(fleet, policy, now);
    for (Request request :
        waiting.stream().sorted(Request.order(policy.patience(), now)).toList()) {
      boolean isPressing = request.isPressing(policy.patience(), now);
      Admission.Outcome outcome =
          Admission.decide(present, idle, request, now, isPressing ? Set.of() : Set.copyOf(kept));
      if (outcome.decision() instanceof Decision.Admitted) {
        present = new Headroom(outcome.ledger(), fleet, policy, now);
      }
      answers.add(new Answer(request, outcome.decision()));
      if (isPressing && outcome.decision() instanceof Decision.Wait) {
        kept.addAll(request.demand().isGpu() ? request.gpus() : List.of(Admission.PROCESSOR));
      }
    }
    return new Round(answers, present.ledger());
  }
}
