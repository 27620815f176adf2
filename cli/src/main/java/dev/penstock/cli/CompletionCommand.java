package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock completion}. */
@Command(
    name = "completion",
    description = "Prints the completion script for bash and zsh.",
    footer = {"", "Use:", "  source <(penstock completion)"})
final class CompletionCommand implements Runnable {
  private final Terminal terminal;

  @Mixin HelpOption help = new HelpOption();

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    CommandLine all = Penstock.commandLine(terminal, new Cancellation());
    terminal.out().print(AutoComplete.bash("penstock", all));
  }
}
