/**
 * What surrounds the jobs: folders that are watched for work, webhooks that are told of ends, and
 * the removal of what is long over.
 *
 * <pre>
 *   folder ──► WatchFolder ──► Jobs.submit            journal.deliveries() ──► Webhooks ──► HTTP
 *   Retention ──► journal.prune, crashes/, work/      http.Destinations: where these may go
 * </pre>
 */
@NullMarked
package dev.penstock.node.around;

import org.jspecify.annotations.NullMarked;
