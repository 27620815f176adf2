/**
 * What GPUs are doing now, whoever made them: a {@link dev.penstock.hardware.telemetry.Sampler}
 * asks {@link dev.penstock.hardware.telemetry.Source}s and makes immutable {@link
 * dev.penstock.hardware.telemetry.Snapshot}s of {@link dev.penstock.model.Reading}s.
 *
 * <p>A source never throws and never waits for a driver longer than its deadline. What cannot be
 * read is an absent reading with its reason; nothing is ever guessed, and a value that is known for
 * one GPU only is absent for the others.
 *
 * <p>Threads: a sampler and its sources belong to one thread. Snapshots may go anywhere.
 */
@NullMarked
package dev.penstock.hardware.telemetry;

import org.jspecify.annotations.NullMarked;
