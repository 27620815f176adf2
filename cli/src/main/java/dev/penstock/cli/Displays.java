package dev.penstock.cli;

/** Chooses how a running job is shown. */
final class Displays {
  private Displays() {}

  static Display of(OutputOptions.ProgressStyle style, Terminal terminal) {
    return switch (style) {
      case JSON -> new JsonDisplay(terminal);
      case PLAIN -> new TextDisplay(terminal, TextDisplay.Style.PLAIN);
      case NONE -> new TextDisplay(terminal, TextDisplay.Style.NONE);
      case AUTO ->
          new TextDisplay(
              terminal,
              terminal.errIsTerminal() ? TextDisplay.Style.LIVE : TextDisplay.Style.PLAIN);
    };
  }
}
