/** Actions: runs a plan and owns the native resources it needs. */
@NullMarked
package dev.penstock.engine;

import org.jspecify.annotations.NullMarked;
