package dev.penstock.planner.admission;

import dev.penstock.model.Lease;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading.Absent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much of one thing is in use, in the units of {@link dev.penstock.model.Load}.
 *
 * @param gpu key; empty for the processor
 * @param who has it, for people
 * @param others what is not ours; 0 where {@code unread} says why nobody knows
 * @param ours all leases together
 * @param urgent of them those of live and interactive work
 * @param limit that nothing new goes beyond
 * @param reserve that batch work leaves free below the limit, less what urgent work has
 * @param unread why nobody knows what others take
 * @param isBlocked whether nothing new begins as long as nobody knows
 * @param assumed what the capacity was guessed to be, for people
 * @param leases all that are on it
 */
public record Gauge(
    Dimension dimension,
    Optional<String> gpu,
    String who,
    long others,
    long ours,
    long urgent,
    long capacity,
    long limit,
    long reserve,
    Optional<Absent<?>> unread,
    boolean isBlocked,
    Optional<String> assumed,
    List<Lease> leases) {
  private static final String OTHERS = "processes that are not ours";

  public Gauge {
    leases = List.copyOf(leases);
  }

  /** Somebody's part. */
  public record Holding(String who, long amount) {}

  /** Who has it, the largest first. */
  public List<Holding> holders() {
    Map<String, Long> jobs = new TreeMap<>();
    for (Lease lease : leases) {
      jobs.merge(lease.holder().toString(), lease.charge().of(dimension), Long::sum);
    }
    List<Holding> holders = new ArrayList<>();
    jobs.forEach((job, amount) -> holders.add(new Holding(job, amount)));
    holders.add(new Holding(OTHERS, others));
    holders.removeIf(each -> each.amount() == 0);
    holders.sort(
        Comparator.<Holding>comparingLong(each -> -each.amount()).thenComparing(Holding::who));
    return holders;
  }

  public long used() {
    return others + ours;
  }

  /** Beyond which work does not go that leaves the reserve alone. */
  public long limit(boolean keepsReserve) {
    return keepsReserve ? limit - Math.max(0, reserve - urgent) : limit;
  }

  /** For people. */
  String words(long amount) {
    return Words.amount(dimension, amount, capacity);
  }
}
