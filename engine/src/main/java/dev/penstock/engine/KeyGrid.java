package dev.penstock.engine;

import dev.penstock.engine.Expectations.Expected;
import dev.penstock.model.Plan;
import java.util.Optional;

/** Whether key frames stand where the plan wants them. Pure. */
final class KeyGrid {
  /** Times are rounded to milliseconds in some containers. */
  private static final long ROUNDING_MICROS = 1_500;

  private KeyGrid() {}

  /** A key frame that is missing. */
  record Missing(String found, String expected) {}

  /** The first that is missing. */
  static Optional<Missing> of(Expected track, PacketLog found) {
    Optional<Missing> interval =
        track.interval().isPresent()
            ? interval(found, track.interval().getAsInt())
            : Optional.empty();
    return interval.or(() -> track.grid().flatMap(grid -> grid(track, found, grid)));
  }

  private static Optional<Missing> interval(PacketLog found, int most) {
    int since = 0;
    for (int packet : found.shown()) {
      since = found.isKey(packet) ? 0 : since + 1;
      if (since >= most && most > 0) {
        return Optional.of(
            new Missing(
                since
                    + " pictures without a key frame up to "
                    + Findings.seconds(found.micros(packet)),
                "one every " + most));
      }
    }
    return Optional.empty();
  }

  private static Optional<Missing> grid(Expected track, PacketLog found, Plan.KeyGrid wanted) {
    int[] shown = found.shown();
    if (shown.length == 0 || found.size() != track.written().size()) {
      return Optional.empty(); // the number of packets says it
    }
    long grid = wanted.distance().toNanos() / 1000;
    long shift = found.micros(0) - track.written().micros(0);
    long key = Long.MIN_VALUE;
    int since = 0;
    for (int packet : shown) {
      long time = found.micros(packet) - shift;
      since++;
      if (found.isKey(packet)) {
        key = time;
        since = 0;
      } else if (key != Long.MIN_VALUE && since % wanted.step() == 0 && isPassed(key, time, grid)) {
        return Optional.of(
            new Missing(
                "the picture at " + Findings.seconds(time) + " is no key frame",
                "one at every " + Findings.seconds(grid)));
      }
    }
    return Optional.empty();
  }

  /** Whether a time of the grid lies behind the key frame and not behind the picture. */
  private static boolean isPassed(long key, long time, long grid) {
    return Math.floorDiv(time - ROUNDING_MICROS, grid) > Math.floorDiv(key + ROUNDING_MICROS, grid);
  }
}
