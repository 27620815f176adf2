package dev.penstock.node.around;

import java.nio.file.Path;

/** What becomes of a file in a watched folder once its job is done. */
public sealed interface Afterwards {
  /** It stays where it is. */
  record Keep() implements Afterwards {}

  /**
   * It is moved; that of a job that failed goes into {@code failed} below, with the reason in a
   * text file beside it.
   *
   * @param to on the same file system, so that it is there whole or not at all
   */
  record Move(Path to) implements Afterwards {}

  /** It is deleted; that of a job that failed stays. */
  record Delete() implements Afterwards {}
}
