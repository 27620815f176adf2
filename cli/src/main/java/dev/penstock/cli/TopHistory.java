package dev.penstock.cli;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The loads of the last snapshots, for drawing them. */
final class TopHistory {
  private static final int KEPT = 256;
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int FULL = 100;

  private final Map<String, Deque<Integer>> loads = new HashMap<>();

  void add(Snapshot snapshot) {
    for (GpuSample gpu : snapshot.gpus()) {
      gpu.engines()
          .forEach(load ->
              load.percent()
                  .toOptional()
                  .ifPresent(percent -> add(key(gpu, load.engine()), percent)));
    }
  }

  private void add(String key, int percent) {
    Deque<Integer> values = loads.computeIfAbsent(key, _ -> new ArrayDeque<>());
    values.addLast(percent);
    if (values.size() > KEPT) {
      values.removeFirst();
    }
  }

  /** The latest loads of an engine, at most {@code width} of them, as a line of bars. */
  String spark(GpuSample gpu, Engine engine, int width) {
    Deque<Integer> values = loads.getOrDefault(key(gpu, engine), new ArrayDeque<>());
    StringBuilder bars = new StringBuilder();
    values.stream()
        .skip(Math.max(0, values.size() - width))
        .forEach(value -> bars.append(bar(value)));
    return bars.toString();
  }

  private static char bar(int percent) {
    int step = Math.clamp((long) percent * BARS.length() / (FULL + 1), 0, BARS.length() - 1);
    return BARS.charAt(step);
  }

  private static String key(GpuSample gpu, Engine engine) {
    return gpu.id().key() + " " + engine;
  }
}
