package dev.penstock.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** How many encoding sessions NVIDIA's driver allows on consumer cards, in a whole system. */
public record SessionLimits(String about, Map<String, String> sources, List<Row> rows) {
  /** As NVML names brands. */
  private static final Set<String> BRANDS = Set.of("geforce", "geforce_rtx", "titan", "titan_rtx");

  private static final Pattern NAMES = Pattern.compile("(NVIDIA )?(GeForce|TITAN)\\b.*");

  private static final class Standard {
    static final SessionLimits LIMITS = read();
  }

  public SessionLimits {
    rows = rows.stream().sorted(Comparator.comparing(Row::driver, VERSIONS)).toList();
  }

  /** From this version of the driver for Linux on. */
  public record Row(String driver, int sessions, List<String> sources) {}

  private static final Comparator<String> VERSIONS =
      (one, other) -> Arrays.compare(numbers(one), numbers(other));

  /** The table that is built in. */
  public static SessionLimits standard() {
    return Standard.LIMITS;
  }

  private static SessionLimits read() {
    try (InputStream in = SessionLimits.class.getResourceAsStream("nvenc-sessions.json")) {
      return JsonMapper.shared().readValue(Objects.requireNonNull(in), SessionLimits.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether a GPU is one of those that share the limit.
   *
   * @param brand NVML's, where it is known
   * @param name of the GPU
   */
  public static boolean isLimited(Optional<String> brand, String name) {
    return brand.map(BRANDS::contains).orElseGet(() -> NAMES.matcher(name).matches());
  }

  /** With a driver; empty when its version is none. */
  public OptionalInt of(String driver) {
    return row(driver).stream().mapToInt(Row::sessions).findFirst();
  }

  /** The row of a driver; empty when its version is none. */
  public Optional<Row> row(String driver) {
    return driver.matches("\\d+(\\.\\d+)*")
        ? rows.reversed().stream()
            .filter(row -> VERSIONS.compare(row.driver(), driver) <= 0)
            .findFirst()
        : Optional.empty();
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
