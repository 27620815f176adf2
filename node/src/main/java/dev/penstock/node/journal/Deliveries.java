package dev.penstock.node.journal;

import dev.penstock.node.JobId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks that are to be told of ends of jobs. Each is added in the transaction of the end, and is
 * there until it succeeded; what is given up stays, to be seen. Any thread; waits for the disk.
 */
public final class Deliveries {
  private static final String COLUMNS =
      "SELECT number, job, sequence, url, attempts, next, last,"
          + " coalesce((SELECT tenant FROM jobs WHERE id = deliveries.job), '') FROM deliveries ";

  /** Of a job only the oldest is told, so that it is told in order. */
  private static final String IN_ORDER =
      " AND NOT EXISTS (SELECT 1 FROM deliveries AS older WHERE older.job = deliveries.job"
          + " AND older.number < deliveries.number AND older.next IS NOT NULL) ";

  /**
   * One that has not succeeded.
   *
   * @param sequence of the event that it tells of
   * @param attempts that failed
   * @param next when it is tried; empty when it was given up
   * @param last why the last attempt failed
   * @param tenant of the job; empty when it is forgotten
   */
  public record Delivery(
      long number,
      JobId job,
      long sequence,
      URI url,
      int attempts,
      Optional<Instant> next,
      Optional<String> last,
      String tenant) {}

  private static final String OF_TENANT =
      " coalesce(?, (SELECT tenant FROM jobs WHERE id = deliveries.job))"
          + " = (SELECT tenant FROM jobs WHERE id = deliveries.job) ";

  private final Writer writer;
  private final Readers readers;

  Deliveries(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  static void add(Transaction tx, JobId job, long sequence, URI url) {
    tx.sql()
        .update(
            "INSERT INTO deliveries (job, sequence, url, attempts, next) VALUES (?, ?, ?, 0, ?)",
            job.value(),
            sequence,
            url.toString(),
            tx.now().toEpochMilli());
  }

  /** Those whose time has come, the longest waiting first; of a job the oldest alone. */
  public List<Delivery> due(Instant now, int limit) {
    return due(now, Optional.empty(), limit);
  }

  /**
   * The same, page by page.
   *
   * @param after the last of the page before
   */
  public List<Delivery> due(Instant now, Optional<Delivery> after, int limit) {
    return readers.read(sql ->
        sql.all(
            COLUMNS
                + "WHERE next IS NOT NULL AND next <= ? AND (next, number) > (?, ?)"
                + IN_ORDER
                + "ORDER BY next, number LIMIT ?",
            Deliveries::delivery,
            now.toEpochMilli(),
            after.flatMap(Delivery::next).map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
            after.map(Delivery::number).orElse(0L),
            limit));
  }

  /** When the next one is due. */
  public Optional<Instant> nextDue() {
    return readers
        .read(sql ->
            sql.first(
                "SELECT next FROM deliveries WHERE next IS NOT NULL"
                    + IN_ORDER
                    + "ORDER BY next LIMIT 1",
                Sql.NUMBER))
        .map(Instant::ofEpochMilli);
  }

  /** Those that were given up, the newest first. */
  public List<Delivery> dead(Optional<String> tenant, int limit) {
    return readers.read(sql ->
        sql.all(
            COLUMNS + "WHERE next IS NULL AND" + OF_TENANT + "ORDER BY number DESC LIMIT ?",
            Deliveries::delivery,
            tenant.orElse(null),
            limit));
  }

  public void succeeded(long number) {
    writer.write(tx -> tx.sql().update("DELETE FROM deliveries WHERE number = ?", number));
  }

  /**
   * An attempt failed.
   *
   * @param next when to try again; empty to give it up
   */
  public void failed(long number, String why, Optional<Instant> next) {
    @Nullable Long at = next.map(Instant::toEpochMilli).orElse(null);
    writer.write(tx ->
        tx.sql()
            .update(
                "UPDATE deliveries SET attempts = attempts + 1, last = ?, next = ? WHERE number = ?",
                why,
                at,
                number));
  }

  /** Tries one that was given up again, at once; whether there is such a one. */
  public boolean again(long number, Optional<String> tenant) {
    @Nullable String whose = tenant.orElse(null);
    return writer.write(tx ->
        tx.sql()
                .update(
                    "UPDATE deliveries SET next = ?, attempts = 0 WHERE number = ? AND next IS NULL AND"
                        + OF_TENANT,
                    tx.now().toEpochMilli(),
                    number,
                    whose)
            == 1);
  }

  /** Forgets one that was given up; whether there was such a one. */
  public boolean drop(long number, Optional<String> tenant) {
    @Nullable String whose = tenant.orElse(null);
    return writer.write(tx ->
        tx.sql()
                .update(
                    "DELETE FROM deliveries WHERE number = ? AND next IS NULL AND" + OF_TENANT,
                    number,
                    whose)
            == 1);
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    long next = row.getLong(6);
    boolean isDead = row.wasNull();
    return new Delivery(
        row.getLong(1),
        new JobId(row.getString(2)),
        row.getLong(3),
        URI.create(row.getString(4)),
        row.getInt(5),
        isDead ? Optional.empty() : Optional.of(Instant.ofEpochMilli(next)),
        Optional.ofNullable(row.getString(7)),
        row.getString(8));
  }
}
