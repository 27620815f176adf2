/**
 * libav* as closable Java handles. No JavaCPP type leaves this package.
 *
 * <p><b>Ownership.</b> One {@link dev.penstock.av.Handle} is one native object. Constructors are
 * private; a static {@code open} or {@code create} frees everything it made when it fails. {@code
 * close} is idempotent, and use after it throws {@link java.lang.IllegalStateException}. The
 * garbage collector never frees native memory: what is not closed leaks, and {@link
 * dev.penstock.av.OpenHandles} can say where it was opened. {@code send} copies a reference to its
 * argument: the caller still owns it and closes it.
 *
 * <p><b>Threads.</b> A handle belongs to one thread at a time; handing it over needs a
 * happens-before edge, such as a queue. {@link dev.penstock.av.Interrupt} and {@link
 * dev.penstock.av.LogScope} are safe from any thread. Native calls block: run them on platform
 * threads.
 *
 * <p><b>Errors.</b> Every return code goes through {@link dev.penstock.av.AvException#check}, which
 * adds the operation, its subject and the last line libav logged for that handle. {@code EAGAIN}
 * and end of stream are not errors but {@link dev.penstock.av.Flow} values.
 *
 * <p><b>Log.</b> libav has one log callback for the process. {@link dev.penstock.av.LogScope}
 * routes each line by the object that logged it: contexts are registered by address, codec contexts
 * also by their {@code opaque} field, because frame-threaded decoders log from copies of the
 * context; what neither knows goes to the scope bound to the calling thread. Nothing is written to
 * the terminal, except the errors of x265 and SVT-AV1, which know no other place.
 *
 * <p><b>Devices.</b> Frames may lie on an {@link dev.penstock.av.HwDevice}; decoders put them
 * there, filters and encoders take them from there, {@link dev.penstock.av.Frame#download} brings
 * them back. Nothing is done elsewhere unasked: what a device does not take is an error, and {@link
 * dev.penstock.av.AvException#kind} tells a lost device from one that is full, busy or unable.
 *
 * <p><b>Natives.</b> {@link dev.penstock.av.Natives} says where they come from and why libva is
 * special.
 */
@NullMarked
package dev.penstock.av;

import org.jspecify.annotations.NullMarked;
