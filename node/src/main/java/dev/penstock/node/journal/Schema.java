package dev.penstock.node.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The layout of the file. {@code N.sql} leads from version N - 1 to N; {@code user_version} says
 * where a file is. A step is taken whole or not at all.
 */
final class Schema {
  static final int NEWEST = 5;

  private static final Pattern STATEMENTS = Pattern.compile(";\n");

  private Schema() {}

  static void raise(Sql sql, Path file) {
    raise(sql, file, NEWEST);
  }

  static void raise(Sql sql, Path file, int wanted) {
    long version = sql.number("PRAGMA user_version");
    if (version > NEWEST) {
      throw Troubles.newer(file, version, NEWEST);
    }
    for (long next = version + 1; next <= wanted; next++) {
      step(sql, next);
    }
  }

  private static void step(Sql sql, long version) {
    sql.run("BEGIN IMMEDIATE");
    try {
      for (String statement : STATEMENTS.split(script(version), 0)) {
        if (!statement.isBlank()) {
          sql.run(statement);
        }
      }
      sql.run("PRAGMA user_version = " + version);
      sql.run("COMMIT");
    } catch (RuntimeException e) {
      sql.run("ROLLBACK");
      throw e;
    }
  }

  private static String script(long version) {
    try (InputStream script =
        Optional.ofNullable(Schema.class.getResourceAsStream(version + ".sql")).orElseThrow()) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
