package dev.penstock.node.config;

import java.util.ArrayList;
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

  public boolean isEmpty() {
    return held.isEmpty() && restart.isEmpty();
  }
}
