package dev.penstock.cli;

import dev.penstock.model.Failure;
import java.util.List;

/** The planner refused the job. */
final class RefusedException extends RuntimeException {
  private final transient List<Failure> reasons;

  RefusedException(List<Failure> reasons) {
    super("refused for " + reasons.size() + " reasons");
    this.reasons = List.copyOf(reasons);
  }

  List<Failure> reasons() {
    return reasons;
  }
}
