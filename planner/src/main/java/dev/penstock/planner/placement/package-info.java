/**
 * Which GPU takes what, given what each has left. Pure: it knows nothing of time, of leases or of
 * who has what; {@code planner.admission} works out the offers.
 *
 * <p>All of a ladder goes to one GPU, where the source is decoded once. Work that is mostly for
 * engines is spread by how full the engines are, in parts of what each GPU has of them, and never
 * by the shaders; work that is mostly memory goes where it leaves the smallest gap.
 */
@NullMarked
package dev.penstock.planner.placement;

import org.jspecify.annotations.NullMarked;
