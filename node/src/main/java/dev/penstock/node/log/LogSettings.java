package dev.penstock.node.log;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the node tells what happens.
 *
 * @param file where it is told; empty for standard error
 * @param size bytes of a file after which the next is begun
 * @param count files that are kept beside the one that is written
 */
public record LogSettings(Format format, Level level, Optional<Path> file, long size, int count) {
  /** How a line looks. */
  public enum Format {
    /** For people. */
    TEXT,
    /** An object on each line. */
    JSON
  }

  /** What is told: this and what is worse. */
  public enum Level {
    ERROR,
    WARNING,
    INFO,
    /** Also what workers print. */
    DEBUG
  }
}
