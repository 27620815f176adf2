package dev.penstock.node.http;

import dev.penstock.model.Finding;
import java.time.Instant;
import java.util.List;

/** Examines the machine. */
public interface Doctor {
  record Examination(Instant at, List<Finding> findings) {
    public Examination {
      findings = List.copyOf(findings);
    }
  }

  /** The last one; examines where there is none yet. */
  Examination last();

  /** Takes seconds; one at a time. */
  Examination examine();
}
