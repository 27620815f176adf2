package dev.penstock.node.http;

import java.util.List;

/** Reads the text of a job file. */
@FunctionalInterface
public interface SpecCheck {
  /** What it is. */
  sealed interface Verdict {}

  /** What encodes parts of the input so that a plan can be made. */
  enum Measuring {
    NONE,
    PROCESSOR,
    /** A GPU, where there is one. */
    GPU
  }

  /**
   * A job.
   *
   * @param spec as it is to be kept
   * @param reads all paths and URLs it reads, as they stand in it
   * @param writes all files and folders it writes
   * @param measuring what planning it takes
   */
  record Checked(String spec, List<String> reads, List<String> writes, Measuring measuring)
      implements Verdict {
    /** Of which planning encodes nothing. */
    public Checked(String spec, List<String> reads, List<String> writes) {
      this(spec, reads, writes, Measuring.NONE);
    }

    public Checked {
      reads = List.copyOf(reads);
      writes = List.copyOf(writes);
    }
  }

  /** No job; all that is wrong with it, in its order. */
  record Mistaken(List<Problem.Mistake> mistakes) implements Verdict {
    public Mistaken {
      mistakes = List.copyOf(mistakes);
    }
  }

  Verdict check(String spec);
}
