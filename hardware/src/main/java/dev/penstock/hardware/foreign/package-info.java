/**
 * Libraries of drivers, called through {@code java.lang.foreign}: there is no native code of ours.
 *
 * <p>A library is opened by the name its driver installs it by, so that the dynamic linker finds it
 * as it does for every other program. Functions are bound one by one when they are called: one that
 * an older driver lacks makes one reading absent and harms no other. For use in a child process
 * only, as a {@link dev.penstock.hardware.Probe}.
 */
@NullMarked
package dev.penstock.hardware.foreign;

import org.jspecify.annotations.NullMarked;
