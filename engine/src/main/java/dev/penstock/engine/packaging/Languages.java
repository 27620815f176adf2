package dev.penstock.engine.packaging;

import java.util.Locale;

/** Languages by the codes that manifests take. */
final class Languages {
  private Languages() {}

  /**
   * BCP 47, as HLS and DASH have them: the shortest code there is, so {@code en} for {@code eng}.
   */
  static String tag(String language) {
    String[] parts = language.split("[-_]", 2);
    String base = parts[0].toLowerCase(Locale.ROOT);
    String shortest = base.length() == 3 ? twoLetters(base) : base;
    return parts.length == 1 ? shortest : shortest + "-" + parts[1];
  }

  private static String twoLetters(String threeLetters) {
    // ISO 639-2 has two codes for some; Java knows the terminological one.
    String terminological =
        switch (threeLetters) {
          case "ger" -> "deu";
          case "fre" -> "fra";
          case "dut" -> "nld";
          case "chi" -> "zho";
          case "cze" -> "ces";
          case "gre" -> "ell";
          case "rum" -> "ron";
          case "slo" -> "slk";
          case "per" -> "fas";
          case "ice" -> "isl";
          case "alb" -> "sqi";
          case "arm" -> "hye";
          case "geo" -> "kat";
          case "baq" -> "eus";
          case "wel" -> "cym";
          case "may" -> "msa";
          case "bur" -> "mya";
          case "tib" -> "bod";
          case "mac" -> "mkd";
          default -> threeLetters;
        };
    for (String code : Locale.getISOLanguages()) {
      if (Locale.of(code).getISO3Language().equals(terminological)) {
        return code;
      }
    }
    return terminological;
  }
}
