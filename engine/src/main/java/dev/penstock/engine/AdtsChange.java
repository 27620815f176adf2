package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Notices when copied AAC changes its rate or channels, as where recordings were joined. Containers
 * that take the ADTS headers off keep only the first ones, so that the rest would play wrongly.
 */
final class AdtsChange {
  /** A single header may be damaged; so many in a row are not. */
  private static final int CONVINCING = 4;

  private final String subject;
  private final Rational timeBase;
  private @Nullable AdtsForm form;
  private @Nullable AdtsForm candidate;
  private int times;

  /**
   * For the packets of one track.
   *
   * @param subject its name
   */
  AdtsChange(String subject, Rational timeBase) {
    this.subject = subject;
    this.timeBase = timeBase;
  }

  /**
   * Looks at the next packet; the time is the wanted part's.
   *
   * @throws FailureException where it changed
   */
  void check(Packet packet) {
    AdtsForm seen = AdtsForm.of(packet.head(AdtsForm.HEADER)).orElse(null);
    if (seen == null) {
      return;
    }
    times = seen.equals(candidate) ? times + 1 : 1;
    candidate = seen;
    if (times == CONVINCING && form == null) {
      form = seen;
    } else if (times == CONVINCING && !seen.equals(form)) {
      throw changed(seen, packet);
    }
  }

  private FailureException changed(AdtsForm now, Packet packet) {
    double seconds =
        Timestamp.rescale(packet.pts(), timeBase, Timestamp.MICROSECONDS) / 1_000_000.0;
    return new FailureException(
        new Failure.Unsupported(
            new Diagnosis(
                subject,
                Stage.DEMUX,
                "changes on the way, so it cannot be copied",
                "it begins at "
                    + form
                    + " and is at "
                    + now
                    + String.format(Locale.ROOT, " about %.1f s in", seconds)
                    + "; the output's header holds only one of them",
                "encode it: --audio aac:128k")));
  }
}
