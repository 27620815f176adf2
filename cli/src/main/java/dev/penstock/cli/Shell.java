package dev.penstock.cli;

import java.util.ArrayList;
import java.util.List;

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
    return harmless ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
