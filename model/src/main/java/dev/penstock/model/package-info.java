/**
 * The vocabulary of Penstock: immutable records and sealed interfaces that the other modules
 * exchange.
 *
 * <p>Facts ({@link dev.penstock.model.MediaInfo}, {@link dev.penstock.model.Capabilities}) go into
 * the planner with a {@link dev.penstock.model.JobSpec}; a {@link dev.penstock.model.Plan} and its
 * {@link dev.penstock.model.Receipt} come out; the engine turns the plan into a {@link
 * dev.penstock.model.Report}. Nothing here does I/O, reads a clock or holds a native resource. A
 * fact that could not be read is an empty {@code Optional}, never 0 or -1.
 */
@NullMarked
package dev.penstock.model;

import org.jspecify.annotations.NullMarked;
