package dev.penstock.node.log;

import dev.penstock.node.log.LogSettings.Format;
import dev.penstock.node.log.LogSettings.Level;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event of the log.
 *
 * @param from the class that tells it
 * @param trace of what was thrown
 */
record Line(
    Instant at, Level level, String from, String text, Subject subject, Optional<String> trace) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final JsonMapper JSON = new JsonMapper();
  private static final SimpleFormatter FORMATTER = new SimpleFormatter();

  static Line of(LogRecord told) {
    Object[] parameters = told.getParameters();
    boolean knows = parameters != null && parameters.length > 0 && parameters[0] instanceof Subject;
    String text =
        Optional.ofNullable(knows ? told.getMessage() : FORMATTER.formatMessage(told)).orElse("");
    Subject subject = knows ? (Subject) parameters[0] : Subject.none();
    String name = Optional.ofNullable(told.getLoggerName()).orElse("");
    return new Line(
        told.getInstant(),
        level(told.getLevel()),
        name.substring(name.lastIndexOf('.') + 1),
        text,
        subject.orJobOf(text),
        Optional.ofNullable(told.getThrown()).map(Line::trace));
  }

  private static Level level(java.util.logging.Level level) {
    int value = level.intValue();
    if (value >= java.util.logging.Level.SEVERE.intValue()) {
      return Level.ERROR;
    } else if (value >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARNING;
    }
    return value >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  /** Without the end of the line. */
  String as(Format format) {
    return switch (format) {
      case TEXT -> plain();
      case JSON -> json();
    };
  }

  private String plain() {
    StringBuilder line = new StringBuilder(TIME.format(at));
    line.append(' ').append(word());
    line.append(" ".repeat(Math.max(1, 8 - word().length()))).append(Harmless.line(text));
    subject.job().filter(id -> !text.contains(id)).ifPresent(id -> pair(line, "job", id));
    subject.tenant().ifPresent(tenant -> pair(line, "tenant", tenant));
    subject.worker().ifPresent(pid -> pair(line, "worker", Long.toString(pid)));
    subject.device().ifPresent(device -> pair(line, "device", device));
    trace.ifPresent(lines -> pair(line, "trace", lines));
    return line.toString();
  }

  private static void pair(StringBuilder line, String name, String value) {
    line.append(' ').append(name).append('=').append(Harmless.line(value));
  }

  private String word() {
    return level.name().toLowerCase(Locale.ROOT);
  }

  private String json() {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", TIME.format(at));
    line.put("level", word());
    line.put("from", Harmless.line(from));
    line.put("message", Harmless.text(text).strip());
    subject.job().ifPresent(id -> line.put("job", Harmless.line(id)));
    subject.tenant().ifPresent(tenant -> line.put("tenant", Harmless.line(tenant)));
    subject.worker().ifPresent(pid -> line.put("worker", pid));
    subject.device().ifPresent(device -> line.put("device", Harmless.line(device)));
    trace.ifPresent(lines -> line.put("trace", Harmless.text(lines).strip()));
    return line.toString();
  }
}
