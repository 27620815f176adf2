/**
 * VA-API: what the driver of each render node decodes and encodes, through libva. Constants are
 * those of va.h, libva 2.22.
 */
@NullMarked
package dev.penstock.hardware.va;

import org.jspecify.annotations.NullMarked;
