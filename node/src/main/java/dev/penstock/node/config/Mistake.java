package dev.penstock.node.config;

/**
 * Something that is wrong with a configuration.
 *
 * @param line from 1
 * @param key such as {@code http.port}; empty for the file itself
 * @param problem a clause that follows the key
 * @param next what can be done
 */
public record Mistake(int line, String key, String problem, String next) {
  /** On one line. */
  public String text(String file) {
    return file + ":" + line + (key.isEmpty() ? "" : ": " + key) + ": " + problem + "; " + next;
  }
}
