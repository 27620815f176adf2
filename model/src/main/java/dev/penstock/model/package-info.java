/** The vocabulary: immutable descriptions of media, jobs, plans and results. */
@NullMarked
package dev.penstock.model;

import org.jspecify.annotations.NullMarked;
