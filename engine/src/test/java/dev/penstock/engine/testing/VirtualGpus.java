package dev.penstock.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The oracle's {@code ffmpeg} on a machine of virtual GPUs. Without gcc its tests are skipped. */
public record VirtualGpus(Fleet fleet) {
  private static final Path PROGRAM = Path.of(Oracle.program("ffmpeg")).resolveSibling("lib");

  /** How a run ended, and what it said at level info. */
  public record Ended(int code, String log) {
    public Ended succeeds() {
      assertThat(code).as(log).isZero();
      return this;
    }
  }

  /**
   * @param scenario of the lab
   * @param more lines after it
   */
  public static VirtualGpus of(Path folder, String scenario, String... more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Oracle.ffmpeg(List.of("-version"));
    return new VirtualGpus(
        Fleet.of(folder, Lab.text(scenario + ".scenario") + String.join("\n", more) + "\n"));
  }

  public Ended ffmpeg(String... arguments) {
    return await(start(arguments));
  }

  /** Its messages are to be read, or {@link #await}ed. */
  public Process start(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(PROGRAM.resolve("ffmpeg").toString(), "-v", "info", "-nostats", "-nostdin"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", fleet.folder() + ":" + PROGRAM);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Ended await(Process process) {
    try {
      String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
