package dev.penstock.node.http;

import java.util.List;
import java.util.Optional;

/** Lets what runs come to its end and begins nothing new. Any thread. */
public interface Drain {
  /**
   * What is drained.
   *
   * @param node whether all of it is drained
   * @param devices that are
   * @param running jobs that still run there
   */
  record Drained(boolean node, List<String> devices, int running) {
    public Drained {
      devices = List.copyOf(devices);
    }
  }

  Drained drained();

  /**
   * Begins nothing new there.
   *
   * @param device its key; all when empty
   * @param by who asked
   * @throws dev.penstock.model.FailureException when there is no such device
   */
  Drained drain(Optional<String> device, String by);

  /** The same, the other way. */
  Drained undrain(Optional<String> device, String by);
}
