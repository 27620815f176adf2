package dev.penstock.hardware;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One way of writing PCI addresses, {@code 0000:0a:00.0}: drivers print them in several. */
public final class PciAddress {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\p{XDigit}{4,8}):)?(\\p{XDigit}{2}):(\\p{XDigit}{2})(?:\\.([0-7]))?");
  private static final int DOMAIN_DIGITS = 4;

  private PciAddress() {}

  /** As Linux names it in sysfs; empty when it is none. NVIDIA leaves domain or function out. */
  public static Optional<String> of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String function = parts.group(4) == null ? "0" : parts.group(4);
    return Optional.of(
        (domain(parts.group(1)) + ":" + parts.group(2) + ":" + parts.group(3) + "." + function)
            .toLowerCase(Locale.ROOT));
  }

  /** Whether it is one with nothing left out. */
  public static boolean isWhole(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches() && parts.group(1) != null && parts.group(4) != null;
  }

  /** Those in the path of a device's folder in sysfs: the bridges above it, and its own. */
  static List<String> in(String path) {
    return Stream.of(path.split("/", -1)).filter(PciAddress::isWhole).toList();
  }

  private static String domain(@org.jspecify.annotations.Nullable String digits) {
    if (digits == null) {
      return "0000";
    }
    int zeros = digits.length() - DOMAIN_DIGITS;
    return digits.substring(0, zeros).chars().allMatch(digit -> digit == '0')
        ? digits.substring(zeros)
        : digits;
  }
}
