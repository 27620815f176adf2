/**
 * Trial encodes: thirty pictures of 640x360 through one encoder, one encoder at a time. It is what
 * proves that hardware encodes; it also can wedge a driver, so each runs in a process of its own
 * under a deadline, and one that never came back is not tried again before somebody says so.
 */
@NullMarked
package dev.penstock.hardware.trial;

import org.jspecify.annotations.NullMarked;
