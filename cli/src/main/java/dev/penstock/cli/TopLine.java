package dev.penstock.cli;

/**
 * A line of {@code penstock top}, and which part of it is to be seen first.
 *
 * @param text without colours, as wide as it is long
 * @param from where that part begins
 * @param to where it ends
 */
record TopLine(String text, Tone tone, int from, int to) {
  /** How much a part matters. */
  enum Tone {
    PLAIN,
    GOOD,
    WARNING,
    BAD
  }

  static TopLine plain(String text) {
    return new TopLine(text, Tone.PLAIN, 0, 0);
  }

  /** All of it matters. */
  static TopLine toned(Tone tone, String text) {
    return new TopLine(text, tone, 0, text.length());
  }

  /** What of it fits. */
  TopLine cut(int columns) {
    return text.length() <= columns
        ? this
        : new TopLine(
            text.substring(0, columns), tone, Math.min(from, columns), Math.min(to, columns));
  }

  /** In the terminal's colours, when it has any. */
  String painted(Terminal terminal) {
    String part = text.substring(from, to);
    String seen =
        switch (tone) {
          case PLAIN -> part;
          case GOOD -> terminal.green(part);
          case WARNING -> terminal.yellow(part);
          case BAD -> terminal.red(part);
        };
    return text.substring(0, from) + seen + text.substring(to);
  }
}
