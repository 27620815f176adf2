package dev.penstock.node.journal;

import dev.penstock.node.JobId;
import java.time.Instant;

/**
 * A device that failed on an input.
 *
 * @param input what names its content, such as a digest; its path where there is none
 * @param device key
 * @param evidence one line
 */
public record Fault(
    String input, String device, JobId job, int attempt, Instant at, String evidence) {}
