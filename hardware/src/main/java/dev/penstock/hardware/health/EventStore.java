package dev.penstock.hardware.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps events and repairs in an SQLite file. What was said again within a minute is counted, not
 * kept twice; what was read again is neither, so that a log may be read at any time. For one thread
 * at a time.
 *
 * <p>SQLite's library is unpacked into the folder of temporary files; where that is read-only, name
 * a folder that holds it with {@code -Dorg.sqlite.lib.path}.
 */
public final class EventStore implements AutoCloseable {
  /** Escalations look back a week; people a little longer. */
  public static final Duration RETENTION = Duration.ofDays(30);

  private static final Duration SAME = Duration.ofMinutes(1);

  /** One for each version, from an empty file on. Never changed, only added to. */
  private static final List<String> MIGRATIONS =
      List.of(
          """
          CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            repeats INTEGER NOT NULL DEFAULT 0,
            code TEXT NOT NULL,
            device TEXT,
            uuid TEXT,
            instance TEXT,
            pid INTEGER,
            process TEXT,
            detail TEXT,
            caused_by INTEGER,
            severity TEXT NOT NULL,
            lost TEXT NOT NULL,
            message TEXT NOT NULL,
            origin TEXT NOT NULL
          ) STRICT;
          CREATE INDEX event_by_time ON event (at);
          CREATE TABLE repair (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            device TEXT NOT NULL,
            kind TEXT NOT NULL
          ) STRICT;
          """,
          """
          ALTER TABLE event ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
          UPDATE event SET last = at;
          """);

  private final Connection connection;

  private EventStore(Connection connection) {
    this.connection = connection;
  }

  /**
   * Opens or makes the file, which only its owner may read, and brings an older one up to date.
   *
   * @throws UncheckedIOException when it cannot be, or is of a newer version
   */
  public static EventStore open(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      if (Files.notExists(file)) {
        // The kernel's log is not for everybody either; SQLite gives its other files these rights.
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
      try {
        prepare(connection);
        return new EventStore(connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException | IOException e) {
      throw failed(file + ": " + e.getMessage(), e);
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = NORMAL");
      int version;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        version = row.getInt(1);
      }
      if (version > MIGRATIONS.size()) {
        throw new SQLException("was written by a newer version of Penstock");
      }
      connection.setAutoCommit(false);
      for (int i = version; i < MIGRATIONS.size(); i++) {
        statement.executeUpdate(MIGRATIONS.get(i));
        statement.executeUpdate("PRAGMA user_version = " + (i + 1));
        connection.commit();
      }
      connection.setAutoCommit(true);
    }
  }

  /**
   * An event as it is kept.
   *
   * @param repeats how often it was said again within a minute
   * @param last when it was said last
   */
  public record Stored(KernelEvent event, Instant seen, int repeats, Instant last) {
    /** One that was said once. */
    public static Stored once(KernelEvent event, Instant seen) {
      return new Stored(event, seen, 0, event.at().orElse(seen));
    }

    /** Each time that it was said, at most so many of them: for rules that count. */
    List<KernelEvent> each(int most) {
      List<KernelEvent> all = new ArrayList<>(List.of(event));
      for (int i = 0; i < repeats && all.size() < most; i++) {
        all.add(event.dated(last));
      }
      return all;
    }
  }

  /**
   * Keeps events of a log, in its order; all of them or none.
   *
   * @param seen when the log was read
   */
  public void record(List<KernelEvent> events, Instant seen) {
    try {
      connection.setAutoCommit(false);
      try {
        events.forEach(event -> record(event, seen));
        connection.commit();
      } finally {
        // What a failure left open.
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Keeps an event. One that was read before, of the same log, changes nothing.
   *
   * @param seen when it was read; it stands for the event's time where the log names none
   * @return whether it is new, rather than said or read again
   */
  public boolean record(KernelEvent event, Instant seen) {
    Instant at = event.at().orElse(seen);
    try {
      OptionalLong known = said(event, at);
      if (known.isPresent()) {
        again(known.getAsLong(), at);
        return false;
      }
      insert(event, at, seen);
      return true;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The row of the same message within a minute. */
  private OptionalLong said(KernelEvent event, Instant at) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT id FROM event
            WHERE at > ? AND at < ? AND code = ? AND device IS ? AND message = ?
            ORDER BY ABS(at - ?) LIMIT 1
            """)) {
      query.setLong(1, at.minus(SAME).toEpochMilli());
      query.setLong(2, at.plus(SAME).toEpochMilli());
      query.setString(3, event.code());
      query.setString(4, event.device().orElse(null));
      query.setString(5, event.message());
      query.setLong(6, at.toEpochMilli());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong("id")) : OptionalLong.empty();
      }
    }
  }

  /** Logs are in order: what is not later than the last one was read before. */
  private void again(long id, Instant at) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE event SET repeats = repeats + 1, last = ? WHERE id = ? AND last < ?")) {
      update.setLong(1, at.toEpochMilli());
      update.setLong(2, id);
      update.setLong(3, at.toEpochMilli());
      update.executeUpdate();
    }
  }

  private void insert(KernelEvent event, Instant at, Instant seen) throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement(
            """
            INSERT INTO event (at, seen, code, device, uuid, instance, pid, process, detail,
              caused_by, severity, lost, message, origin, last)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      row.setLong(1, at.toEpochMilli());
      row.setLong(2, seen.toEpochMilli());
      row.setString(3, event.code());
      row.setString(4, event.device().orElse(null));
      row.setString(5, event.uuid().orElse(null));
      row.setString(6, event.instance().orElse(null));
      row.setObject(
          7, number(event.process().map(KernelEvent.Work::pid).orElse(OptionalInt.empty())));
      row.setString(8, event.process().flatMap(KernelEvent.Work::name).orElse(null));
      row.setString(9, event.detail().orElse(null));
      row.setObject(10, number(event.causedBy()));
      row.setString(11, event.severity().name());
      row.setString(12, event.lost().name());
      row.setString(13, event.message());
      row.setString(14, event.origin().name());
      row.setLong(15, at.toEpochMilli());
      row.executeUpdate();
    }
  }

  private static @Nullable Integer number(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  /** Events that were said from then on, in their order. */
  public List<Stored> since(Instant from) {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM event WHERE last >= ? ORDER BY at, id")) {
      query.setLong(1, from.toEpochMilli());
      List<Stored> events = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          stored(row).ifPresent(events::add);
        }
      }
      return events;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Nothing for a code that this version does not know any more. */
  private static Optional<Stored> stored(ResultSet row) throws SQLException {
    Optional<Entry> entry =
        entry(
            row.getString("code"),
            Severity.valueOf(row.getString("severity")),
            Lost.valueOf(row.getString("lost")));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Optional<Integer> pid = Optional.ofNullable((Integer) row.getObject("pid"));
    Optional<String> process = Optional.ofNullable(row.getString("process"));
    Optional<Integer> causedBy = Optional.ofNullable((Integer) row.getObject("caused_by"));
    KernelEvent event =
        new KernelEvent(
            Optional.of(Instant.ofEpochMilli(row.getLong("at"))),
            Optional.empty(),
            Optional.ofNullable(row.getString("device")),
            Optional.ofNullable(row.getString("uuid")),
            Optional.ofNullable(row.getString("instance")),
            pid.isEmpty() && process.isEmpty()
                ? Optional.empty()
                : Optional.of(new KernelEvent.Work(optional(pid), process)),
            Optional.ofNullable(row.getString("detail")),
            optional(causedBy),
            entry.get(),
            row.getString("message"),
            Origin.valueOf(row.getString("origin")));
    return Optional.of(
        new Stored(
            event,
            Instant.ofEpochMilli(row.getLong("seen")),
            row.getInt("repeats"),
            Instant.ofEpochMilli(row.getLong("last"))));
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.stream().mapToInt(Integer::intValue).findAny();
  }

  private static Optional<Entry> entry(String code, Severity severity, Lost lost) {
    Catalogue catalogue = Catalogue.standard();
    if (code.matches("xid \\d{1,4}")) {
      int number = Integer.parseInt(code.substring("xid ".length()));
      return Optional.of(catalogue.xidOrUnknown(number).weighing(severity, lost));
    }
    return catalogue.kernelMessages().stream()
        .filter(row -> row.id().equals(code))
        .map(row -> (Entry) row)
        .findFirst();
  }

  /** Keeps a repair; every one counts. */
  public void record(Repair repair) {
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO repair (at, device, kind) VALUES (?, ?, ?)")) {
      row.setLong(1, repair.at().toEpochMilli());
      row.setString(2, repair.device());
      row.setString(3, repair.kind().name());
      row.executeUpdate();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Repairs from then on, in their order. */
  public List<Repair> repairs(Instant from) {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM repair WHERE at >= ? ORDER BY at, id")) {
      query.setLong(1, from.toEpochMilli());
      List<Repair> repairs = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          repairs.add(
              new Repair(
                  row.getString("device"),
                  Instant.ofEpochMilli(row.getLong("at")),
                  Repair.Kind.valueOf(row.getString("kind"))));
        }
      }
      return repairs;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Forgets what is from before then.
   *
   * @return how many events
   */
  public int prune(Instant before) {
    try (PreparedStatement events =
            connection.prepareStatement("DELETE FROM event WHERE last < ?");
        PreparedStatement repairs =
            connection.prepareStatement("DELETE FROM repair WHERE at < ?")) {
      events.setLong(1, before.toEpochMilli());
      repairs.setLong(1, before.toEpochMilli());
      repairs.executeUpdate();
      return events.executeUpdate();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(SQLException e) {
    return failed(String.valueOf(e.getMessage()), e);
  }

  private static UncheckedIOException failed(String message, Exception cause) {
    return new UncheckedIOException(message, new IOException(message, cause));
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }
}
