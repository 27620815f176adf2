package dev.penstock.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A step of a piece of the work of a job.
 *
 * @param segment its number; empty for what is not cut
 * @param rendition where the piece is of one alone
 * @param lane counts the threads of the job from 0; empty for what need not be made
 * @param device key of the GPU; empty for the processor
 */
public record PieceStep(
    Kind kind,
    OptionalInt segment,
    Optional<String> rendition,
    OptionalInt lane,
    Optional<String> device,
    Fate fate) {
  /** What is made. */
  public enum Kind {
    /** All of the output. */
    WHOLE,
    /** The pictures of a segment, of all renditions. */
    PICTURES,
    /** The same, to learn how many bits they take. */
    ANALYSIS,
    /** Those of one rendition once more. */
    AGAIN,
    /** The same for fewer bits. */
    LEANER,
    /** What is not cut, as sound. */
    REST
  }

  /** What became of it. */
  public enum Fate {
    BEGUN,
    DONE,
    /** It may be begun again, elsewhere. */
    FAILED,
    /** It was there before. */
    REUSED
  }
}
