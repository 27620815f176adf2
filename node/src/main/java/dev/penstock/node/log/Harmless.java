package dev.penstock.node.log;

import java.util.regex.Pattern;

/** Text that came from files, networks and libraries, made fit to be read. */
final class Harmless {
  /** The user information of a URL, as libav divides it: up to the last {@code @} of the host. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?<=[A-Za-z0-9+.-]://)([^/?#\\s:]*):[^/?#\\s]*@");

  private static final Pattern TOKEN = Pattern.compile("pst_[A-Za-z0-9_-]{8,}");
  private static final Pattern BEARER = Pattern.compile("(?i)(bearer )[^\\s\"',]+");
  private static final Pattern KEY =
      Pattern.compile("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*KEY-----|\\z)");

  /** What a terminal obeys, or shows in another order than it stands there. */
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069&&[^\n]]");

  private Harmless() {}

  /** Without secrets. */
  static String open(String text) {
    String plain = text;
    if (plain.contains("://")) {
      plain = PASSWORD.matcher(plain).replaceAll("$1:***@");
    }
    if (plain.contains("pst_")) {
      plain = TOKEN.matcher(plain).replaceAll("pst_***");
    }
    if (plain.contains("PRIVATE KEY")) {
      plain = KEY.matcher(plain).replaceAll("***");
    }
    return BEARER.matcher(plain).replaceAll("$1***");
  }

  /** Without secrets, and with nothing that a terminal would obey; lines stay. */
  static String text(String text) {
    return CONTROL
        .matcher(open(text.replace("\r\n", "\n").replace('\t', ' ')))
        .replaceAll("\ufffd");
  }

  /** The same on one line, where an end of a line is {@code \n}. */
  static String line(String text) {
    return text(text).strip().replace("\n", "\\n");
  }
}
