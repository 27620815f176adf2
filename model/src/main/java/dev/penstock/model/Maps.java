package dev.penstock.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Immutable copies whose order does not change from one run of the JVM to the next, as that of
 * {@code Map.copyOf} does: what is written in their order must come out the same every time.
 */
final class Maps {
  private Maps() {}

  static <V> SortedMap<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  static SequencedMap<String, String> inOrder(Map<String, String> map) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
  }
}
