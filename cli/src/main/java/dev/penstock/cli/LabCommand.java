package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.lab.Scenarios;
import dev.penstock.planner.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock lab}. */
@Command(
    name = "lab",
    description =
        "Rehearses on virtual GPUs: runs a command on a machine that a scenario describes, and what"
            + " befalls it there.",
    footer = {
      "",
      "  penstock lab list",
      "  penstock lab run gpu-lost -- penstock transcode in.mp4 out.mp4 --segments 2s",
    })
final class LabCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  enum Action {
    LIST,
    RUN
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = "list: the scenarios that are built in. run: a command on one of them.")
  Action action = Action.LIST;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SCENARIO",
      description = "The name of one that is built in, or a file; see docs/lab.md.")
  @Nullable String scenario;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Any command, after --; penstock means this program.")
  List<String> command = List.of();

  @Option(
      names = "--received",
      description = "Also prints what each encoding session was set up with, field by field.")
  boolean received;

  @Mixin HelpOption help = new HelpOption();

  LabCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() throws IOException {
    return switch (action) {
      case LIST -> list();
      case RUN -> run();
    };
  }

  private int list() {
    if (scenario != null) {
      throw new UsageException(scenario, "is not wanted by list", "lab run " + scenario + " -- …");
    }
    for (String name : Scenarios.BUILT_IN) {
      terminal.out().println(ProbeText.column(name, 15) + Scenarios.about(Scenarios.text(name)));
    }
    return ExitCode.DONE.value();
  }

  private int run() throws IOException {
    String name = scenario;
    if (name == null) {
      throw new UsageException("lab run", "of what?", "name a scenario: penstock lab list");
    }
    if (command.isEmpty()) {
      throw new UsageException(
          "lab run " + name,
          "there is no command to run",
          "penstock lab run " + name + " -- penstock transcode IN OUT");
    }
    String text = text(name);
    Scenarios.mistake(text)
        .ifPresent(mistake -> {
          throw new UsageException(name, mistake, "docs/lab.md says how one is written");
        });
    return new LabRun(terminal, cancellation).run(name, text, command, received);
  }

  private static String text(String name) throws IOException {
    if (Scenarios.BUILT_IN.contains(name)) {
      return Scenarios.text(name);
    }
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          name,
          "is no scenario that is built in, and no file",
          Spelling.nearest(name, Scenarios.BUILT_IN)
              .map(near -> "did you mean " + near + "?")
              .orElse("built in are " + String.join(", ", Scenarios.BUILT_IN)));
    }
    return Files.readString(file);
  }
}
