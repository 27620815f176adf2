package dev.penstock.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Whose turn it is. A tenant's jobs go in their own order; of several tenants the one goes first
 * that has the least running. Pure.
 */
final class Turns {
  private Turns() {}

  /**
   * How many jobs of the same tenant run or go before each.
   *
   * @param jobs in the order in which each tenant's go
   * @param running jobs of each tenant that do
   */
  static <T> Map<T, Integer> of(
      List<T> jobs, Function<T, String> tenant, Map<String, Integer> running) {
    Map<String, Integer> next = new HashMap<>(running);
    Map<T, Integer> turns = new LinkedHashMap<>();
    for (T job : jobs) {
      turns.put(job, next.merge(tenant.apply(job), 1, Integer::sum) - 1);
    }
    return turns;
  }

  /** The first of all, by turns. */
  static <T> List<T> first(int most, List<T> jobs, Function<T, String> tenant) {
    if (jobs.size() <= most) {
      return jobs;
    }
    Map<T, Integer> turns = of(jobs, tenant, Map.of());
    List<T> sorted = new ArrayList<>(jobs);
    sorted.sort(Comparator.comparing(turns::get));
    return List.copyOf(sorted.subList(0, most));
  }
}
