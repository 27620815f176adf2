package dev.penstock.engine;

import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the rungs of a ladder have their key frames at the same times. Pure. */
final class SameKeys {
  /** Time bases differ. */
  private static final long ROUNDING_MICROS = 2_000;

  private SameKeys() {}

  /** Each rung against the first. */
  static List<Check> of(List<Verifier.Rung> rungs) {
    List<Check> checks = new ArrayList<>();
    for (int i = 1; i < rungs.size(); i++) {
      Verifier.Rung rung = rungs.get(i);
      checks.add(
          new Check(
              rung.path(),
              Optional.of("track " + rung.slot() + " of the plan"),
              "same key frames",
              compare(keys(rungs.getFirst().packets()), keys(rung.packets()))));
    }
    return checks;
  }

  /** When they are shown, from the first picture on. */
  private static long[] keys(PacketLog packets) {
    int[] shown = packets.shown();
    long[] keys = new long[shown.length];
    int count = 0;
    for (int packet : shown) {
      if (packets.isKey(packet)) {
        keys[count++] = packets.micros(packet) - packets.micros(shown[0]);
      }
    }
    return java.util.Arrays.copyOf(keys, count);
  }

  private static Result compare(long[] first, long[] other) {
    for (int i = 0; i < Math.min(first.length, other.length); i++) {
      if (Math.abs(first[i] - other[i]) > ROUNDING_MICROS) {
        return new Result.Failed(
            "key frame " + (i + 1) + " at " + Findings.seconds(other[i]),
            Findings.seconds(first[i]) + " on the first rung");
      }
    }
    return first.length == other.length
        ? new Result.Passed(first.length + " key frames")
        : new Result.Failed(
            other.length + " key frames", first.length + ", as many as the first rung has");
  }
}
