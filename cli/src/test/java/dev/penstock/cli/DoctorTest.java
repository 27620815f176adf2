package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.hardware.check.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code penstock doctor}, on machines that were captured or built by hand. */
class DoctorTest {
  private static final Path MACHINES = Path.of("../hardware/src/test/resources/machines");
  private static final Path NO_GPU = MACHINES.resolve("no-gpu");
  private static final Path OLD_KERNEL = MACHINES.resolve("old-kernel-amd");

  @TempDir Path folder;

  static List<Path> machines() throws IOException {
    try (Stream<Path> folders = Files.list(MACHINES)) {
      return folders.sorted().toList();
    }
  }

  @Test
  void withoutAGpu_itSaysSo_andEndsWith2() {
    Answer answer = Cli.run("doctor", "--root", NO_GPU);

    assertThat(answer.exit()).isEqualTo(2);
    assertThat(answer.out())
        .startsWith("a virtual machine without a GPU (built by hand): cannot encode on hardware\n")
        .contains("encode.software     H.264 (libx264)")
        .contains("FAIL    pci.enum            no GPU of NVIDIA, AMD or Intel is on the bus\n")
        .contains("software can");
  }

  @Test
  void findings_comeWithTheirRemedies_theWorstFirst() {
    Answer answer = Cli.run("doctor", "--root", OLD_KERNEL, "--only", "host.kernel,pci.enum");

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(answer.out())
        .containsSubsequence(
            "Host", "WARN    host.kernel", "$ apt install linux-generic-hwe", "PCI", "PASS");
  }

  @ParameterizedTest
  @MethodSource("machines")
  void json_isAsItsSchemaSays(Path machine) throws IOException {
    Answer answer = Cli.run("doctor", "--root", machine, "--json");

    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(Path.of("../docs/doctor.schema.json")));
    assertThat(schema.validate(answer.out(), InputFormat.JSON)).isEmpty();
    assertThat(schema.validate("{\"fitness\":\"fine\"}", InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void aCheck_isExplained_andAMistypedOneNamed() {
    assertThat(Cli.run("doctor", "--explain", "host.kernel").succeeds().out())
        .contains("5.15", "/proc/sys/kernel/osrelease", "Source: ");
    assertThat(Cli.run("doctor", "--only", "pci.enu").err()).contains("did you mean pci.enum?");
    assertThat(Cli.run("doctor", "--explain", "nonsense").exit()).isEqualTo(2);
  }

  @Test
  void whatIsNoMachine_isRefused() {
    Cli.run("doctor", "--root", folder).fails(3, "probe", "is no captured machine");
  }

  @Test
  void theScript_isAShellScript() throws Exception {
    Answer answer = Cli.run("doctor", "--root", OLD_KERNEL, "--fix");

    assertThat(answer.out()).startsWith("#!/bin/sh\n").contains("# WARN host.kernel");
    Path script = Files.writeString(folder.resolve("fix.sh"), answer.out());
    assertThat(new ProcessBuilder("sh", "-n", script.toString()).start().waitFor()).isZero();
  }

  @Test
  void aBundle_isAMachineAgain() throws Exception {
    Path bundle = folder.resolve("bundle.tar.gz");

    Answer first = Cli.run("doctor", "--root", OLD_KERNEL, "--support-bundle", bundle);

    assertThat(
            new ProcessBuilder("tar", "-C", folder.toString(), "-xzf", bundle.toString())
                .start()
                .waitFor())
        .isZero();
    Path unpacked = folder.resolve("penstock-support");
    assertThat(statuses(Cli.run("doctor", "--root", unpacked))).isEqualTo(statuses(first));
    assertThat(unpacked.resolve("findings.json")).exists();
    assertThat(Files.readString(unpacked.resolve("machine.json"))).doesNotContain("\"penstock\"");
  }

  /** Commands and paths are not broken: they are copied. */
  @ParameterizedTest
  @MethodSource("machines")
  void linesFitATerminal(Path machine) {
    assertThat(
            Stream.of("doctor", "devices")
                .flatMap(command -> Cli.onTerminal(80, command, "--root", machine).out().lines()))
        .filteredOn(line -> line.length() > 80)
        .allMatch(
            line -> line.strip().startsWith("$ ") || !line.substring(30).strip().contains(" "));
  }

  @Test
  void whatHelpsSeveralDevices_isSaidOnce_andAllIsCountedAtTheEnd() {
    assertThat(Cli.run("doctor", "--root", MACHINES.resolve("container-daemon-reload")).out())
        .containsOnlyOnce("CUDA and NVENC do not start.")
        .containsPattern("\nChecks: \\d+ FAIL, \\d+ WARN, \\d+ UNKNOWN, \\d+ PASS; \\d+ had");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pci.enu  | did you mean pci.enum?",
        "c.xyzxyz | there are: c.caps, c.daemonreload",
        "pcie     | did you mean pci?",
        "nonsense | docs/doctor.md lists all",
      })
  void ofAMistypedCheck_theNearestAreSaid(String word, String said) {
    Cli.run("doctor", "--only", word).refuses(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--watch --root DIR            | --root: does not go with --watch",
        "--watch --capture DIR         | --capture: does not go with --watch",
        "--watch --support-bundle FILE | --support-bundle: does not go with --watch",
        "--watch --fix                 | --fix: does not go with --watch",
        "--root DIR --user nobody      | --user: does not go with --root",
        "--fix --json                  | --json: does not go with --fix",
        "--interval 5s                 | --interval: is for --watch alone",
        "--watch --interval 0s         | --interval: 0.00 s is shorter than",
        "--explain pci.enum --json     | --explain: goes alone",
        "--explain pci.enum --watch    | --explain: goes alone",
        "--only nonsense               | nonsense: no check is called so",
      })
  void whatCannotBeHadTogether_isRefused(String options, String said) {
    Cli.run("doctor", List.of(options.split(" +"))).refuses("penstock: " + said);
  }

  /** A trial that fails is kept nowhere, and would load the GPU again each time. */
  @Test
  void watching_triesEncoders_theFirstTimeOnly() throws Exception {
    Machine machine = MachineFolder.read(MACHINES.resolve("l40s"));
    Cancellation cancellation = new Cancellation();
    List<List<String>> rounds = new ArrayList<>();
    Function<List<Check>, Machine> read =
        checks -> {
          rounds.add(checks.stream().map(Check::id).toList());
          if (rounds.size() == 2) {
            cancellation.cancel();
          }
          return machine;
        };
    Terminal terminal =
        Terminal.plain(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    CommandLine line = new CommandLine(new DoctorCommand(terminal, cancellation, read));
    Values.register(line);

    int exit = line.execute("--watch", "--interval", "1s", "--only", "ff.probe,pci.enum");

    assertThat(exit).isEqualTo(ExitCode.INTERRUPTED.value());
    assertThat(rounds).containsExactly(List.of("ff.probe", "pci.enum"), List.of("pci.enum"));
  }

  private static List<String> statuses(Answer answer) {
    return answer
        .out()
        .lines()
        .filter(line -> line.matches("  [A-Z]+ .*"))
        .map(line -> line.substring(0, 30))
        .toList();
  }

  @Test
  void anEarlierCapture_isKept_unlessItIsToBeReplaced() throws IOException {
    Path captured = folder.resolve("captured");
    Path earlier = captured.resolve("answers/Earlier.json");
    Files.createDirectories(earlier.getParent());
    Files.writeString(earlier, "{}");
    List<Object> words = List.of("doctor", "--only", "host.kernel", "--capture", captured);

    Cli.run(words.toArray())
        .refuses("--capture: " + captured + " holds files already\n  next: give --overwrite");
    assertThat(earlier).exists();

    assertThat(Cli.run(Stream.concat(words.stream(), Stream.of("--overwrite")).toArray()).exit())
        .isBetween(0, 2);
    assertThat(earlier).doesNotExist();
    assertThat(captured.resolve("machine.json")).exists();
    Cli.run("doctor", "--overwrite").refuses("--overwrite: is for --capture alone");
  }

  /** On whatever machine the tests run: it always returns, and what it read can be read again. */
  @Test
  void thisMachine_isExamined_andCaptured() {
    Path captured = folder.resolve("captured");

    Answer live = Cli.run("doctor", "--only", "host,pci", "--capture", captured, "--json");

    assertThat(live.exit()).isBetween(0, 2);
    assertThat(live.err()).isEmpty();
    assertThat(Cli.run("doctor", "--root", captured, "--only", "host,pci", "--json").out())
        .isEqualTo(live.out());
  }
}
