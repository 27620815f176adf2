package dev.penstock.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.check.Check;
import dev.penstock.hardware.check.Doctor;
import dev.penstock.hardware.check.Examination;
import dev.penstock.hardware.health.Answer;
import dev.penstock.hardware.health.Catalogue;
import dev.penstock.hardware.health.Explainer;
import dev.penstock.hardware.health.Faults;
import dev.penstock.hardware.health.LogClock;
import dev.penstock.model.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock explain}. */
@Command(
    name = "explain",
    description = {
      "Says what an error means and what to do. Give it anything: \"xid 79\", a line of an error,",
      "\"exit 187\", NV_ENC_ERR_OUT_OF_MEMORY, a question, or a whole log with --file or on"
          + " standard input."
    })
final class ExplainCommand implements Callable<Integer> {
  /** A log's last part; what comes before is not looked at. */
  private static final int MOST_BYTES = 64 << 20;

  private final Terminal terminal;
  private final Callable<InputStream> input;
  private final Supplier<ThisMachine> machine;

  @Parameters(
      paramLabel = "WORDS",
      arity = "0..*",
      description = "What to explain; - reads standard input, as does nothing at all.")
  List<String> words = List.of();

  @Option(names = "--file", paramLabel = "FILE", description = "A log to explain.")
  @Nullable Path file;

  @Option(
      names = "--no-checks",
      description = "Does not look at this machine: the log is of another one.")
  boolean noChecks;

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  ExplainCommand(Terminal terminal) {
    this(terminal, () -> System.in, ThisMachine::here);
  }

  ExplainCommand(Terminal terminal, Callable<InputStream> input, Supplier<ThisMachine> machine) {
    this.terminal = terminal;
    this.input = input;
    this.machine = machine;
  }

  @Override
  public Integer call() throws Exception {
    Explainer explainer =
        new Explainer(
            Catalogue.standard(), LogClock.of(Instant.now(), ZoneId.systemDefault()), Map.of());
    Answer answer = explainer.explain(text());
    if (!noChecks) {
      answer = identified(answer, machine.get());
    }
    List<Finding> here = noChecks ? List.of() : here(answer);
    terminal
        .out()
        .print(
            json
                ? Json.pretty(new Explained(answer, here)) + "\n"
                : ExplainText.of(answer, here, terminal));
    return (answer.causes().isEmpty() ? ExitCode.FAILED : ExitCode.DONE).value();
  }

  /** With the UUIDs of this machine's GPUs, where one is named by its address alone. */
  private Answer identified(Answer answer, ThisMachine here) {
    boolean wanted =
        answer.causes().stream()
            .anyMatch(cause -> cause.device().isPresent() && cause.uuid().isEmpty());
    return wanted && here.hasNvidia()
        ? answer.identified(Faults.uuids(here.gpus(terminal)))
        : answer;
  }

  /** The answer, and what the checks that it names find on this machine. */
  record Explained(@JsonUnwrapped Answer answer, List<Finding> here) {}

  /** What the checks say that the first cause names. */
  private static List<Finding> here(Answer answer) {
    List<Check> checks =
        answer.causes().stream()
            .limit(1)
            .flatMap(cause -> cause.checks().stream())
            .flatMap(id -> Examination.find(id).stream())
            .toList();
    if (checks.isEmpty()) {
      return List.of();
    }
    Machine machine = new Doctor(new Children(Map.of())).look(checks, Users.named(null));
    return Examination.of(machine, checks::contains).findings();
  }

  private String text() throws Exception {
    Path log = file;
    boolean asked = !words.isEmpty() && !words.equals(List.of("-"));
    for (String word : words) {
      if (word.matches("--[a-z]+(?:-[a-z]+)*")) {
        throw new UsageException(
            word, "is no option of explain", "its options are --file, --no-checks and --json");
      }
    }
    if (log != null && asked) {
      throw new UsageException(
          "--file", "does not go with words", "give either the words or the file");
    }
    if (log != null) {
      return read(log);
    }
    if (asked) {
      return String.join(" ", words);
    }
    if (words.isEmpty() && Posix.isTerminal(0)) {
      throw new UsageException(
          "explain", "nothing to explain", "try: penstock explain \"xid 79\", or --file LOG");
    }
    try (InputStream in = input.call()) {
      return text(last(in, MOST_BYTES));
    }
  }

  /** The last part, of what may be longer than fits into memory. */
  static byte[] last(InputStream in, int most) throws IOException {
    byte[] before = new byte[0];
    byte[] now = in.readNBytes(most);
    for (byte[] next = in.readNBytes(most); next.length > 0; ) {
      before = now;
      now = next;
      next = in.readNBytes(most);
    }
    int kept = Math.min(before.length, most - now.length);
    byte[] last = new byte[kept + now.length];
    System.arraycopy(before, before.length - kept, last, 0, kept);
    System.arraycopy(now, 0, last, kept, now.length);
    return last;
  }

  private static String read(Path log) throws IOException {
    if (!Files.isReadable(log) || Files.isDirectory(log)) {
      throw new UsageException(
          log.toString(),
          Files.exists(log) ? "cannot be read" : "does not exist",
          "give a log that this user may read");
    }
    return text(last(log, MOST_BYTES));
  }

  /** Of a pipe too, whose size is 0, and of a log that grows meanwhile. */
  static byte[] last(Path log, int most) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - most));
      return last(in, most);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
