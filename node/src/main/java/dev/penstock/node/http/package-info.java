/**
 * The node over HTTP: jobs, devices, events, metrics, and the dashboard's files. The contract is
 * {@code openapi.yaml} beside this package's classes; {@link dev.penstock.node.http.Routes} is the
 * same table in code, and a test holds the two together.
 *
 * <pre>
 *   Server ──► Gate (host, origin, who, role, rate) ──► Routes ──► JobRoutes, NodeRoutes, …
 *                                                                      │
 *                      Jobs, Devices, Leases, … (seams) ◄──────────────┘
 * </pre>
 *
 * <p>Each request has a virtual thread; a watcher of events keeps its own. What goes wrong is a
 * {@link dev.penstock.node.http.Problem}, never a stack trace.
 */
@NullMarked
package dev.penstock.node.http;

import org.jspecify.annotations.NullMarked;
