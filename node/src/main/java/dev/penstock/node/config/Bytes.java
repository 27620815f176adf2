package dev.penstock.node.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size: {@code 512MiB}, {@code 2GiB}, {@code 50GB}, or bytes. */
public record Bytes(long count) implements Comparable<Bytes> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?) ?(B|kB|KB|KiB|MB|MiB|GB|GiB|TB|TiB)?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "B", 1L,
          "kB", 1000L,
          "KB", 1000L,
          "KiB", 1L << 10,
          "MB", 1_000_000L,
          "MiB", 1L << 20,
          "GB", 1_000_000_000L,
          "GiB", 1L << 30,
          "TB", 1_000_000_000_000L,
          "TiB", 1L << 40);

  static Optional<Bytes> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String unit = matcher.group(2);
    BigDecimal bytes =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(unit == null ? 1 : UNITS.getOrDefault(unit, 1L)));
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0
        ? Optional.of(new Bytes(bytes.longValue()))
        : Optional.empty();
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  @Override
  public String toString() {
    for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB", "GB", "MB"}) {
      long size = UNITS.getOrDefault(unit, 1L);
      if (count >= size && count % size == 0) {
        return count / size + unit;
      }
    }
    return Long.toString(count);
  }
}
