package dev.penstock.node.text;

import java.util.regex.Pattern;

/**
 * Names and passwords in URLs, which are for those alone who fetch from there (RFC 3986, 3.2.1).
 */
public final class UrlUsers {
  /** Up to the last @ before the path: a password may hold one. */
  private static final Pattern USER = Pattern.compile("(?<=://)[^/?#\"\\s]*@");

  private UrlUsers() {}

  /** The text with something else in their places. */
  public static String hidden(String text, String instead) {
    return USER.matcher(text).replaceAll(instead);
  }
}
