package dev.penstock.hardware.trial;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Probe;

/** Tries one encoder, which is named by the argument. */
public final class TrialProbe implements Probe<Trial> {
  @Override
  public Trial ask(String argument) {
    return Trials.of(
        Codecs.encoder(argument)
            .orElseThrow(
                () -> new IllegalArgumentException("this build has no encoder " + argument)));
  }
}
