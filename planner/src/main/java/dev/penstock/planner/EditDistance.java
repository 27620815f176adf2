package dev.penstock.planner;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Levenshtein's distance: how many letters differ, are missing or are too many. */
public final class EditDistance {
  private EditDistance() {}

  /** The one that a mistyped word may have meant; empty where none is near. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(each -> between(word, each)))
        .filter(each -> between(word, each) <= Math.max(1, word.length() / 3));
  }

  /** How far two words are from each other. */
  public static int between(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
