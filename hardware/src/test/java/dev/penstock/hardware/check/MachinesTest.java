package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.model.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is found on machines that were captured or built by hand. {@code expected.txt} beside each
 * holds it; with {@code -Dpenstock.write=true} it is written instead of compared.
 */
class MachinesTest {
  private static final Path MACHINES = Path.of("src/test/resources/machines");

  private static final Pattern UUID =
      Pattern.compile("\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\b");
  private static final String MADE_UP = "\\p{XDigit}{8}-0000-[04]000-[08]000-0{8}\\p{XDigit}{4}";

  /** A name of the UEFI Specification, the same on every machine. */
  private static final String EFI_GLOBAL_VARIABLE = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

  static List<String> machines() throws IOException {
    try (Stream<Path> folders = Files.list(MACHINES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("machines")
  void machine_isJudgedAsExpected(String name) throws IOException {
    Path folder = MACHINES.resolve(name);
    Machine machine = MachineFolder.read(folder);

    String found = text(Examination.of(machine, _ -> true));

    Path expected = folder.resolve("expected.txt");
    if (Boolean.getBoolean("penstock.write")) {
      Files.writeString(expected, found);
    }
    assertThat(found).isEqualTo(Files.readString(expected));
  }

  /** Captured machines are redacted, and those built by hand name no GPU that somebody has. */
  @ParameterizedTest
  @MethodSource("machines")
  void uuids_areNobodys(String name) throws IOException {
    List<String> uuids = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MACHINES.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        UUID.matcher(Files.readString(file)).results().forEach(found -> uuids.add(found.group()));
      }
    }

    assertThat(uuids).allMatch(uuid -> uuid.equals(EFI_GLOBAL_VARIABLE) || uuid.matches(MADE_UP));
  }

  private static String text(Examination examination) {
    return examination.origin().text()
        + "\n"
        + examination.fitness().orElseThrow()
        + "\n"
        + examination.findings().stream().map(MachinesTest::line).collect(Collectors.joining("\n"))
        + "\n";
  }

  private static String line(Finding finding) {
    return finding.status()
        + " "
        + finding.check()
        + finding.subject().map(subject -> " [" + subject + "]").orElse("")
        + ": "
        + finding.summary();
  }
}
