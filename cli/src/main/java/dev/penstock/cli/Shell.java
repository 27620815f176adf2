package dev.penstock.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words as a POSIX shell reads them back. */
final class Shell {
  private static final String HARMLESS = "_-./:=,+@%";

  private Shell() {}

  static String line(List<String> words) {
    List<String> quoted = new ArrayList<>(words.size());
    for (String word : words) {
      quoted.add(quoted(word));
    }
    return String.join(" ", quoted);
  }

  private static String quoted(String word) {
    boolean harmless = !word.isEmpty();
    for (int i = 0; i < word.length() && harmless; i++) {
      char c = word.charAt(i);
      harmless = (c < 128 && Character.isLetterOrDigit(c)) || HARMLESS.indexOf(c) >= 0;
    }
    if (harmless) {
      return word;
    }
    return word.chars().anyMatch(Character::isISOControl)
        ? escaped(word)
        : "'" + word.replace("'", "'\\''") + "'";
  }

  /** What a terminal would obey is written in numbers, as bash, zsh and POSIX of 2024 read it. */
  private static String escaped(String word) {
    StringBuilder quoted = new StringBuilder("$'");
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (Character.isISOControl(c)) {
        for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          quoted.append(String.format(Locale.ROOT, "\\%03o", Byte.toUnsignedInt(octet)));
        }
      } else {
        quoted.append(c == '\'' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return quoted.append('\'').toString();
  }
}
