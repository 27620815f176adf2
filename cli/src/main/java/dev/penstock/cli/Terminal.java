package dev.penstock.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Where text goes: results to {@code out}, everything else to {@code err}.
 *
 * @param outIsTerminal whether a person reads {@code out}
 * @param errIsTerminal whether a person reads {@code err}
 * @param color whether {@code err} may be coloured
 * @param columns the width of {@code err}, asked anew each time because windows are resized
 */
record Terminal(
    PrintWriter out,
    PrintWriter err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean color,
    Supplier<OptionalInt> columns) {
  private static final int USUAL_COLUMNS = 80;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

  /** Those of this process. */
  static Terminal ofProcess() {
    boolean err = Posix.isTerminal(2) && !"dumb".equals(System.getenv("TERM"));
    return new Terminal(
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        Posix.isTerminal(1),
        err,
        err && colorWanted(System.getenv()),
        () -> Posix.columns(2));
  }

  /** Neither a terminal nor coloured. */
  static Terminal plain(PrintWriter out, PrintWriter err) {
    return new Terminal(out, err, false, false, false, OptionalInt::empty);
  }

  /** See no-color.org. */
  static boolean colorWanted(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** UTF-8 whatever the locale: JSON must be, and terminals are. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }

  /**
   * Text with nothing in it that a terminal would obey: titles and names come from files that
   * anybody may have made.
   */
  static String harmless(String text) {
    return CONTROL.matcher(Secrets.hidden(text)).replaceAll("\ufffd");
  }

  /** As {@link #harmless}, without line ends. */
  static String oneLine(String text) {
    return harmless(text).replace('\n', ' ');
  }

  int width() {
    return columns.get().orElse(USUAL_COLUMNS);
  }

  String red(String text) {
    return painted("31;1", text);
  }

  String yellow(String text) {
    return painted("33;1", text);
  }

  String green(String text) {
    return painted("32", text);
  }

  String dim(String text) {
    return painted("2", text);
  }

  private String painted(String code, String text) {
    return color ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  void flush() {
    out.flush();
    err.flush();
  }
}
