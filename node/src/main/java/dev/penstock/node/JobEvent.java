package dev.penstock.node;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened, once it is durable.
 *
 * @param sequence counts all events of the node, from 1, without gaps
 * @param kind such as {@code job.queued}, {@code job.running}, {@code device.lost}
 * @param data JSON
 */
public record JobEvent(
    long sequence,
    Instant at,
    String kind,
    Optional<JobId> job,
    Optional<String> tenant,
    String data) {}
