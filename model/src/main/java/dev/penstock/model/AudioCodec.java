package dev.penstock.model;

import java.util.Optional;

/** The audio codecs Penstock encodes. */
public enum AudioCodec {
  AAC("aac"),
  OPUS("opus");

  private final String id;

  AudioCodec(String id) {
    this.id = id;
  }

  /** libav's codec name, also the name on the command line. */
  public String id() {
    return id;
  }

  public static Optional<AudioCodec> of(String id) {
    for (AudioCodec codec : values()) {
      if (codec.id.equals(id)) {
        return Optional.of(codec);
      }
    }
    return Optional.empty();
  }
}
