package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Present;
import java.util.Optional;
import java.util.Set;

/** How hot it is, against its own limits. */
record NvThermal() implements GpuCheck {
  private static final int CLOSE = 5;
  private static final Set<String> UP_TO_HOPPER =
      Set.of("kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada", "hopper");
  private static final String SLOWER =
      "It runs at a fraction of its speed to cool down; live jobs fall behind.";
  private static final Remedy AIR =
      Remedy.byHand(
          "Check fans, dust and the airflow; a card without a fan of its own needs the fans of a"
              + " server.");

  @Override
  public String id() {
    return "nv.thermal";
  }

  @Override
  public String title() {
    return "temperature";
  }

  @Override
  public String rule() {
    return "The GPU is more than 5 degrees below where it slows itself down, and its"
        + " memory below its own limit. Where the GPU tells a margin, that is above 5; a"
        + " margin of zero and less is junk on GPUs up to Hopper and is not judged there."
        + " It is one reading: an idle GPU is cool.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetTemperatureV, nvmlDeviceGetTemperatureThreshold,"
        + " nvmlDeviceGetMarginTemperature; the 5 degrees are our own choice";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.Thermal thermal = gpu.thermal();
    if (!(thermal.gpu() instanceof Present<Integer>(Integer now, String source))) {
      return Nvidia.unread(found, "temperature", thermal.gpu());
    }
    found.seen(source, now + " °C");
    Optional<Integer> slowdown = seen(found, thermal.slowdown());
    Optional<Integer> memory = seen(found, thermal.memory());
    Optional<Integer> memoryMax = thermal.memoryMax().toOptional().filter(limit -> limit > 0);
    Optional<Integer> margin = margin(gpu);
    margin.ifPresent(degrees -> found.seen(thermal.margin().source(), degrees + " °C"));
    String words =
        now
            + " °C"
            + margin.map(degrees -> ", " + degrees + " °C from its limit").orElse("")
            + slowdown.map(limit -> ", slows down at " + limit + " °C").orElse("");
    if (slowdown.isPresent() && now >= slowdown.get()) {
      return found.remedy(AIR).fail(words, SLOWER);
    }
    if (memory.isPresent() && memoryMax.isPresent() && memory.get() >= memoryMax.get()) {
      return found
          .remedy(AIR)
          .fail("its memory is at " + memory.get() + " °C of " + memoryMax.get() + " °C", SLOWER);
    }
    boolean close = slowdown.isPresent() && now >= slowdown.get() - CLOSE;
    boolean used = margin.isPresent() && margin.get() <= CLOSE;
    if (close || used) {
      return found.remedy(AIR).warn(words, "It will slow itself down under more load.");
    }
    return slowdown.isEmpty() && margin.isEmpty()
        ? found.unknown(words + "; its limits cannot be read", "")
        : found.pass(words);
  }

  private static Optional<Integer> seen(Found found, Reading<Integer> reading) {
    reading.toOptional().ifPresent(value -> found.seen(reading.source(), value + " °C"));
    return reading.toOptional().filter(value -> value > 0);
  }

  /** One that can be believed. */
  private static Optional<Integer> margin(NvmlFacts.Gpu gpu) {
    boolean old =
        UP_TO_HOPPER.contains(gpu.identity().architecture().toOptional().orElse("kepler"));
    return gpu.thermal().margin().toOptional().filter(degrees -> degrees > 0 || !old);
  }
}
