/** The runtimes of AMD's and Intel's own encoder interfaces, AMF and oneVPL (QSV). */
@NullMarked
package dev.penstock.hardware.runtime;

import org.jspecify.annotations.NullMarked;
