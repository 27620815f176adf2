package dev.penstock.hardware.check;

import java.util.regex.Pattern;

/** Words of commands that somebody will paste: a captured machine may name things as it likes. */
final class Shell {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");

  private Shell() {}

  /** As one word, whatever is in it. */
  static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
