package dev.penstock.hardware.health;

import java.util.ArrayList;
import java.util.List;

/**
 * Words that a line must hold for a pattern to be found in it: looking for them is many times
 * faster than the pattern, and hardly any line of a log holds one. Reads the plain subset of
 * regular expressions that the catalogue uses; where it is not sure, it asks for nothing.
 */
final class Literals {
  private static final int SHORTEST = 2;

  private Literals() {}

  /** One of these is in every line with the pattern; empty when nothing can be said. */
  static List<String> of(String pattern) {
    List<String> words = new ArrayList<>();
    for (String alternative : alternatives(pattern)) {
      List<String> own = ofAlternative(alternative);
      if (shortest(own) < SHORTEST) {
        return List.of();
      }
      words.addAll(own);
    }
    return words;
  }

  private static int shortest(List<String> words) {
    return words.stream().mapToInt(String::length).min().orElse(0);
  }

  /** Its longest word, or those of a group that it cannot do without when they are longer. */
  private static List<String> ofAlternative(String alternative) {
    List<String> best = List.of(longest(alternative));
    for (int i = 0; i < alternative.length(); i++) {
      switch (alternative.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = end(alternative, i);
        case '(' -> {
          int end = end(alternative, i);
          List<String> words =
              isNeeded(alternative, end)
                  ? of(content(alternative.substring(i + 1, end)))
                  : List.of();
          if (shortest(words) > shortest(best)) {
            best = words;
          }
          i = end;
        }
        default -> {}
      }
    }
    return best;
  }

  /** Whether what ends at a place may not be left out. */
  private static boolean isNeeded(String pattern, int end) {
    return end + 1 >= pattern.length() || "*?{".indexOf(pattern.charAt(end + 1)) < 0;
  }

  /** What a group holds; nothing of one that only looks. */
  private static String content(String group) {
    if (!group.startsWith("?")) {
      return group;
    }
    if (group.startsWith("?:")) {
      return group.substring(2);
    }
    boolean isNamed =
        group.startsWith("?<") && !group.startsWith("?<=") && !group.startsWith("?<!");
    return isNamed ? group.substring(group.indexOf('>') + 1) : "";
  }

  /** Where the group or class that begins at a place ends. */
  private static int end(String pattern, int start) {
    int depth = 0;
    for (int i = start; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '\\' -> i++;
        case '(', '[' -> depth++;
        case ')', ']' -> {
          depth--;
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return pattern.length() - 1;
  }

  private static List<String> alternatives(String pattern) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '\\' -> i++;
        case '(', '[' -> i = end(pattern, i);
        case '|' -> {
          parts.add(pattern.substring(from, i));
          from = i + 1;
        }
        default -> {}
      }
    }
    parts.add(pattern.substring(from));
    return parts;
  }

  private static String longest(String alternative) {
    String best = "";
    StringBuilder run = new StringBuilder();
    for (int i = 0; i < alternative.length(); i++) {
      char here = alternative.charAt(i);
      boolean literal = "()[]{}.*+?^$\\|".indexOf(here) < 0;
      if (here == '\\' && !Character.isLetterOrDigit(alternative.charAt(i + 1))) {
        i++;
        here = alternative.charAt(i);
        literal = true;
      } else if (here == '\\') {
        i++;
      } else if (here == '(' || here == '[') {
        i = end(alternative, i);
      }
      boolean counted =
          i + 1 < alternative.length() && "*?{".indexOf(alternative.charAt(i + 1)) >= 0;
      if (literal && !counted) {
        run.append(here);
      } else {
        run.setLength(0);
      }
      if (run.length() > best.length()) {
        best = run.toString();
      }
    }
    return best;
  }
}
