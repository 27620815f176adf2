package dev.penstock.node.journal;

import dev.penstock.node.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Leases of encoder sessions as they were taken, so that after a crash it is known which there
 * were. It decides nothing. Any thread; waits for the disk.
 */
public final class LeaseBook {
  /**
   * A session of a rung on a device.
   *
   * @param id unique for all time
   * @param device key
   * @param demand JSON
   * @param until when it is refunded unless confirmed
   * @param confirmed whether telemetry showed the session
   */
  public record Lease(
      String id,
      String device,
      JobId job,
      String rung,
      String worker,
      String demand,
      Instant since,
      Instant until,
      boolean confirmed) {}

  private final Writer writer;
  private final Readers readers;
  private final long opened;

  LeaseBook(Writer writer, Readers readers, long opened) {
    this.writer = writer;
    this.readers = readers;
    this.opened = opened;
  }

  /** Writes them down, all or none; one with an id that is there replaces it. */
  public void put(Collection<Lease> leases) {
    var all = List.copyOf(leases);
    writer.write(tx -> all.stream().mapToInt(lease -> put(tx.sql(), lease)).sum());
  }

  private int put(Sql sql, Lease lease) {
    return sql.update(
        "INSERT OR REPLACE INTO leases (id, opened, device, job, rung, worker, demand, since,"
            + " expires, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        lease.id(),
        opened,
        lease.device(),
        lease.job().value(),
        lease.rung(),
        lease.worker(),
        lease.demand(),
        lease.since().toEpochMilli(),
        lease.until().toEpochMilli(),
        lease.confirmed() ? 1 : 0);
  }

  /** Strikes them out; those that are not there are no trouble. */
  public void remove(Collection<String> ids) {
    var all = List.copyOf(ids);
    writer.write(tx ->
        all.stream().mapToInt(id -> tx.sql().update("DELETE FROM leases WHERE id = ?", id)).sum());
  }

  /** Those of this process. */
  public List<Lease> current() {
    return where("opened = ?");
  }

  /** Those of processes before it: whoever held them is gone, or has to go. */
  public List<Lease> stale() {
    return where("opened <> ?");
  }

  private List<Lease> where(String condition) {
    return readers.read(sql ->
        sql.all(
            "SELECT id, device, job, rung, worker, demand, since, expires, confirmed FROM leases"
                + " WHERE "
                + condition
                + " ORDER BY device, id",
            LeaseBook::lease,
            opened));
  }

  private static Lease lease(ResultSet row) throws SQLException {
    return new Lease(
        row.getString(1),
        row.getString(2),
        new JobId(row.getString(3)),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        Instant.ofEpochMilli(row.getLong(7)),
        Instant.ofEpochMilli(row.getLong(8)),
        row.getInt(9) == 1);
  }
}
