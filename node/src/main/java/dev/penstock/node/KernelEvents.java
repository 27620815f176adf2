package dev.penstock.node;

import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.KernelWatch;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** Follows what the kernel says of devices, where this user may read its log. */
final class KernelEvents {
  private KernelEvents() {}

  /**
   * Until it is closed.
   *
   * @param told of what is said from now on, on a thread of its own
   */
  static AutoCloseable follow(Consumer<KernelEvent> told, Consumer<String> log) {
    Instant began = Instant.now();
    try {
      return KernelWatch.start(
          KernelSource.find(KernelSource.Places.ofThisMachine()),
          KernelSource.clock(),
          Map.of(),
          event -> {
            if (event.at().map(at -> !at.isBefore(began)).orElse(true)) {
              told.accept(event);
            }
          },
          why -> log.accept("the kernel's log is not followed any more: " + why));
    } catch (IOException | FailureException _) {
      // Whoever looks for it is told by the doctor.
      return () -> {};
    }
  }
}
