package dev.penstock.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands on the command line and is nobody else's business. */
final class Secrets {
  /** The user information of a URL, as libav divides it: up to the last {@code @} of the host. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?<=[A-Za-z0-9+.-]://)([^/?#\\s:]*):[^/?#\\s]*@");

  private Secrets() {}

  /** The stack trace of what was thrown, without them. */
  static String hidden(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return hidden(trace.toString());
  }

  /** Text without the passwords of URLs in it. */
  static String hidden(String text) {
    if (!text.contains("://")) {
      return text;
    }
    Matcher passwords = PASSWORD.matcher(text);
    return passwords.replaceAll("$1:***@");
  }
}
