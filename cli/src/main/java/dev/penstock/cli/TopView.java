package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.health.VitalsHistory.Judged;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.hardware.telemetry.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The view of {@code penstock top}: draws on the terminal's other screen until q, Ctrl-C or the end
 * of the input, and then leaves the terminal as it was.
 */
final class TopView {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final int USUAL_ROWS = 24;
  private static final String ENTER = "\033[?1049h\033[?25l";
  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String END_OF_LINE = "\033[K";
  private static final String REST_OF_SCREEN = "\033[J";

  private final Terminal terminal;
  private final Cancellation cancellation;
  private final Sampler sampler;
  private final Duration period;
  private final Function<Snapshot, Judged> judge;
  private final TopHistory history = new TopHistory();

  TopView(
      Terminal terminal,
      Cancellation cancellation,
      Sampler sampler,
      Duration period,
      Function<Snapshot, Judged> judge) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.sampler = sampler;
    this.period = period;
    this.judge = judge;
  }

  int run() {
    Judged first = judge.apply(sampler.sample());
    if (first.snapshot().gpus().isEmpty()) {
      terminal.out().print(TopText.page(first));
      return TopCommand.exit(first.snapshot()).value();
    }
    try (Keys keys = Keys.open()) {
      terminal.out().print(ENTER);
      return watch(first, keys);
    } finally {
      terminal.out().print(LEAVE);
      terminal.out().flush();
    }
  }

  private int watch(Judged first, Keys keys) {
    Judged judged = first;
    long next = System.nanoTime();
    while (!cancellation.isCancelled()) {
      history.add(judged.snapshot());
      draw(judged);
      next = Math.max(next + period.toNanos(), System.nanoTime());
      if (isEnded(keys, next)) {
        return TopCommand.exit(judged.snapshot()).value();
      }
      judged = judge.apply(sampler.sample());
    }
    return ExitCode.INTERRUPTED.value();
  }

  private void draw(Judged judged) {
    int columns = Posix.columns(1).orElse(terminal.width());
    int rows = Posix.rows(1).orElse(USUAL_ROWS);
    List<TopLine> lines = TopText.screen(judged, history, columns, rows - 1);
    StringBuilder screen = new StringBuilder(HOME);
    lines.forEach(line -> screen.append(line.painted(terminal)).append(END_OF_LINE).append('\n'));
    terminal.out().print(screen.append(REST_OF_SCREEN));
    terminal.out().flush();
  }

  /** Waits until a time; true as soon as somebody wants to leave. */
  private boolean isEnded(Keys keys, long until) {
    for (long left = until - System.nanoTime();
        left > 0 && !cancellation.isCancelled();
        left = until - System.nanoTime()) {
      switch (keys.wait(Duration.ofNanos(Math.min(left, PATIENCE.toNanos())))) {
        case 'q', 'Q', Keys.END -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }
}
