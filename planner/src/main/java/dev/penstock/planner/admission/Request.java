package dev.penstock.planner.admission;

import dev.penstock.model.Demand;
import dev.penstock.model.Lease.Holder;
import dev.penstock.model.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job that would begin.
 *
 * @param job its id
 * @param priority 0 to 100, the higher goes first
 * @param since when it began to wait
 * @param gpus keys of those that its plan is for; none for the processor
 * @param turn how many jobs of the same tenant run or go before it: tenants take turns
 * @param inSegments whether it can give way at the end of one
 * @param unlike what it takes on those of its GPUs that are known to do it faster or slower than
 *     the demand says, by their keys
 */
public record Request(
    String job,
    String tenant,
    Urgency urgency,
    int priority,
    Instant since,
    Optional<Instant> deadline,
    Demand demand,
    List<String> gpus,
    int turn,
    boolean inSegments,
    Map<String, Demand> unlike) {
  public Request {
    gpus = List.copyOf(gpus);
    unlike = Map.copyOf(unlike);
  }

  /** On GPUs that are all alike. */
  public Request(
      String job,
      String tenant,
      Urgency urgency,
      int priority,
      Instant since,
      Optional<Instant> deadline,
      Demand demand,
      List<String> gpus,
      int turn,
      boolean inSegments) {
    this(job, tenant, urgency, priority, since, deadline, demand, gpus, turn, inSegments, Map.of());
  }

  /** Of a tenant that has nothing else, done in segments. */
  public Request(
      String job,
      String tenant,
      Urgency urgency,
      int priority,
      Instant since,
      Optional<Instant> deadline,
      Demand demand,
      List<String> gpus) {
    this(job, tenant, urgency, priority, since, deadline, demand, gpus, 0, true);
  }

  /** What it takes on a GPU. */
  public Demand demandOn(String gpu) {
    return unlike.getOrDefault(gpu, demand);
  }

  /** Whether it is batch work that has waited for too long. */
  public boolean isOverdue(Duration patience, Instant now) {
    return urgency == Urgency.BATCH && !since.plus(patience).isAfter(now);
  }

  /** Whether it goes before batch work that came later. */
  boolean isPressing(Duration patience, Instant now) {
    return urgency != Urgency.BATCH || isOverdue(patience, now);
  }

  Holder holder(Duration patience, Instant now) {
    return new Holder(
        job,
        tenant,
        urgency,
        priority,
        demand.elastic(),
        inSegments && urgency == Urgency.BATCH && !isOverdue(patience, now),
        now);
  }

  /**
   * Who goes first: by urgency, where batch work that has waited for too long counts as
   * interactive; then by priority, whose turn it is, deadline and the time that it came.
   */
  public static Comparator<Request> order(Duration patience, Instant now) {
    return Comparator.<Request, Urgency>comparing(
            each -> each.isOverdue(patience, now) ? Urgency.INTERACTIVE : each.urgency)
        .thenComparingInt(each -> -each.priority)
        .thenComparingInt(each -> each.turn)
        .thenComparing(each -> each.deadline.orElse(Instant.MAX))
        .thenComparing(Request::since)
        .thenComparing(Request::job);
  }
}
