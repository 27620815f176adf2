package dev.penstock.model;

import java.util.List;

/** What planning comes to. */
public sealed interface Planning {
  /**
   * It can be done, this way, for these reasons.
   *
   * @param fallbacks other ways, best first, for when GPUs fail while it is done
   */
  record Planned(Plan plan, Receipt receipt, List<Fallback> fallbacks) implements Planning {
    public Planned {
      fallbacks = List.copyOf(fallbacks);
    }

    /** With no other way. */
    public Planned(Plan plan, Receipt receipt) {
      this(plan, receipt, List.of());
    }

    /** The same with one more note. */
    public Planned noting(String note) {
      return new Planned(plan, receipt.noting(note), fallbacks);
    }
  }

  /**
   * Another way to make the same outputs.
   *
   * @param what for the report, such as {@code CPU decode + GPU encode}
   */
  record Fallback(Plan plan, String what) {}

  /** It cannot; every reason found, not only the first. */
  record Refused(List<Failure> reasons) implements Planning {
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }
}
