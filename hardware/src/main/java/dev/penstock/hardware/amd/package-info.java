/** The video blocks of AMD's GPUs, as the kernel knows them. */
@NullMarked
package dev.penstock.hardware.amd;

import org.jspecify.annotations.NullMarked;
