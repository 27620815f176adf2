package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** For people: progress on standard error, the report at the end on standard output. */
final class TextDisplay implements Display {
  private static final String ERASE_LINE = "\r\033[K";
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  enum Style {
    /** One line that is redrawn. */
    LIVE,
    /** A line every few seconds. */
    PLAIN,
    NONE
  }

  private final Terminal terminal;
  private final Style style;
  private final Set<String> warned = new HashSet<>();
  private boolean drawn;
  private double nextQuarter;
  private Duration lastLine = Duration.ZERO;

  TextDisplay(Terminal terminal, Style style) {
    this.terminal = terminal;
    this.style = style;
  }

  @Override
  public synchronized void progress(Progress progress) {
    going(ProgressLine.parts(progress), progress.elapsed(), progress.warnings());
  }

  /**
   * How far something is that may be elsewhere.
   *
   * @param parts of a {@link ProgressLine}
   * @param elapsed never less than the time before
   */
  synchronized void going(List<String> parts, Duration elapsed, List<String> warnings) {
    if (style != Style.NONE) {
      warnings.stream().filter(warned::add).forEach(this::warn);
    }
    switch (style) {
      // One column stays free: a full last column makes some terminals wrap.
      case LIVE -> redraw(ProgressLine.fitting(parts, terminal.width() - 1));
      case PLAIN -> printNowAndThen(parts, elapsed);
      case NONE -> {}
    }
  }

  /**
   * Where it stands, as long as there is no progress to show.
   *
   * @param isNew whether it just came there
   */
  synchronized void standing(String line, Duration elapsed, boolean isNew) {
    switch (style) {
      case LIVE -> redraw(ProgressLine.fitting(List.of(line), terminal.width() - 1));
      case PLAIN -> {
        if (isNew) {
          lastLine = elapsed;
          terminal.err().println(line);
        } else {
          printNowAndThen(List.of(line), elapsed);
        }
      }
      case NONE -> {}
    }
  }

  private void warn(String warning) {
    erase();
    terminal.err().println("warning: " + Terminal.oneLine(warning));
  }

  @Override
  public synchronized void measuring(double done) {
    String line = "measuring " + Amounts.decimals(100 * done, 1) + "%";
    switch (style) {
      case LIVE -> redraw(line);
      case PLAIN -> {
        if (done >= nextQuarter) {
          nextQuarter = done + 0.25;
          terminal.err().println(line);
        }
      }
      case NONE -> {}
    }
  }

  @Override
  public synchronized void measured() {
    erase();
    terminal.err().flush();
  }

  private void redraw(String line) {
    terminal.err().print(ERASE_LINE + line);
    terminal.err().flush();
    drawn = true;
  }

  private void printNowAndThen(List<String> parts, Duration elapsed) {
    if (elapsed.minus(lastLine).compareTo(BETWEEN_LINES) >= 0) {
      lastLine = elapsed;
      terminal.err().println(ProgressLine.whole(parts));
    }
  }

  private void erase() {
    if (drawn) {
      terminal.err().print(ERASE_LINE);
      drawn = false;
    }
  }

  @Override
  public synchronized void log(String line) {
    erase();
    terminal.err().println(terminal.dim(Terminal.oneLine(line.stripTrailing())));
  }

  @Override
  public synchronized void done(Report report) {
    erase();
    terminal.err().flush();
    terminal.out().print(Terminal.harmless(ReportText.of(report)));
    terminal.out().flush();
  }

  @Override
  public synchronized ExitCode failed(List<Complaint> complaints) {
    erase();
    return Complaint.print(complaints, terminal);
  }

  @Override
  public synchronized void interrupted(String output, Optional<String> kept) {
    erase();
    terminal
        .err()
        .println("penstock: interrupted; nothing was written to " + Terminal.oneLine(output));
    kept.ifPresent(folder ->
        terminal
            .err()
            .println(
                "  what is finished is kept in "
                    + Terminal.oneLine(folder)
                    + "; the same command goes on from there"));
  }
}
