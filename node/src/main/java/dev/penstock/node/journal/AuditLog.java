package dev.penstock.node.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Who changed what; only ever appended to. Any thread; waits for the disk. */
public final class AuditLog {
  /**
   * A change that was asked for.
   *
   * @param source address that it came from
   * @param action such as {@code job.cancel}
   * @param subject what it was done to
   * @param outcome what came of it
   * @param detail JSON
   */
  public record Deed(
      String who, String source, String action, String subject, String outcome, String detail) {}

  /**
   * A deed as it stands in the log.
   *
   * @param number counts up
   */
  public record Entry(long number, Instant at, Deed deed) {}

  private static final Sql.Row<Entry> ENTRY =
      row ->
          new Entry(
              row.getLong(1),
              Instant.ofEpochMilli(row.getLong(2)),
              new Deed(
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  row.getString(6),
                  row.getString(7),
                  row.getString(8)));

  private final Writer writer;
  private final Readers readers;

  AuditLog(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  public void append(Deed deed) {
    writer.write(tx ->
        tx.sql()
            .update(
                "INSERT INTO audit (at, who, source, action, subject, outcome, detail)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                tx.now().toEpochMilli(),
                deed.who(),
                deed.source(),
                deed.action(),
                deed.subject(),
                deed.outcome(),
                deed.detail()));
  }

  /** Forgets those before a time, at most so many; how many went. */
  public int prune(Instant before, int limit) {
    return writer.write(tx ->
        tx.sql()
            .update(
                "DELETE FROM audit WHERE number IN"
                    + " (SELECT number FROM audit WHERE at < ? ORDER BY number LIMIT ?)",
                before.toEpochMilli(),
                limit));
  }

  /**
   * The newest first.
   *
   * @param tenant in the detail of those wanted; empty for all
   * @param before continues after a page that ended with this number
   */
  public List<Entry> list(Optional<String> tenant, OptionalLong before, int limit) {
    return readers.read(sql ->
        sql.all(
            "SELECT number, at, who, source, action, subject, outcome, detail FROM audit"
                + " WHERE number < ?1 AND (?2 IS NULL OR json_extract(detail, '$.tenant') = ?2)"
                + " ORDER BY number DESC LIMIT ?3",
            ENTRY,
            before.orElse(Long.MAX_VALUE),
            tenant.orElse(null),
            limit));
  }
}
