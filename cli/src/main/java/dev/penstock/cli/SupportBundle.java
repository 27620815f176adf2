package dev.penstock.cli;

import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.hardware.Redaction;
import dev.penstock.hardware.check.Examination;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** All facts and findings in one file for whoever helps, without what tells whose machine it is. */
final class SupportBundle {
  private static final String NAME = "penstock-support";

  private SupportBundle() {}

  /**
   * Writes it; a file that is there is replaced. It holds a folder for {@code doctor --root}.
   *
   * @throws FailureException when that fails
   */
  static void write(Machine machine, Examination examination, Path file) {
    try {
      Path parent = Files.createTempDirectory("penstock-bundle-");
      try {
        Path folder = parent.resolve(NAME);
        MachineFolder.write(machine, folder);
        Files.writeString(folder.resolve("findings.json"), FactsJson.pretty(examination) + "\n");
        Files.writeString(folder.resolve("version.txt"), Version.current() + "\n");
        redact(folder, new Redaction(UUID.randomUUID().toString(), names(machine)));
        pack(parent, file.toAbsolutePath());
      } finally {
        delete(parent);
      }
    } catch (UncheckedIOException | IOException e) {
      throw failure(file, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(file, "interrupted", e);
    }
  }

  private static List<String> names(Machine machine) {
    List<String> names = new ArrayList<>(List.of(machine.user().name()));
    try {
      String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      names.add(host);
      names.add(host.replaceFirst("\\..*", ""));
      names.add(Files.readString(Path.of("/proc/sys/kernel/domainname")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static void redact(Path folder, Redaction redaction) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(each, redaction.of(Files.readString(each)));
      }
    }
  }

  private static void pack(Path parent, Path file) throws IOException, InterruptedException {
    Path folder = file.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    Process tar =
        new ProcessBuilder("tar", "-C", parent.toString(), "-czf", file.toString(), NAME)
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tar.waitFor() != 0) {
      throw new IOException(
          said.lines().findFirst().orElse("tar failed").replace("tar (child): ", ""));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static FailureException failure(Path file, String why, Throwable cause) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(
                file.toString(),
                Stage.FINISH,
                "the support bundle could not be written",
                why,
                "give a file in a folder that can be written")),
        cause);
  }
}
