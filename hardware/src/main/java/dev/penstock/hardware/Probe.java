package dev.penstock.hardware;

/**
 * A question to a driver or library, asked in a child process because it may never come back, or
 * bring its process down. Implementations have a public constructor without parameters.
 *
 * @param <T> the answer: a record that {@link FactsJson} writes and reads
 */
public interface Probe<T> {
  /** Asks. What it throws is the answer "failed". */
  T ask(String argument) throws Exception;
}
