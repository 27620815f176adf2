package dev.penstock.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code penstock} command: the composition root of the command line. */
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Transcodes video and says why it did what it did.")
public final class Penstock {
  private Penstock() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Penstock()).execute(args));
  }
}
