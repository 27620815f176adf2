package dev.penstock.node.http;

import java.util.List;

/** Has the configuration read again. Any thread. */
@FunctionalInterface
public interface Reload {
  /**
   * What was found otherwise.
   *
   * @param changed keys whose change holds now
   * @param restart keys whose change waits for the next start
   */
  record Reloaded(List<String> changed, List<String> restart) {
    public Reloaded {
      changed = List.copyOf(changed);
      restart = List.copyOf(restart);
    }
  }

  /**
   * Reads it.
   *
   * @throws dev.penstock.model.FailureException when it cannot be followed; all is as before then
   */
  Reloaded reload();
}
