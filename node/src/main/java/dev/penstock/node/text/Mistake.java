package dev.penstock.node.text;

/**
 * Something that is wrong with a text.
 *
 * @param line from 1
 * @param key such as {@code ladder.rungs[1].bitrate}; empty for the text itself
 * @param problem a clause that follows the key
 * @param next what can be done
 */
public record Mistake(int line, String key, String problem, String next) {
  /** Where it is, in a file of that name. */
  public String place(String file) {
    return file + ":" + line + (key.isEmpty() ? "" : ": " + key);
  }

  /** On one line. */
  public String text(String file) {
    return place(file) + ": " + problem + "; " + next;
  }
}
