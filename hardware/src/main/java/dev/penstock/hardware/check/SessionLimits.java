package dev.penstock.hardware.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;

/** How many encoding sessions the driver allows on consumer cards, in a whole system. */
record SessionLimits(String about, Map<String, String> sources, List<Row> rows) {
  SessionLimits {
    rows = rows.stream().sorted(Comparator.comparing(Row::driver, VERSIONS)).toList();
  }

  /** From this version of the driver for Linux on. */
  record Row(String driver, int sessions, List<String> sources) {}

  private static final Comparator<String> VERSIONS =
      (one, other) -> Arrays.compare(numbers(one), numbers(other));

  static SessionLimits standard() {
    try (InputStream in = SessionLimits.class.getResourceAsStream("nvenc-sessions.json")) {
      return JsonMapper.shared().readValue(Objects.requireNonNull(in), SessionLimits.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a driver; empty when its version is none. */
  OptionalInt of(String driver) {
    if (!driver.matches("\\d+(\\.\\d+)*")) {
      return OptionalInt.empty();
    }
    return rows.reversed().stream()
        .filter(row -> VERSIONS.compare(row.driver(), driver) <= 0)
        .mapToInt(Row::sessions)
        .findFirst();
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
