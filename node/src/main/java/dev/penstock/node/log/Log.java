package dev.penstock.node.log;

import dev.penstock.node.log.LogSettings.Level;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes all that is logged in this process, until it is closed. Any thread; a line is written
 * whole, before the caller goes on.
 */
public final class Log implements AutoCloseable {
  /** Kept, because a logger that nobody holds forgets its level. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger OURS = Logger.getLogger("dev.penstock");
  private static final List<Logger> TALKATIVE =
      Stream.of("org.eclipse.jetty", "io.javalin").map(Logger::getLogger).toList();

  private final Consumer<String> standardError;
  private final List<Handler> before;
  private final Handler handler = new Taking();
  private LogSettings settings;
  private Optional<LogFile> file;

  private Log(LogSettings settings, Consumer<String> standardError) {
    this.settings = settings;
    this.standardError = standardError;
    this.file = opened(settings);
    this.before = List.of(ROOT.getHandlers());
    before.forEach(ROOT::removeHandler);
    ROOT.addHandler(handler);
    listen(settings.level());
  }

  /**
   * Begins.
   *
   * @param standardError takes lines where no file is named, or it cannot be written
   * @throws dev.penstock.model.FailureException when the file cannot be written
   */
  public static Log open(LogSettings settings, Consumer<String> standardError) {
    return new Log(settings, standardError);
  }

  private static Optional<LogFile> opened(LogSettings settings) {
    return settings.file().map(path -> new LogFile(path, settings.size(), settings.count()));
  }

  private static void listen(Level level) {
    ROOT.setLevel(level == Level.DEBUG ? java.util.logging.Level.INFO : of(level));
    OURS.setLevel(of(level));
    TALKATIVE.forEach(each ->
        each.setLevel(
            level == Level.ERROR
                ? java.util.logging.Level.SEVERE
                : java.util.logging.Level.WARNING));
  }

  private static java.util.logging.Level of(Level level) {
    return switch (level) {
      case ERROR -> java.util.logging.Level.SEVERE;
      case WARNING -> java.util.logging.Level.WARNING;
      case INFO -> java.util.logging.Level.INFO;
      case DEBUG -> java.util.logging.Level.FINE;
    };
  }

  /**
   * Other settings hold from the next line on. The file is opened again in any case, for those who
   * moved it away.
   *
   * @throws dev.penstock.model.FailureException when the file cannot be written; then nothing
   *     changes
   */
  public synchronized void follow(LogSettings other) {
    Optional<LogFile> next = opened(other);
    end();
    file = next;
    settings = other;
    listen(other.level());
  }

  private synchronized void take(Line line) {
    String text = line.as(settings.format());
    if (file.isEmpty()) {
      standardError.accept(text);
      return;
    }
    try {
      file.get().write(text);
    } catch (IOException e) {
      // A full disk, say: what is told now is told somewhere.
      standardError.accept(text);
    }
  }

  private void end() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException _) {
      // All of it was written.
    }
  }

  @Override
  public synchronized void close() {
    ROOT.removeHandler(handler);
    before.forEach(ROOT::addHandler);
    end();
    file = Optional.empty();
  }

  private final class Taking extends Handler {
    @Override
    public void publish(@Nullable LogRecord told) {
      if (told != null) {
        take(Line.of(told));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
