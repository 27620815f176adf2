/** Decisions as pure functions: no clock, no I/O, no native code. */
@NullMarked
package dev.penstock.planner;

import org.jspecify.annotations.NullMarked;
