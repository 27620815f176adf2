package dev.penstock.hardware.trial;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One encoder or decoder tried out.
 *
 * @param encoder libav's name of it; see {@link Wish} for the names of decoders
 * @param framesPerSecond of the trial; empty when it failed
 * @param reason why it does not work here; empty when it does
 * @param device on which it was tried: a PCI address or a UUID; empty for software, and for the
 *     device that the encoder takes by itself
 * @param link what the device's PCIe link did meanwhile
 */
public record Trial(
    String encoder,
    String codec,
    boolean hardware,
    Optional<Double> framesPerSecond,
    Duration elapsed,
    Optional<String> reason,
    Optional<String> device,
    Optional<LinkLoad> link) {

  /** On whatever device. */
  public Trial(
      String encoder,
      String codec,
      boolean hardware,
      Optional<Double> framesPerSecond,
      Duration elapsed,
      Optional<String> reason) {
    this(
        encoder,
        codec,
        hardware,
        framesPerSecond,
        elapsed,
        reason,
        Optional.empty(),
        Optional.empty());
  }

  public boolean proved() {
    return reason.isEmpty();
  }

  /**
   * A PCIe link under load.
   *
   * @param load what the load was
   * @param speeds the highest that were seen, such as {@code 16.0 GT/s PCIe}, of the device and of
   *     each bridge above it, by their addresses
   * @param lasted how long there was load
   */
  public record LinkLoad(String load, Map<String, String> speeds, Duration lasted) {
    public LinkLoad {
      speeds = Map.copyOf(speeds);
    }
  }
}
