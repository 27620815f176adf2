package dev.penstock.hardware.trial;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Probe;

/** Tries what its argument says; see {@link Wish}. */
public final class TrialProbe implements Probe<Trial> {
  @Override
  public Trial ask(String argument) {
    Wish wish = Wish.of(argument);
    if (wish.isLink()) {
      return LinkTrial.of(wish.device().orElseThrow());
    }
    if (wish.decodes()) {
      return DecodeTrial.of(wish);
    }
    return Trials.of(
        Codecs.encoder(wish.name())
            .orElseThrow(
                () -> new IllegalArgumentException("this build has no encoder " + wish.name())),
        wish.device());
  }
}
