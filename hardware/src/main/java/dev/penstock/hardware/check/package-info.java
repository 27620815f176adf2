/**
 * What the doctor looks at. Each check is one class of the same shape: which files and probes it
 * wants read, the rule, what it means when it does not hold, and the remedy as a command. Checks
 * are functions of a {@link dev.penstock.hardware.Machine}; they read nothing themselves, so a
 * machine captured elsewhere is judged by the same code.
 *
 * <p>To add one: write the class, name it in {@link dev.penstock.hardware.check.Checks}, and add
 * what it should find to the machines of the tests. An unreadable fact is UNKNOWN, never PASS.
 */
@NullMarked
package dev.penstock.hardware.check;

import org.jspecify.annotations.NullMarked;
