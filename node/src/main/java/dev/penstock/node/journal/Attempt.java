package dev.penstock.node.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A time that a job was given to a worker.
 *
 * @param number from 1
 * @param gpus keys; none for the software pool
 * @param outcome label of the state that came of it, or {@code yielded}, or {@code lost} when the
 *     daemon ended while it ran; empty while it runs
 * @param evidence a line on why it ended so
 */
public record Attempt(
    int number,
    String worker,
    List<String> gpus,
    Instant began,
    Optional<Instant> ended,
    Optional<String> outcome,
    Optional<String> evidence) {
  public Attempt {
    gpus = List.copyOf(gpus);
  }
}
