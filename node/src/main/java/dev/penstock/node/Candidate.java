package dev.penstock.node;

import dev.penstock.model.Demand;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.CostModel.Part;
import dev.penstock.planner.admission.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A queued job whose plan is known, without what is large of both.
 *
 * @param unlike what it takes on GPUs that are not like the first of those, by their keys
 * @param parts what is learnt something of when it runs
 * @param gpus keys of those that it was planned for; none for the processor
 * @param pieces that are worked on side by side, each with sessions of its own
 * @param decodes whether GPUs are to decode its source
 * @param inSegments whether it can give way at the end of one
 * @param wide the same with more pieces, for when nothing else waits
 */
record Candidate(
    JobId id,
    String tenant,
    Urgency urgency,
    int priority,
    Instant submitted,
    Optional<Instant> deadline,
    Demand demand,
    Map<String, Demand> unlike,
    List<Part> parts,
    List<String> gpus,
    int pieces,
    boolean decodes,
    boolean inSegments,
    Optional<Candidate> wide) {
  Candidate {
    unlike = Map.copyOf(unlike);
    parts = List.copyOf(parts);
    gpus = List.copyOf(gpus);
  }

  static Candidate of(
      JobRecord job,
      Demand demand,
      Map<String, Demand> unlike,
      List<Part> parts,
      List<String> gpus,
      int pieces,
      boolean decodes,
      boolean inSegments) {
    Submission asked = job.submission();
    return new Candidate(
        job.id(),
        asked.tenant(),
        asked.jobClass(),
        asked.priority(),
        job.submitted(),
        asked.deadline(),
        demand,
        unlike,
        parts,
        gpus,
        pieces,
        decodes,
        inSegments,
        Optional.empty());
  }

  Candidate orWide(Candidate other) {
    return new Candidate(
        id,
        tenant,
        urgency,
        priority,
        submitted,
        deadline,
        demand,
        unlike,
        parts,
        gpus,
        pieces,
        decodes,
        inSegments,
        Optional.of(other));
  }

  Request request(int turn) {
    return new Request(
        id.value(),
        tenant,
        urgency,
        priority,
        submitted,
        deadline,
        demand,
        gpus,
        turn,
        inSegments,
        unlike);
  }
}
