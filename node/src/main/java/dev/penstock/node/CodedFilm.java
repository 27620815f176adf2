package dev.penstock.node;

import dev.penstock.model.CodedStretch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How the renditions of a job are coded over time, as told in any order. What is told later takes
 * the place of what it overlaps. Of one thread.
 */
final class CodedFilm {
  /** Of a rendition; more than engines tell of a film whose length they know. */
  private static final int MOST = 5400;

  private static final int MOST_RENDITIONS = 64;

  private final Map<String, NavigableMap<Duration, CodedStretch>> renditions = new HashMap<>();

  void add(CodedStretch stretch) {
    if (renditions.size() >= MOST_RENDITIONS && !renditions.containsKey(stretch.rendition())) {
      return;
    }
    NavigableMap<Duration, CodedStretch> known =
        renditions.computeIfAbsent(stretch.rendition(), _ -> new TreeMap<>());
    Map.Entry<Duration, CodedStretch> before = known.lowerEntry(stretch.to());
    while (before != null && before.getValue().to().compareTo(stretch.from()) > 0) {
      known.remove(before.getKey());
      before = known.lowerEntry(stretch.to());
    }
    if (known.size() < MOST) {
      known.put(stretch.from(), stretch);
    }
  }

  void clear() {
    renditions.clear();
  }

  /** By rendition, in the order of time. */
  List<CodedStretch> all() {
    return renditions.values().stream().flatMap(each -> each.values().stream()).toList();
  }
}
