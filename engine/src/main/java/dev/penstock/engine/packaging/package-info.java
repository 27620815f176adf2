/** See below. */
@NullMarked
package dev.penstock.engine.packaging;

import org.jspecify.annotations.NullMarked;
