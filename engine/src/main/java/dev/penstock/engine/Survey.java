package dev.penstock.engine;

import dev.penstock.model.Capabilities;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What this build and machine can encode with. */
public final class Survey {
  private Survey() {}

  /**
   * One encoder tried out.
   *
   * @param framesPerSecond of the trial encode; empty when it failed
   * @param reason why it does not work here; empty when it does
   */
  public record Trial(
      String encoder,
      String codec,
      boolean hardware,
      Optional<Double> framesPerSecond,
      Duration elapsed,
      Optional<String> reason) {
    public boolean proved() {
      return reason.isEmpty();
    }
  }

  /** What the linked libraries declare. Cheap; nothing is opened. */
  public static Capabilities declared() {
    throw new UnsupportedOperationException();
  }

  /** Encodes a short clip with every encoder Penstock would use. */
  public static List<Trial> prove(Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }
}
