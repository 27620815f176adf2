package dev.penstock.hardware.trial;

import java.time.Duration;
import java.util.Optional;

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
