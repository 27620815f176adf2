package dev.penstock.engine.packaging;

/** How a rendition lies on disk. */
public enum Layout {
  /** {@code ID.mp4}, an index in front; manifests name byte ranges. */
  ONE_FILE,
  /** {@code ID/init.mp4}, {@code ID/00001.m4s} and so on. */
  FILE_PER_SEGMENT
}
