/**
 * What the node tells of what happens: a line for each event, for people or for programs.
 *
 * <pre>
 *   System.Logger, java.util.logging ──► Log ──► Line (text or JSON) ──► standard error or LogFile
 * </pre>
 *
 * <p>Whoever knows what an event is about gives a {@link dev.penstock.node.log.Subject} with it; a
 * job that is named in the words is found there.
 */
@NullMarked
package dev.penstock.node.log;

import org.jspecify.annotations.NullMarked;
