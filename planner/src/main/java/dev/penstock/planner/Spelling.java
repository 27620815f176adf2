package dev.penstock.planner;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. */
public final class Spelling {
  private Spelling() {}

  /** The known word that is written most like this one, where one is near enough. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    String plain = plain(word);
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(plain, plain(each))))
        .filter(each -> distance(plain, plain(each)) <= most(plain));
  }

  /** {@code maxBitrate}, {@code max_bitrate} and {@code max-bitrate} are the same mistake. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  /** Two letters that changed places are two changes. */
  private static int most(String word) {
    return word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
  }

  /** Levenshtein's: how many letters differ, are missing or are too many. */
  private static int distance(String a, String b) {
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
