package dev.penstock.node;

import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.model.Reading;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the links of GPUs carry, as far as readings have shown it: a link slows down when idle, so
 * that the fastest one seen counts. Any thread.
 */
final class Links {
  /** Bytes a second and lane after line coding, by generation; PCI Express Base Specification. */
  private static final long[] LANE = {
    0, 250_000_000L, 500_000_000L, 984_600_000L, 1_969_200_000L, 3_938_500_000L, 7_563_000_000L
  };

  /** Percent that is left of it for what is copied, beside headers and flow control. */
  private static final int PAYLOAD = 80;

  private final long assumed;
  private final Map<String, Long> fastest = new ConcurrentHashMap<>();

  /**
   * @param assumed bytes a second of a link of which nothing is known; slower ones may be idle
   */
  Links(long assumed) {
    this.assumed = assumed;
  }

  void saw(String gpu, GpuSample.Bus bus) {
    int generation = bus.generation().toOptional().orElse(0);
    int width = bus.width().toOptional().orElse(0);
    if (generation > 0 && generation < LANE.length && width > 0) {
      fastest.merge(gpu, LANE[generation] * width / 100 * PAYLOAD, Math::max);
    }
  }

  /** Bytes a second in each direction. */
  Reading<Long> of(String gpu) {
    long known = fastest.getOrDefault(gpu, 0L);
    return known > assumed
        ? Reading.of(known, "the fastest that its link was seen at")
        : Reading.absent(Reading.Why.NOT_ASKED, "link", "shows its speed under load only");
  }
}
