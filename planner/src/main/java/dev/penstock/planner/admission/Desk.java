package dev.penstock.planner.admission;

import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The one place of a node where leases are given and given back: it has the ledger, and lets one
 * caller in at a time. Any thread; nothing is waited for inside.
 */
public final class Desk {
  /** A segment takes less; who was asked for longer is at its last one, say. */
  static final Duration YIELDS_WITHIN = Duration.ofMinutes(2);

  private final Map<String, Instant> asked = new HashMap<>();
  private Ledger ledger = Ledger.EMPTY;
  private Policy policy;

  public Desk(Policy policy) {
    this.policy = policy;
  }

  /** The leases now. */
  public synchronized Ledger ledger() {
    return ledger;
  }

  public synchronized Policy policy() {
    return policy;
  }

  /** Holds from the next decision on; what was given stays. */
  public synchronized void follow(Policy other) {
    policy = other;
  }

  /** What is in use, for those who look on. */
  public synchronized Headroom headroom(Fleet fleet, Instant now) {
    return new Headroom(ledger, fleet, policy, now);
  }

  /** One request. Where it is admitted its leases are reserved. */
  public synchronized Decision decide(Fleet fleet, Request request, Instant now) {
    Admission.Outcome outcome = Admission.decide(ledger, fleet, policy, request, now);
    ledger = outcome.ledger();
    return outcome.decision();
  }

  /** All that waits, in the order in which it goes. */
  public synchronized List<Round.Answer> decide(Fleet fleet, List<Request> waiting, Instant now) {
    Round round = Round.of(ledger, fleet, policy, waiting, now);
    ledger = round.ledger();
    return round.answers();
  }

  /** Why a job does not begin, without letting it. */
  public synchronized Decision why(Fleet fleet, Request request, Instant now) {
    return Admission.decide(ledger, fleet, policy, request, now).decision();
  }

  /**
   * Which jobs are to give way for a request; they count as asked from then on. It may take a while
   * where there are many, and holds nobody else up; one caller at a time, lest two are asked for
   * the same. Those that do not give way within two minutes are not waited for any longer.
   */
  public Optional<Preemption> makeRoom(Fleet fleet, Request request, Instant now) {
    Optional<Preemption> found = Preemption.of(patient(now), fleet, policy(), request, now);
    found.ifPresent(preemption -> ask(preemption, now));
    return found;
  }

  /** Whether a request waits for room that it would have if a job were gone. */
  public boolean isInTheWay(Fleet fleet, Request request, String job, Instant now) {
    return Preemption.isInTheWay(ledger(), fleet, policy(), request, job, now);
  }

  private synchronized Ledger patient(Instant now) {
    asked.keySet().retainAll(ledger.yielding());
    Set<String> late =
        asked.entrySet().stream()
            .filter(each -> !each.getValue().plus(YIELDS_WITHIN).isAfter(now))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    ledger = late.isEmpty() ? ledger : ledger.leave(late);
    return ledger;
  }

  private synchronized void ask(Preemption preemption, Instant now) {
    ledger = ledger.ask(preemption.jobs());
    preemption.jobs().forEach(job -> asked.putIfAbsent(job, now));
  }

  /**
   * A session has been seen.
   *
   * @param seen when it was read
   * @param observed what it takes, where that was read too
   * @return false where the lease is gone: the session has to end
   */
  public synchronized boolean confirm(long lease, Instant seen, Optional<Load> observed) {
    Optional<Ledger> next = ledger.confirm(lease, seen, observed);
    ledger = next.orElse(ledger);
    return next.isPresent();
  }

  /**
   * A worker says that a job runs. Where readings would show its sessions, that is not enough to
   * count them in those.
   *
   * @return false where it has no leases any more: it has to end
   */
  public synchronized boolean confirm(String job, Instant seen) {
    Optional<Ledger> next = ledger.confirm(job, seen);
    ledger = next.orElse(ledger);
    return next.isPresent();
  }

  /**
   * Sessions of our workers were read on a GPU: the leases that they are of are confirmed, with
   * what was read before them not counted as theirs.
   *
   * @param sessions as leases call them, such as {@code 1280x720 H.264}
   */
  public synchronized void seen(String gpu, List<String> sessions, Instant at) {
    for (long id : Sightings.of(ledger, gpu, sessions)) {
      ledger = ledger.confirm(id, at, Optional.empty()).orElse(ledger);
    }
  }

  /** A session ended. What is returned came free; nothing the second time. */
  public synchronized List<Lease> refund(long lease) {
    return settle(all -> all.refund(lease));
  }

  /** A job ended. */
  public synchronized List<Lease> refundJob(String job) {
    return settle(all -> all.refundJob(job));
  }

  /** Gives back what was reserved and never seen. */
  public List<Lease> expire(Instant now) {
    return expire(now, Set.of());
  }

  /**
   * The same, but for jobs that workers have: theirs come free when they end, however long they
   * take to begin.
   */
  public synchronized List<Lease> expire(Instant now, Set<String> inHand) {
    return settle(all -> all.expire(now, inHand));
  }

  private List<Lease> settle(Function<Ledger, Ledger.Returned> step) {
    Ledger.Returned returned = step.apply(ledger);
    ledger = returned.ledger();
    return returned.leases();
  }
}
