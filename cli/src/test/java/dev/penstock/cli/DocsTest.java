package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.trial.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages say what the program does: no more, no less. */
class DocsTest {
  private static final Path CLI = Path.of("../docs/cli.md");
  private static final Path JSON = Path.of("../docs/json.md");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Pattern PROPERTY = Pattern.compile("\"(\\w+)\" ?:");

  @Test
  void everyOption_isDocumented_andNothingElse() throws IOException {
    assertThat(all(OPTION, Files.readString(CLI), 0)).isEqualTo(options());
  }

  @Test
  void everyCommand_isDocumented() throws IOException {
    assertThat(Files.readString(CLI))
        .contains(
            Penstock.COMMANDS.stream()
                .filter(command -> !command.equals("train-aot") && !command.equals("worker"))
                .map(command -> "penstock " + command)
                .toList());
  }

  @Test
  void everyExitCode_isDocumented() throws IOException {
    for (ExitCode code : ExitCode.values()) {
      assertThat(Files.readString(CLI)).containsPattern("(?m)^\\| " + code.value() + " \\|");
    }
  }

  @Test
  void everyJsonProperty_isDocumented() throws IOException {
    Trial trial = new Trial("x", "y", true, Optional.of(1.0), Duration.ZERO, Optional.of("z"));
    String json =
        Json.line(new JsonEvent.Done(Fixtures.report()))
            + Json.line(new JsonEvent.Running(Fixtures.progress()))
            + Json.line(new JsonEvent.Measuring(0.5))
            + Json.line(Fixtures.planned().receipt().withPerTitle(Fixtures.perTitle()))
            + Json.line(new JsonEvent.Log(""))
            + Json.line(new JsonEvent.Interrupted("", Optional.of("")))
            + Json.line(new JsonEvent.Failed(ExitCode.BUG, List.of(Complaint.usage("", "", ""))))
            + Json.line(List.of(trial))
            + Cli.run("explain", "--json", "NVRM: Xid (PCI:0000:01:00): 31, pid=5, name=x, Ch 1")
                .out()
            + Cli.run("explain", "--json", "sessions please").out()
            + Cli.run("faults", "--json", "--log", "src/test/resources/dev/penstock/cli/kernel.log")
                .out()
            + Json.line(Fixtures.quality());
    String page = Files.readString(JSON);
    Set<String> properties = all(PROPERTY, json, 1);
    properties.removeAll(Fixtures.FREE_NAMES);
    assertThat(properties).allMatch(name -> page.contains("`" + name + "`"), "is documented");
  }

  private static Set<String> options() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine all = Penstock.commandLine(Terminal.plain(nowhere, nowhere), new Cancellation());
    Set<String> names = new TreeSet<>();
    all.getCommandSpec().options().forEach(option -> names.add(option.longestName()));
    for (CommandLine command : all.getSubcommands().values()) {
      command.getCommandSpec().options().forEach(option -> names.add(option.longestName()));
    }
    return names;
  }

  private static Set<String> all(Pattern pattern, String text, int group) {
    Set<String> found = new TreeSet<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      found.add(matcher.group(group));
    }
    return found;
  }
}
