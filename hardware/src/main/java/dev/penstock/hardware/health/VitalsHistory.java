package dev.penstock.hardware.health;

import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The samples of a session, by which its GPUs are judged: of the time that the thresholds look back
 * to, at most one a second, so that neither many nor few samples a second change a verdict. Not for
 * several threads.
 */
public final class VitalsHistory {
  private static final Duration APART = Duration.ofSeconds(1);

  private final Thresholds thresholds;
  private final Map<String, List<Vitals>> devices = new HashMap<>();

  public VitalsHistory(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  /** A snapshot with a verdict for each of its GPUs. */
  public record Judged(Snapshot snapshot, Map<String, Verdict> verdicts) {
    public Judged {
      verdicts = Map.copyOf(verdicts);
    }

    /** The verdict of one of the snapshot's GPUs. */
    public Verdict of(GpuSample gpu) {
      return Objects.requireNonNull(verdicts.get(Vitals.device(gpu)));
    }
  }

  /** Adds a snapshot, which is later than those before, and judges its GPUs by all of them. */
  public Judged add(Snapshot snapshot) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (GpuSample gpu : snapshot.gpus()) {
      Vitals now = Vitals.of(gpu, snapshot.at());
      List<Vitals> samples = devices.computeIfAbsent(now.device(), _ -> new ArrayList<>());
      add(now, samples);
      verdicts.putAll(Health.judge(samples, List.of(), List.of(), thresholds, snapshot.at()));
    }
    return new Judged(snapshot, verdicts);
  }

  /** The newest one is always there; it gives way to the next when that comes too soon. */
  private void add(Vitals now, List<Vitals> samples) {
    int last = samples.size() - 1;
    if (last >= 1 && samples.get(last).at().isBefore(samples.get(last - 1).at().plus(APART))) {
      samples.removeLast();
    }
    samples.add(now);
    samples.removeIf(old -> old.at().isBefore(now.at().minus(thresholds.throttleWindow())));
  }
}
