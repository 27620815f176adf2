package dev.penstock.node;

import java.time.Instant;
import java.util.Optional;

/**
 * A job as the journal has it.
 *
 * @param attempts that began, the running one included
 * @param submitted when it was acknowledged
 * @param changed when it came into its state
 * @param sequence of the event that brought it there
 */
public record JobRecord(
    JobId id,
    Submission submission,
    JobState state,
    int attempts,
    Instant submitted,
    Instant changed,
    long sequence,
    Optional<String> report) {}
