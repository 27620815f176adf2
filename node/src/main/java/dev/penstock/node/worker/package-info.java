/**
 * The processes that plan and do jobs, and what looks after them.
 *
 * <pre>
 *   daemon                                   penstock worker (cli)
 *   Workers ── ToWorker, framed JSON ──► standard input
 *           ◄── FromWorker ──────────── standard output
 *           ◄── its log ─────────────── standard error
 * </pre>
 *
 * <p>Media are opened in workers alone: what crashes or hangs there costs one process. {@link
 * dev.penstock.node.worker.Workers} starts one for each tenant and GPU when there is something to
 * do, and a few without GPUs; every task that it takes ends in exactly one {@link
 * dev.penstock.node.worker.Result}, whatever becomes of the process.
 *
 * <p><b>Threads.</b> All that changes belongs to one thread, {@code workers}: what processes say,
 * how they end, what callers want and the passing of time come to it as messages. A death counts
 * when the process has ended and all that it said is read, so that a result it gave is never lost
 * to its death.
 *
 * <p><b>Frames.</b> Four bytes of length, most significant first, and that many bytes of JSON in
 * UTF-8. Text that a library printed is no frame: its first byte makes a length that is refused.
 */
@NullMarked
package dev.penstock.node.worker;

import org.jspecify.annotations.NullMarked;
