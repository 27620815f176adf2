package dev.penstock.planner.admission;

import dev.penstock.model.Load.Dimension;
import dev.penstock.planner.placement.Packing;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator decides.
 *
 * @param limits percent of each thing beyond which nothing new is given
 * @param reserve percent of each thing that batch work leaves to live and interactive work
 * @param blind percent of a limit that leases may fill where nobody can tell what others take
 * @param assumed what is counted on where a GPU does not say what it has
 * @param context bytes of a GPU's memory that a worker has from the start: one for each tenant
 * @param leastPace percent of its speed on an idle GPU, below which batch work is not begun
 * @param patience after which batch work that waits is no longer put off for the reserve, and no
 *     longer gives way
 * @param reserved how long a lease is kept that nothing is seen of
 * @param stale how old a reading may be
 * @param tenancy who may use which GPUs
 * @param unread what becomes of GPUs of which readings fail
 * @param conceded percent of the processor that others may have before Penstock waits for them: the
 *     system shares it fairly, so that work that goes on beside theirs gets its part
 */
public record Policy(
    Map<Dimension, Integer> limits,
    int reserve,
    int blind,
    Assumed assumed,
    long context,
    int leastPace,
    Duration patience,
    Duration reserved,
    Duration stale,
    Packing packing,
    Tenancy tenancy,
    Unread unread,
    int conceded) {
  /** What becomes of a GPU whose readings fail, which those of one without any do not. */
  public enum Unread {
    /** Nothing new begins there before they are back. */
    REFUSE,
    /** Leases alone are counted there, up to a part of the limits, as where there are none. */
    LEASES
  }

  /** As the documentation has it. */
  public static final Policy STANDARD =
      new Policy(
          Map.of(
              Dimension.ENCODER, 90,
              Dimension.DECODER, 90,
              Dimension.SHADERS, 90,
              Dimension.MEMORY, 80,
              Dimension.BUS, 80,
              Dimension.SESSIONS, 100,
              Dimension.CORES, 100),
          20,
          50,
          new Assumed(1, 2L << 30, 6_000_000_000L, 2),
          512L << 20,
          25,
          Duration.ofMinutes(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          Packing.SPREAD,
          Tenancy.OPEN,
          Unread.REFUSE,
          50);

  public Policy {
    Map<Dimension, Integer> all = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      all.put(dimension, percent(limits.getOrDefault(dimension, 100)));
    }
    limits = Map.copyOf(all);
    percent(reserve);
    percent(blind);
    percent(leastPace);
    percent(conceded);
    if (limits.values().stream().anyMatch(limit -> limit == 0)) {
      throw new IllegalArgumentException("a limit of 0 percent takes no work at all");
    }
    for (Duration duration : List.of(patience, reserved, stale)) {
      if (!duration.isPositive()) {
        throw new IllegalArgumentException("no time: " + duration);
      }
    }
    if (context < 0) {
      throw new IllegalArgumentException("less than no memory: " + context);
    }
  }

  private static int percent(int value) {
    if (value < 0 || value > 100) {
      throw new IllegalArgumentException("not 0 to 100 percent: " + value);
    }
    return value;
  }

  /** Percent of a thing. */
  public int limit(Dimension dimension) {
    return limits.getOrDefault(dimension, 100);
  }

  /** The same with another limit. */
  public Policy withLimit(Dimension dimension, int percent) {
    Map<Dimension, Integer> changed = new EnumMap<>(Dimension.class);
    changed.putAll(limits);
    changed.put(dimension, percent);
    return new Policy(
        changed, reserve, blind, assumed, context, leastPace, patience, reserved, stale, packing,
        tenancy, unread, conceded);
  }

  /** The same with another reserve for live and interactive work, percent. */
  public Policy withReserve(int percent) {
    return new Policy(
        limits, percent, blind, assumed, context, leastPace, patience, reserved, stale, packing,
        tenancy, unread, conceded);
  }

  /** The same with other ways of placing. */
  public Policy withPlaces(Packing other, Tenancy tenants) {
    return new Policy(
        limits, reserve, blind, assumed, context, leastPace, patience, reserved, stale, other,
        tenants, unread, conceded);
  }

  /** The same with another answer to readings that fail. */
  public Policy withUnread(Unread other) {
    return new Policy(
        limits, reserve, blind, assumed, context, leastPace, patience, reserved, stale, packing,
        tenancy, other, conceded);
  }

  /**
   * Little, so that it is rarely less.
   *
   * @param engines of a kind
   * @param memory bytes
   * @param bus bytes a second
   * @param sessions the lowest limit that any driver of NVIDIA's had
   */
  public record Assumed(int engines, long memory, long bus, int sessions) {}

  /**
   * Who may use which GPUs.
   *
   * @param pinned keys of the GPUs that a tenant keeps to; tenants without an entry use any
   * @param exclusive keys of GPUs that only those use that are pinned to them
   */
  public record Tenancy(Map<String, Set<String>> pinned, Set<String> exclusive) {
    public static final Tenancy OPEN = new Tenancy(Map.of(), Set.of());

    public Tenancy {
      Map<String, Set<String>> sorted = new TreeMap<>();
      pinned.forEach((tenant, gpus) -> sorted.put(tenant, new TreeSet<>(gpus)));
      pinned = Map.copyOf(sorted);
      exclusive = Set.copyOf(exclusive);
    }

    public boolean allows(String tenant, String gpu) {
      Set<String> own = pinned.get(tenant);
      return own == null ? !exclusive.contains(gpu) : own.contains(gpu);
    }
  }
}
