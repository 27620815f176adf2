/** The {@code penstock} command. */
@NullMarked
package dev.penstock.cli;

import org.jspecify.annotations.NullMarked;
