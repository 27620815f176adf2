package dev.penstock.node.journal;

import dev.penstock.model.FailureException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its prepared statements. One thread at a time. What SQLite says becomes a
 * {@link FailureException} whose cause is the {@link SQLException}.
 */
final class Sql implements AutoCloseable {
  /** Reads a row. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** A number or a text in the first column. */
  static final Row<Long> NUMBER = row -> row.getLong(1);

  static final Row<String> TEXT = row -> row.getString(1);

  private final Path file;
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  private Sql(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  static Sql open(Path file, List<String> pragmas) {
    Connection connection;
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    } catch (SQLException e) {
      throw Troubles.of(file, e);
    }
    var sql = new Sql(file, connection);
    try {
      pragmas.forEach(pragma -> sql.run("PRAGMA " + pragma));
      return sql;
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  /** A statement that is needed once. */
  void run(String statement) {
    try (Statement once = connection.createStatement()) {
      once.execute(statement);
    } catch (SQLException e) {
      throw Troubles.of(file, e);
    }
  }

  /** Changes rows; how many. */
  int update(String statement, @Nullable Object... arguments) {
    try {
      return filled(statement, arguments).executeUpdate();
    } catch (SQLException e) {
      throw failed(statement, e);
    }
  }

  <T> List<T> all(String query, Row<T> row, @Nullable Object... arguments) {
    try (ResultSet rows = filled(query, arguments).executeQuery()) {
      var all = new ArrayList<T>();
      while (rows.next()) {
        all.add(row.of(rows));
      }
      return all;
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  <T> Optional<T> first(String query, Row<T> row, @Nullable Object... arguments) {
    try (ResultSet rows = filled(query, arguments).executeQuery()) {
      return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  /** A number that is always there. */
  long number(String query, @Nullable Object... arguments) {
    return first(query, NUMBER, arguments).orElseThrow();
  }

  // A statement that failed may be left in the middle; it is not used again.
  private FailureException failed(String statement, SQLException said) {
    try (PreparedStatement _ = prepared.remove(statement)) {
      return Troubles.of(file, said);
    } catch (SQLException e) {
      said.addSuppressed(e);
      return Troubles.of(file, said);
    }
  }

  private PreparedStatement filled(String statement, @Nullable Object... arguments)
      throws SQLException {
    PreparedStatement known = prepared.get(statement);
    if (known == null) {
      known = connection.prepareStatement(statement);
      prepared.put(statement, known);
    }
    for (int i = 0; i < arguments.length; i++) {
      known.setObject(i + 1, arguments[i]);
    }
    return known;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw Troubles.of(file, e);
    }
  }
}
