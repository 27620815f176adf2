package dev.penstock.planner.admission;

import dev.penstock.model.Lease;
import dev.penstock.model.Lease.Confirmed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which leases the sessions are that readings of a GPU show. */
final class Sightings {
  private Sightings() {}

  /**
   * Ids of those that are seen now and were not before. Sessions go to the leases of their size and
   * codec, the oldest first, and what is left over to any: what a driver calls a session's size is
   * not always the picture's.
   *
   * @param seen sessions of our workers, as leases call them
   */
  static List<Long> of(Ledger ledger, String gpu, List<String> seen) {
    List<Lease> sessions =
        ledger.leases().stream()
            .filter(lease -> lease.gpu().equals(Optional.of(gpu)) && lease.load().sessions() > 0)
            .toList();
    List<String> left = new ArrayList<>(seen);
    List<Lease> unseen = new ArrayList<>();
    for (Lease lease : sessions) {
      // One that was confirmed has its session first, so that it does not confirm another one.
      if (lease.state() instanceof Confirmed && !left.remove(lease.what()) && !left.isEmpty()) {
        unseen.add(lease);
      }
    }
    List<Lease> found = new ArrayList<>();
    List<Lease> others = new ArrayList<>();
    for (Lease lease : sessions) {
      if (!(lease.state() instanceof Confirmed)) {
        (left.remove(lease.what()) ? found : others).add(lease);
      }
    }
    int more = Math.clamp(left.size() - unseen.size(), 0, others.size());
    found.addAll(others.subList(0, more));
    return with(ledger, gpu, found);
  }

  /** With what their jobs' sessions share. */
  private static List<Long> with(Ledger ledger, String gpu, List<Lease> found) {
    Set<String> jobs = new HashSet<>();
    found.forEach(lease -> jobs.add(lease.holder().job()));
    return ledger.leases().stream()
        .filter(lease ->
            found.contains(lease)
                || (lease.what().equals(Admission.SOURCE)
                    && lease.gpu().equals(Optional.of(gpu))
                    && jobs.contains(lease.holder().job())
                    && !(lease.state() instanceof Confirmed)))
        .map(Lease::id)
        .toList();
  }
}
