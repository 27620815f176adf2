package dev.penstock.cli;

import dev.penstock.engine.Comparison;

/** One moving line about a running comparison, where somebody watches. */
final class CompareProgress {
  private static final String ERASE_LINE = "\r\033[K";

  private final Terminal terminal;
  private boolean drawn;

  CompareProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(Comparison.Progress progress) {
    if (!terminal.errIsTerminal()) {
      return;
    }
    StringBuilder line = new StringBuilder();
    progress.done().ifPresent(done -> line.append(Amounts.decimals(done * 100, 1)).append("%  "));
    line.append(Times.clock(progress.position()))
        .append("  ")
        .append(progress.frames())
        .append(" frames compared");
    terminal.err().print(ERASE_LINE + line);
    terminal.err().flush();
    drawn = true;
  }

  void erase() {
    if (drawn) {
      terminal.err().print(ERASE_LINE);
      terminal.err().flush();
      drawn = false;
    }
  }
}
