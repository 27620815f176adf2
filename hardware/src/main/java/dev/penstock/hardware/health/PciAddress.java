package dev.penstock.hardware.health;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One way of writing PCI addresses, {@code 0000:0a:00.0}: drivers print them in several. */
public final class PciAddress {
  private static final Pattern FORM =
      Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})(?:\\.([0-7]))?");
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
