package dev.penstock.model;

import java.util.Optional;

/** What an encoder is to be good at. */
public enum Tuning {
  QUALITY("quality"),
  /** Each picture comes out soon after it went in: none waits for pictures behind it. */
  LOW_LATENCY("low-latency"),
  /** The same, with less still held back inside the encoder, where it has a step between. */
  ULTRA_LOW_LATENCY("ultra-low-latency"),
  /** Decoding gives the very pictures that were encoded. */
  LOSSLESS("lossless");

  private final String id;

  Tuning(String id) {
    this.id = id;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }

  public boolean isLowLatency() {
    return this == LOW_LATENCY || this == ULTRA_LOW_LATENCY;
  }

  public static Optional<Tuning> of(String id) {
    for (Tuning tuning : values()) {
      if (tuning.id.equals(id)) {
        return Optional.of(tuning);
      }
    }
    return Optional.empty();
  }
}
