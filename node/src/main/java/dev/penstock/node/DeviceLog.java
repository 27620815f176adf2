package dev.penstock.node;

import dev.penstock.node.http.DeviceHistory;
import dev.penstock.node.http.Devices;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the devices fared lately, in memory. Written by one thread, read by any. */
final class DeviceLog implements DeviceHistory {
  static final Duration PERIOD = Duration.ofSeconds(5);
  static final Duration KEPT = Duration.ofMinutes(15);
  private static final int MOST = (int) KEPT.dividedBy(PERIOD);

  private final Devices devices;
  private final InstantSource clock;
  private final Map<String, Deque<Sample>> samples = new LinkedHashMap<>();

  DeviceLog(Devices devices, InstantSource clock) {
    this.devices = devices;
    this.clock = clock;
  }

  /** Looks at them once; called every {@link #PERIOD}. */
  void look() {
    Instant now = clock.instant();
    List<Devices.Status> all = devices.devices();
    synchronized (samples) {
      all.forEach(
          each -> samples.computeIfAbsent(each.key(), _ -> new ArrayDeque<>()).add(of(each, now)));
      samples.values().forEach(series -> forget(series, now));
      samples.values().removeIf(Deque::isEmpty);
    }
  }

  private static Sample of(Devices.Status status, Instant now) {
    return new Sample(
        now,
        status.encoder(),
        status.decoder(),
        status.compute(),
        status.memoryUsed(),
        status.temperature(),
        status.power());
  }

  private static void forget(Deque<Sample> series, Instant now) {
    while (!series.isEmpty()
        && (series.size() > MOST || series.getFirst().at().plus(KEPT).isBefore(now))) {
      series.removeFirst();
    }
  }

  @Override
  public Page page() {
    synchronized (samples) {
      return new Page(
          PERIOD.toSeconds(),
          samples.entrySet().stream()
              .map(each -> new Series(each.getKey(), List.copyOf(each.getValue())))
              .toList());
    }
  }
}
