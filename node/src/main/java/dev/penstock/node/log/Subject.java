package dev.penstock.node.log;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an event is about, as far as that is known.
 *
 * @param job its id
 * @param worker process id
 * @param device keys of GPUs, or {@code software}
 */
public record Subject(
    Optional<String> job, OptionalLong worker, Optional<String> device, Optional<String> tenant) {
  private static final Pattern JOB =
      Pattern.compile("(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Za-z])");

  public static Subject none() {
    return new Subject(Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  /** The same with the job that a text names first, where none was known. */
  Subject orJobOf(String text) {
    if (job.isPresent()) {
      return this;
    }
    Matcher found = JOB.matcher(text);
    return found.find() ? new Subject(Optional.of(found.group()), worker, device, tenant) : this;
  }

  /** Tells of something that is about this. */
  public void log(Logger to, Level level, String text) {
    if (to.isLoggable(level)) {
      LogRecord told = new LogRecord(level, text);
      told.setLoggerName(to.getName());
      told.setParameters(new Object[] {this});
      to.log(told);
    }
  }
}
