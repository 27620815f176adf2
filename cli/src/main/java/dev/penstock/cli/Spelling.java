package dev.penstock.cli;

import dev.penstock.planner.EditDistance;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. */
final class Spelling {
  private Spelling() {}

  /** The known word that is written most like this one, where one is near enough. */
  static Optional<String> nearest(String word, List<String> known) {
    String plain = plain(word);
    return known.stream()
        .filter(each -> EditDistance.between(plain, plain(each)) <= most(plain))
        .min(Comparator.comparingInt(each -> EditDistance.between(plain, plain(each))));
  }

  /** {@code maxBitrate}, {@code max_bitrate} and {@code max-bitrate} are the same mistake. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static int most(String word) {
    return word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
  }
}
