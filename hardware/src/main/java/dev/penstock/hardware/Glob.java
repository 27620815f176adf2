package dev.penstock.hardware;

import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** Patterns of names and of paths, as glob(7) has them. */
final class Glob {
  private static final Pattern PART = Pattern.compile("\\*|\\?|\\[(!?)(]?[^]/]*)]|\\\\?(.)");

  private Glob() {}

  static boolean isOne(String text) {
    return text.chars().anyMatch(each -> "*?[".indexOf(each) >= 0);
  }

  /** Whether a name, or a path, is of a pattern; nothing is of one that makes no sense. */
  static Predicate<String> of(String pattern) {
    try {
      String expression =
          PART.matcher(pattern).results().map(Glob::part).collect(Collectors.joining());
      return Pattern.compile(expression).asMatchPredicate();
    } catch (PatternSyntaxException _) {
      return _ -> false;
    }
  }

  private static String part(MatchResult part) {
    if (part.group(3) != null) {
      return Pattern.quote(part.group(3));
    }
    return switch (part.group()) {
      case "*" -> "[^/]*";
      case "?" -> "[^/]";
      default ->
          "["
              + (part.group(1).isEmpty() ? "" : "^/")
              + part.group(2).replaceAll("([\\[\\]\\\\&^])", "\\\\$1")
              + "]";
    };
  }
}
