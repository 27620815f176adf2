package dev.penstock.node.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is set while the daemon runs. Any thread; waits for the disk. */
public final class Settings {
  /**
   * A setting.
   *
   * @param value JSON
   * @param by who set it
   */
  public record Setting(String name, String value, Instant changed, String by) {}

  private static final Sql.Row<Setting> SETTING =
      row ->
          new Setting(
              row.getString(1),
              row.getString(2),
              Instant.ofEpochMilli(row.getLong(3)),
              row.getString(4));

  private final Writer writer;
  private final Readers readers;

  Settings(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  public Optional<Setting> find(String name) {
    return readers.read(sql ->
        sql.first("SELECT name, value, changed, by FROM settings WHERE name = ?", SETTING, name));
  }

  public List<Setting> all() {
    return readers.read(
        sql -> sql.all("SELECT name, value, changed, by FROM settings ORDER BY name", SETTING));
  }

  public void put(String name, String value, String by) {
    writer.write(tx ->
        tx.sql()
            .update(
                "INSERT OR REPLACE INTO settings (name, value, changed, by) VALUES (?, ?, ?, ?)",
                name,
                value,
                tx.now().toEpochMilli(),
                by));
  }

  /** Whether it was there. */
  public boolean remove(String name) {
    return writer.write(tx -> tx.sql().update("DELETE FROM settings WHERE name = ?", name) == 1);
  }
}
