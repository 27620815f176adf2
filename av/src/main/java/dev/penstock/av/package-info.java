/** libav* as closable Java handles; no JavaCPP type leaves this package. */
@NullMarked
package dev.penstock.av;

import org.jspecify.annotations.NullMarked;
