package dev.penstock.node.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Forgets what is long over, within a transaction. */
final class Pruning {
  private static final List<String> OF_A_JOB =
      List.of(
          "DELETE FROM events WHERE job = ?",
          "DELETE FROM attempts WHERE job = ?",
          "DELETE FROM reports WHERE job = ?",
          "DELETE FROM tales WHERE job = ?",
          "DELETE FROM labels WHERE job = ?",
          "DELETE FROM dependencies WHERE job = ?",
          "DELETE FROM deliveries WHERE job = ?",
          "DELETE FROM searched WHERE job = ?",
          "DELETE FROM submissions WHERE job = ?",
          "DELETE FROM jobs WHERE id = ?");

  private record Over(String id, String state, int jobClass, long sequence) {}

  private final Transaction tx;
  private final Sql sql;

  Pruning(Transaction tx) {
    this.tx = tx;
    this.sql = tx.sql();
  }

  /** How many jobs, at most so many. */
  int prune(Instant endedBefore, int limit) {
    List<Over> jobs = over(endedBefore, limit);
    jobs.forEach(this::forget);
    sql.update("DELETE FROM faults WHERE at < ?", endedBefore.toEpochMilli());
    long others = others(endedBefore);
    long pruned = Math.max(others, jobs.stream().mapToLong(Over::sequence).max().orElse(0));
    sql.update("UPDATE meta SET value = max(value, ?) WHERE name = 'pruned'", pruned);
    if (!jobs.isEmpty()) {
      tx.append(
          "jobs.pruned", Optional.empty(), Optional.empty(), Stored.count("jobs", jobs.size()));
    }
    return jobs.size();
  }

  private List<Over> over(Instant endedBefore, int limit) {
    return sql.all(
        "SELECT id, state, class, (SELECT max(sequence) FROM events WHERE job = jobs.id)"
            + " FROM jobs INDEXED BY jobs_ended"
            + " WHERE state IN ('done', 'failed', 'cancelled', 'quarantined') AND changed < ?"
            + " AND NOT EXISTS (SELECT 1 FROM dependencies WHERE before = jobs.id)"
            + " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.job = jobs.id"
            + " AND next IS NOT NULL) ORDER BY changed LIMIT ?",
        row -> new Over(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4)),
        endedBefore.toEpochMilli(),
        limit);
  }

  private void forget(Over job) {
    OF_A_JOB.forEach(statement -> sql.update(statement, job.id()));
    tx.count(job.state(), job.jobClass(), -1);
  }

  /** Events of no job; the number of the last that went. */
  private long others(Instant before) {
    long last =
        sql.number(
            "SELECT coalesce(max(sequence), 0) FROM events INDEXED BY events_others"
                + " WHERE job IS NULL AND at < ?",
            before.toEpochMilli());
    sql.update("DELETE FROM events WHERE job IS NULL AND at < ?", before.toEpochMilli());
    return last;
  }
}
