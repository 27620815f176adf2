package dev.penstock.planner.admission;

import dev.penstock.model.Lease;
import dev.penstock.planner.placement.Placement;
import java.util.List;
import java.util.stream.Stream;

/** What becomes of a request. */
public sealed interface Decision {
  /**
   * It may begin; the leases are reserved.
   *
   * @param notes what was not known or assumed, for people
   */
  record Admitted(Placement placement, List<Lease> leases, List<String> notes) implements Decision {
    public Admitted {
      leases = List.copyOf(leases);
      notes = List.copyOf(notes);
    }
  }

  /**
   * There is no room now.
   *
   * @param reasons at least one of each GPU that it could be on
   */
  record Wait(List<Reason> reasons) implements Decision {
    public Wait {
      reasons = List.copyOf(reasons);
    }
  }

  /** There would be no room if the machine had nothing else to do. */
  record Rejected(List<Reason> reasons) implements Decision {
    public Rejected {
      reasons = List.copyOf(reasons);
    }
  }

  /** For people, one thing to a line. */
  default List<String> lines() {
    return switch (this) {
      case Admitted(Placement placement, List<Lease> leases, List<String> notes) ->
          Stream.of(
                  leases.stream()
                      .map(lease ->
                          lease.what()
                              + " on "
                              + lease.gpu().map(g -> "GPU " + g).orElse("the processor")),
                  Stream.of(placement.because()),
                  notes.stream())
              .flatMap(lines -> lines)
              .toList();
      case Wait(List<Reason> reasons) -> reasons.stream().map(Reason::text).toList();
      case Rejected(List<Reason> reasons) -> reasons.stream().map(Reason::text).toList();
    };
  }
}
