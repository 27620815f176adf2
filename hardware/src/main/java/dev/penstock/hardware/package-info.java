/**
 * Facts about machines: what is in them, what it can do, how it fares, what went wrong.
 *
 * <p>A {@link dev.penstock.hardware.Machine} is what was read, as data: a {@link
 * dev.penstock.hardware.Tree} of files, links and device nodes, and the answers of probes. Checks
 * and capability maps are functions of it, so that a machine that was captured elsewhere is judged
 * like this one. Whatever asks a driver runs in a child process under a deadline: a wedged driver
 * blocks its callers where no signal reaches them.
 */
@NullMarked
package dev.penstock.hardware;

import org.jspecify.annotations.NullMarked;
