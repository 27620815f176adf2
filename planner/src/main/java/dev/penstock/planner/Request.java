package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What every step of one planning reads, and the ledger it writes to.
 *
 * @param keyGrid where the key frames of a ladder stand, on all rungs alike
 * @param inPieces whether pictures are to be encoded in pieces that are joined
 * @param rung of a ladder, whose video track this is about
 * @param route of the pictures through GPUs that is tried
 */
record Request(
    JobSpec spec,
    MediaInfo input,
    Capabilities capabilities,
    Container container,
    Optional<Duration> keyGrid,
    boolean inPieces,
    Optional<Rung> rung,
    Route route,
    Ledger ledger) {

  /** libav's names of the formats that are a codec's bare stream: they say no time of any frame. */
  private static final Set<String> BARE =
      Set.of("h264", "hevc", "vvc", "av1", "obu", "m4v", "mpegvideo", "h263", "vc1");

  /**
   * Whether packets say when they are shown; where frames are reordered, only decoding tells then.
   */
  boolean hasTimes() {
    return !BARE.contains(input.format());
  }

  /** The same about a rung. */
  Request of(Rung about) {
    return new Request(
        spec, input, capabilities, container, keyGrid, inPieces, Optional.of(about), route, ledger);
  }

  boolean holds(String codec) {
    return container.holds(codec, capabilities);
  }

  /** Whether the output begins inside the input, which only decoding can do to the frame. */
  boolean trimsStart() {
    return spec.trim().start().filter(start -> !start.isZero()).isPresent();
  }
}
