package dev.penstock.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a running job is.
 *
 * @param done part of the input's duration that is written, 0 to 1; empty when the duration is
 *     unknown
 * @param frames video frames encoded
 * @param framesPerSecond since the start
 * @param speed media time over wall time, since the start
 * @param position media time written
 * @param bitRate of what was written so far, bits per second
 */
public record Progress(
    OptionalDouble done,
    long frames,
    double framesPerSecond,
    double speed,
    Duration position,
    Duration elapsed,
    double bitRate,
    long bytes,
    Optional<Duration> remaining) {}
