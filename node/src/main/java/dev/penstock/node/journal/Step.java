package dev.penstock.node.journal;

import dev.penstock.node.JobState;
import java.util.List;
import java.util.Optional;

/**
 * A step of a job, with what is learnt of it; durable together.
 *
 * @param report JSON; replaces the one before
 * @param evidence a line for the attempt that ends by it; empty for the failure's own
 * @param faults of devices on its input
 * @param tale what is kept of the job beside its states, as bytes; replaces the one before
 */
public record Step(
    JobState to,
    Optional<String> report,
    Optional<String> evidence,
    List<Fault> faults,
    Optional<byte[]> tale) {
  public Step {
    faults = List.copyOf(faults);
  }

  /** With nothing else to tell. */
  public static Step to(JobState state) {
    return new Step(state, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  public Step withReport(String json) {
    return new Step(to, Optional.of(json), evidence, faults, tale);
  }

  public Step withEvidence(String line) {
    return new Step(to, report, Optional.of(line), faults, tale);
  }

  public Step withFaults(List<Fault> found) {
    return new Step(to, report, evidence, found, tale);
  }

  public Step withTale(byte[] bytes) {
    return new Step(to, report, evidence, faults, Optional.of(bytes));
  }
}
