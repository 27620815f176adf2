package dev.penstock.model;

import java.util.Optional;

/** The video codecs Penstock encodes. */
public enum VideoCodec {
  H264("h264", "H.264"),
  HEVC("hevc", "HEVC"),
  AV1("av1", "AV1"),
  VP9("vp9", "VP9");

  private final String id;
  private final String label;

  VideoCodec(String id, String label) {
    this.id = id;
    this.label = label;
  }

  /** libav's codec name, also the name on the command line. */
  public String id() {
    return id;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  public static Optional<VideoCodec> of(String id) {
    for (VideoCodec codec : values()) {
      if (codec.id.equals(id)) {
        return Optional.of(codec);
      }
    }
    return Optional.empty();
  }
}
