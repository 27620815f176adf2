/**
 * The node's memory: one SQLite file in its data folder, held by one process.
 *
 * <pre>
 *   callers ──► Writer: one thread, one transaction for all who came meanwhile ──► fsync ──► answers
 *                                                                                   │
 *   readers ◄── Readers: connections of their own, see what is committed            └──► Feed ──► listeners
 * </pre>
 *
 * <p>A transition is a changed row of {@code jobs} and a row of {@code events} in one transaction;
 * nobody is told of it before it is durable. Times are stored in milliseconds.
 */
@NullMarked
package dev.penstock.node.journal;

import org.jspecify.annotations.NullMarked;
