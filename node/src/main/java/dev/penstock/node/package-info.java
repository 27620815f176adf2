/**
 * The daemon: jobs that survive anything, admitted while the GPUs have headroom, done by worker
 * processes.
 *
 * <pre>
 *   HTTP ──► Jobs (journal, SQLite) ──► dispatcher ──► Admission (planner) ──► lease ──► worker
 *              ▲                            ▲                                              │
 *              └──── transitions, events ◄──┴───────────── progress, reports, deaths ◄─────┘
 * </pre>
 *
 * <p>A job's state changes in one place, the journal, by the steps that {@link
 * dev.penstock.node.JobState} allows; each is a durable row before anyone is told.
 */
@NullMarked
package dev.penstock.node;

import org.jspecify.annotations.NullMarked;
