package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own can show: signals, and which classes start-up loads. */
class ProcessTest {
  /** A command that cleans up when it is asked to stop, or does not. */
  static final class Busy {
    public static void main(String[] args) throws InterruptedException {
      Terminal terminal = Terminal.ofProcess();
      Interrupt interrupt = Interrupt.install(terminal, Duration.ofMillis(Long.parseLong(args[1])));
      terminal.out().println("ready");
      while (!interrupt.cancellation().isCancelled() || args[0].equals("stubborn")) {
        Thread.sleep(10);
      }
      terminal.out().println("cleaned up");
      interrupt.finished();
      System.exit(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void signals_waitForTheCleanUp(String signal, int exit) throws Exception {
    Process process = java(Busy.class, "willing", "60000");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      send(signal, process);
      assertThat(out.readLine()).isEqualTo("cleaned up");
      assertThat(ended(process)).isEqualTo(exit);
    }
  }

  @Test
  void aSecondInterrupt_endsAtOnce() throws Exception {
    Process process = java(Busy.class, "stubborn", "60000");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      send("INT", process);
      // The first one takes a moment to arrive; later ones do no harm.
      while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        send("INT", process);
      }
      assertThat(ended(process)).isEqualTo(130);
    }
  }

  @Test
  void theWait_isBounded() throws Exception {
    Process process = java(Busy.class, "stubborn", "50");
    try (BufferedReader out = process.inputReader();
        BufferedReader err = process.errorReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      send("TERM", process);
      assertThat(ended(process)).isEqualTo(143);
      assertThat(err.lines()).anyMatch(line -> line.contains("gave up waiting"));
    }
  }

  @Test
  void version_loadsNeitherJacksonNorCommandsNorTheEngine() throws Exception {
    Process process = java(Penstock.class, "--version");
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      assertThat(lines).contains("penstock " + Version.current());
      assertThat(lines)
          .noneMatch(line ->
              line.contains("tools.jackson")
                  || line.contains("dev.penstock.engine")
                  || line.contains("picocli.CommandLine "));
    }
    assertThat(ended(process)).isZero();
  }

  private static Process java(Class<?> main, String... words) throws IOException {
    // Where tests run in the background a shell may have made SIGINT ignored, which is inherited.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    if (main == Penstock.class) {
      command.add("-Xlog:class+load:stdout");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).start();
  }

  private static void send(String signal, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  private static int ended(Process process) throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
