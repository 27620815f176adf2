/**
 * What errors mean, what went wrong on this machine, and how its devices fare.
 *
 * <p>Three things, each a function of the one before:
 *
 * <ol>
 *   <li>{@link dev.penstock.hardware.health.Catalogue}: rows of data with their sources. NVIDIA's
 *       Xid codes, other messages of the kernel, what FFmpeg and the drivers' interfaces say, exit
 *       codes, questions of administrators, and what to do. More is known by adding a row.
 *   <li>{@link dev.penstock.hardware.health.KernelLog}: lines in, {@linkplain
 *       dev.penstock.hardware.health.KernelEvent events} out. {@code Framing} takes off what a log
 *       puts around a line and says whose line it is; {@code KernelLog} matches whole messages.
 *       {@link dev.penstock.hardware.health.KernelWatch} reads the log of this machine on a thread
 *       of its own, {@link dev.penstock.hardware.health.EventStore} keeps what it found.
 *   <li>{@link dev.penstock.hardware.health.Health}: samples and events in, a {@linkplain
 *       dev.penstock.hardware.health.Verdict verdict} for each device out. Pure; its thresholds are
 *       data. A condition that was derived from a state ends with the state.
 * </ol>
 *
 * <p>{@link dev.penstock.hardware.health.Explainer} answers people: a fault of the kernel before an
 * error of an interface, that before an exit code, that before words; and of several the first,
 * since the last one is mostly a trailer.
 *
 * <p>Logs hold text that users chose, such as names of processes. It stands inside messages, never
 * at their beginning, and nothing is looked for inside: no name forges an event.
 */
@NullMarked
package dev.penstock.hardware.health;

import org.jspecify.annotations.NullMarked;
