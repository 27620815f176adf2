package dev.penstock.planner;

import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.Set;

/** Languages by the codes that containers take. */
public final class Languages {
  /** QuickTime's own list has these under other codes. */
  private static final Map<String, String> QUICKTIME_NAMES =
      Map.ofEntries(
          Map.entry("deu", "ger"),
          Map.entry("nld", "dut"),
          Map.entry("swe", "sve"),
          Map.entry("fre", "fra"),
          Map.entry("ell", "gre"),
          Map.entry("isl", "ice"),
          Map.entry("zho", "chi"),
          Map.entry("sqi", "alb"),
          Map.entry("rum", "ron"),
          Map.entry("cze", "ces"),
          Map.entry("slo", "slk"),
          Map.entry("mkd", "mac"),
          Map.entry("hye", "arm"),
          Map.entry("kat", "geo"),
          Map.entry("eus", "baq"),
          Map.entry("cym", "wel"),
          Map.entry("msa", "may"),
          Map.entry("mya", "bur"),
          Map.entry("bod", "tib"));

  private static final Set<String> QUICKTIME =
      Set.of(
          ("eng fra ger ita dut sve spa dan por nor heb jpn ara fin gre ice mlt tur chi urd hin tha"
                  + " kor lit pol hun est lav rus alb ron ces slk slv yid mac bul ukr bel arm geo"
                  + " vie ind may tam tel bur tib cat baq wel lat epo")
              .split(" "));

  private Languages() {}

  /** Three letters, as ISO 639 has them, of a code that may have two and a country. */
  public static Optional<String> threeLetters(String language) {
    String base = language.toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
    if (base.matches("[a-z]{3}")) {
      return Optional.of(base);
    }
    try {
      return base.matches("[a-z]{2}")
          ? Optional.of(Locale.of(base).getISO3Language())
          : Optional.empty();
    } catch (MissingResourceException _) {
      return Optional.empty();
    }
  }

  /** The code in QuickTime's list. */
  static Optional<String> quickTime(String language) {
    return threeLetters(language)
        .map(code -> QUICKTIME_NAMES.getOrDefault(code, code))
        .filter(QUICKTIME::contains);
  }
}
