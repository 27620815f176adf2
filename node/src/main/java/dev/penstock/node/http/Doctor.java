package dev.penstock.node.http;

import dev.penstock.model.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Examines the machine. */
public interface Doctor {
  /**
   * What was found.
   *
   * @param at when; empty when nobody looked yet
   */
  record Examination(Optional<Instant> at, List<Finding> findings) {
    public Examination {
      findings = List.copyOf(findings);
    }

    /** Before the first one. */
    public static Examination none() {
      return new Examination(Optional.empty(), List.of());
    }
  }

  /** The last one; does not examine. */
  Examination last();

  /** Takes seconds; one at a time. */
  Examination examine();
}
