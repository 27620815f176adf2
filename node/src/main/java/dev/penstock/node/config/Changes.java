package dev.penstock.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a configuration that was read again has otherwise.
 *
 * @param held keys whose change holds at once
 * @param restart keys whose change waits for the next start
 */
public record Changes(List<String> held, List<String> restart) {
  public Changes {
    held = List.copyOf(held);
    restart = List.copyOf(restart);
  }

  /** From one to another. */
  public static Changes between(Config before, Config after) {
    Map<String, Object> old = Keys.values(before);
    Map<String, Object> now = Keys.values(after);
    List<String> held = new ArrayList<>();
    List<String> restart = new ArrayList<>();
    for (Keys.Key key : Keys.all()) {
      if (!Objects.equals(old.get(key.name()), now.get(key.name()))) {
        (key.atOnce() ? held : restart).add(key.name());
      }
    }
    return new Changes(held, restart);
  }

  /**
   * What stands at each key that holds, and below {@code pending} what will hold after the next
   * start.
   *
   * @param started what the node was started with
   * @param read what was read last
   */
  public static Map<String, Object> inForce(Config started, Config read) {
    Map<String, Object> all = Keys.values(read);
    Map<String, Object> old = Keys.values(started);
    Map<String, Object> pending = new LinkedHashMap<>();
    for (String key : between(started, read).restart()) {
      // Of the items of a list the list itself is told.
      if (all.containsKey(key)) {
        pending.put(key, all.get(key));
        all.put(key, old.get(key));
      }
    }
    if (!pending.isEmpty()) {
      all.put("pending", pending);
    }
    return all;
  }

  public boolean isEmpty() {
    return held.isEmpty() && restart.isEmpty();
  }
}
