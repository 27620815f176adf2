package dev.penstock.model;

import java.util.List;

/** What planning comes to. */
public sealed interface Planning {
  /** It can be done, this way, for these reasons. */
  record Planned(Plan plan, Receipt receipt) implements Planning {}

  /** It cannot; every reason found, not only the first. */
  record Refused(List<Failure> reasons) implements Planning {
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }
}
