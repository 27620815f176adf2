package dev.penstock.node.worker;

import dev.penstock.node.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of the death of a worker.
 *
 * @param how in words: what it died of, or why it was killed
 * @param exit its status, where it ended by itself
 * @param signal that ended it
 * @param lived from its start
 * @param hsErr what the JVM wrote of its crash
 * @param log the last lines of its standard error
 * @param kernel what the kernel said of devices around then
 * @param jobs that it had
 */
public record CrashReport(
    Place place,
    long pid,
    Instant at,
    String how,
    OptionalInt exit,
    OptionalInt signal,
    Duration lived,
    Optional<String> hsErr,
    List<String> log,
    List<String> kernel,
    List<JobId> jobs) {
  public CrashReport {
    log = List.copyOf(log);
    kernel = List.copyOf(kernel);
    jobs = List.copyOf(jobs);
  }
}
