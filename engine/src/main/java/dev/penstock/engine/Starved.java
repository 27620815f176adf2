package dev.penstock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a running job says of tracks with too few bits: of each the same words all the time,
 * whatever its pieces find, so that nobody is told twice. Of one thread.
 */
final class Starved {
  private final Map<Integer, String> said = new TreeMap<>();

  /** Of those that have too few now. */
  List<String> now(List<Accounts> running) {
    Map<Integer, String> now = new TreeMap<>();
    running.forEach(accounts -> now.putAll(accounts.starving()));
    now.forEach(said::putIfAbsent);
    List<String> words = new ArrayList<>();
    now.keySet().forEach(slot -> words.add(said.getOrDefault(slot, "")));
    return words;
  }
}
