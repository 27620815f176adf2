package dev.penstock.planner.admission;

import dev.penstock.model.Lease;
import dev.penstock.model.Lease.Claimed;
import dev.penstock.model.Lease.Confirmed;
import dev.penstock.model.Lease.Holder;
import dev.penstock.model.Lease.Reserved;
import dev.penstock.model.Load;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * All leases there are. Immutable: each step gives the next ledger. A lease comes by {@link
 * #reserve}, is confirmed once something is seen of it, and goes by one refund; a second one finds
 * nothing.
 *
 * @param next the id of the next lease
 * @param leases by id, rising
 * @param yielding jobs that were asked to give way and have not yet
 */
public record Ledger(long next, List<Lease> leases, Set<String> yielding) {
  public static final Ledger EMPTY = new Ledger(1, List.of(), Set.of());

  public Ledger {
    leases = List.copyOf(leases);
    yielding = Set.copyOf(yielding);
  }

  /** What a lease is to be for. */
  public record Claim(Optional<String> gpu, String what, Load load, boolean shows) {}

  /** The leases that were made. */
  public record Given(Ledger ledger, List<Lease> leases) {}

  /** The leases that were given back; none where there were none. */
  public record Returned(Ledger ledger, List<Lease> leases) {}

  public Optional<Lease> lease(long id) {
    return leases.stream().filter(lease -> lease.id() == id).findFirst();
  }

  public List<Lease> of(String job) {
    return leases.stream().filter(lease -> lease.holder().job().equals(job)).toList();
  }

  /** Sets aside; whether there is room was decided before. */
  Given reserve(Holder holder, List<Claim> claims, Instant until) {
    List<Lease> given = new ArrayList<>();
    for (Claim claim : claims) {
      given.add(
          new Lease(
              next + given.size(),
              holder,
              claim.gpu(),
              claim.what(),
              claim.load(),
              claim.shows(),
              new Reserved(until)));
    }
    List<Lease> all = new ArrayList<>(leases);
    all.addAll(given);
    return new Given(new Ledger(next + given.size(), all, yielding), given);
  }

  /**
   * Something of it was seen, or more than before.
   *
   * @param seen readings of that moment and later include it
   * @param observed what it takes now; empty where nobody can tell
   * @return empty where there is no such lease any more: what uses it has to end
   */
  public Optional<Ledger> confirm(long id, Instant seen, Optional<Load> observed) {
    return lease(id).map(lease -> with(confirmed(lease, seen, observed)));
  }

  /**
   * A job's worker says that all of it runs. Where readings would show it, they still have to.
   *
   * @return empty where the job has no leases any more: it has to end
   */
  public Optional<Ledger> confirm(String job, Instant seen) {
    List<Lease> own = of(job);
    Ledger all = this;
    for (Lease lease : own) {
      all = all.with(claimed(lease, seen));
    }
    return own.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private static Lease claimed(Lease lease, Instant seen) {
    return switch (lease.state()) {
      case Reserved _ when lease.shows() -> in(lease, new Claimed(seen));
      case Reserved _, Confirmed _ -> confirmed(lease, seen, Optional.empty());
      case Claimed _ -> lease;
    };
  }

  private static Lease in(Lease lease, Lease.State state) {
    return new Lease(
        lease.id(), lease.holder(), lease.gpu(), lease.what(), lease.load(), lease.shows(), state);
  }

  private static Lease confirmed(Lease lease, Instant seen, Optional<Load> observed) {
    Confirmed state =
        switch (lease.state()) {
          case Reserved _, Claimed _ -> new Confirmed(seen, observed);
          case Confirmed(Instant since, Optional<Load> before) ->
              new Confirmed(since, more(before, observed));
        };
    return in(lease, state);
  }

  private static Optional<Load> more(Optional<Load> before, Optional<Load> now) {
    return before.isPresent() && now.isPresent()
        ? Optional.of(before.get().max(now.get()))
        : before.or(() -> now);
  }

  private Ledger with(Lease changed) {
    return new Ledger(
        next,
        leases.stream().map(each -> each.id() == changed.id() ? changed : each).toList(),
        yielding);
  }

  /** One session has ended. */
  public Returned refund(long id) {
    return refund(lease -> lease.id() == id);
  }

  /** A job has ended, however it did. */
  public Returned refundJob(String job) {
    return refund(lease -> lease.holder().job().equals(job));
  }

  /**
   * Gives back what was reserved and never seen. What was confirmed is kept until it is given back:
   * readings that fail must not free what is in use.
   *
   * @param inHand jobs that keep what they have
   */
  Returned expire(Instant now, Set<String> inHand) {
    return refund(lease ->
        lease.state() instanceof Reserved(Instant until)
            && !until.isAfter(now)
            && !inHand.contains(lease.holder().job()));
  }

  private Returned refund(Predicate<Lease> which) {
    List<Lease> gone = leases.stream().filter(which).toList();
    List<Lease> left = leases.stream().filter(which.negate()).toList();
    Set<String> still = new HashSet<>(yielding);
    still.retainAll(left.stream().map(lease -> lease.holder().job()).toList());
    return new Returned(gone.isEmpty() ? this : new Ledger(next, left, still), gone);
  }

  /** Jobs were asked to give way at the end of their segments. */
  public Ledger ask(Set<String> jobs) {
    Set<String> all = new TreeSet<>(yielding);
    jobs.stream().filter(job -> !of(job).isEmpty()).forEach(all::add);
    return new Ledger(next, leases, all);
  }

  /** Jobs that were asked and did not: they are not waited for, nor asked again. */
  Ledger leave(Set<String> jobs) {
    Set<String> still = new TreeSet<>(yielding);
    still.removeAll(jobs);
    List<Lease> all =
        leases.stream()
            .map(each -> jobs.contains(each.holder().job()) ? staying(each) : each)
            .toList();
    return new Ledger(next, all, still);
  }

  private static Lease staying(Lease lease) {
    Holder who = lease.holder();
    return new Lease(
        lease.id(),
        new Holder(
            who.job(),
            who.tenant(),
            who.urgency(),
            who.priority(),
            who.elastic(),
            /* mayYield= */ false,
            who.since()),
        lease.gpu(),
        lease.what(),
        lease.load(),
        lease.shows(),
        lease.state());
  }

  /** The same without some jobs. */
  Ledger without(Set<String> jobs) {
    return refund(lease -> jobs.contains(lease.holder().job())).ledger();
  }
}
