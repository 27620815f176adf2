package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.health.EventStore;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.LogClock;
import dev.penstock.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Faults of a machine that is made of a log, a library that plays NVML, and a file. */
class FaultsTest {
  private static final Instant BOOT = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant NOW = BOOT.plus(Duration.ofHours(1));

  @TempDir Path folder;

  private Instant boot = BOOT;
  private Instant now = NOW;

  private static String xid(String device, int code, int second) {
    return "3,%d,%d,-;NVRM: Xid (PCI:%s): %d, pid=5, name=ffmpeg, Ch 1%n"
        .formatted(second, second * 1_000_000L, device, code);
  }

  private void log(String... records) throws IOException {
    Files.writeString(
        folder.resolve("kmsg"), "6,1,1,-;Linux version 6.12\n" + String.join("", records));
  }

  @Test
  void aPipe_isALogToo() throws Exception {
    log(xid("0000:3b:00", 79, 10));
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat " + folder.resolve("kmsg") + " > " + pipe).start();

    Answer answer = Cli.run("faults", "--log", pipe);

    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out()).contains("Xid 79");
    assertThat(writer.waitFor()).isZero();
  }

  private Answer faults(String... words) {
    return faults(Map.of("PENSTOCK_NVML", folder.resolve("none.so").toString()), words);
  }

  /** With two L40S, with lines after theirs. */
  private Answer withGpus(List<String> lines, String... words) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Path library =
        Lab.nvml(
            folder.resolve("lab"), Lab.text("l40s.scenario") + String.join("\n", lines) + "\n");
    return faults(Map.of("PENSTOCK_NVML", library.toString()), words);
  }

  private Answer faults(Map<String, String> environment, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = Terminal.plain(new PrintWriter(out, true), new PrintWriter(err, true));
    ThisMachine machine = machine(environment);
    CommandLine line =
        new CommandLine(new FaultsCommand(terminal, new Cancellation(), () -> machine));
    Values.register(line);
    int exit = line.execute(words);
    terminal.flush();
    return new Answer(List.of(words), exit, out.toString(), err.toString());
  }

  private ThisMachine machine(Map<String, String> environment) {
    return new ThisMachine(
        new KernelSource.Places(folder.resolve("kmsg"), List.of("none"), List.of()),
        () -> new LogClock(now, Optional.of(boot), ZoneOffset.UTC),
        new Children(environment),
        folder,
        Optional.of(file()));
  }

  private Path file() {
    return folder.resolve("state/faults.db");
  }

  @Test
  void aGpuThatAnswers_isHealthy_whenNothingWasSaidOfIt() throws IOException {
    log();
    Answer answer = withGpus(List.of()).succeeds();
    assertThat(answer.out())
        .isEqualTo(
            """
            Read from %s

            0000:21:00.0 GPU-5a1e0000-0000-4000-8000-000000000000 NVIDIA L40S: healthy

            0000:41:00.0 GPU-5a1e0000-0000-4000-8000-000000000001 NVIDIA L40S: healthy
            """
                .formatted(folder.resolve("kmsg")));
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void logAndSample_areJudgedTogether() throws IOException {
    log(xid("0000:21:00", 79, 60));
    Answer answer = withGpus(List.of("1 nvmlDeviceGetTemperatureV 93"));
    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out())
        .contains(
            "0000:21:00.0 GPU-5a1e0000-0000-4000-8000-000000000000 NVIDIA L40S: lost\n"
                + "  because   Xid 79: GPU has fallen off the bus\n",
            "0000:41:00.0 GPU-5a1e0000-0000-4000-8000-000000000001 NVIDIA L40S: suspect\n"
                + "  because   93 °C, the limit is 92 °C\n");
  }

  @Test
  void aGpuThatIsLost_isSaidToBe_withoutAWordInTheLog() throws IOException {
    log();
    Answer answer = withGpus(List.of("1 nvmlDeviceGetMemoryInfo_v2 !15"));
    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out())
        .contains("NVIDIA L40S: lost\n  because   it does not answer on the bus\n");
  }

  @Test
  void aDriverThatHangs_costsSeconds_andIsSuspect() throws IOException {
    log();
    Answer answer = withGpus(List.of("1 nvmlDeviceGetDecoderUtilization hang"));
    assertThat(answer.out())
        .contains(
            "0000:21:00.0", "L40S: healthy", "suspect\n  because   its driver does not answer");
  }

  @Test
  void theSameLine_isCountedOnce_howeverOftenItIsRead() throws IOException {
    log(xid("0000:21:00", 31, 60), xid("0000:21:00", 31, 62));
    String first = faults().out();
    assertThat(first).contains("Xid 31: MMU fault: GPU memory page fault, ffmpeg pid 5, 2 times\n");
    assertThat(faults().out()).isEqualTo(first);
    log(xid("0000:21:00", 31, 60), xid("0000:21:00", 31, 62), xid("0000:21:00", 31, 64));
    assertThat(faults().out()).contains(", 3 times\n");
  }

  @Test
  void whatTheLogForgot_isStillKnown_andCounts() throws IOException {
    log(xid("0000:21:00", 79, 60));
    faults();
    boot = BOOT.plus(Duration.ofDays(2));
    now = boot.plus(Duration.ofHours(1));
    log();
    Answer quiet = faults().succeeds();
    assertThat(quiet.out())
        .contains("It holds nothing against any device.\n", "\n1 earlier: penstock faults --since");
    assertThat(faults("--since", "3d").succeeds().out())
        .contains("0000:21:00.0: healthy\n", "2026-11-20T00:01:00Z", "Xid 79")
        .doesNotContain("earlier");
  }

  @Test
  void twiceOffTheBus_isHardware_alsoAcrossAStart() throws IOException {
    log(xid("0000:21:00", 79, 60));
    faults();
    boot = BOOT.plus(Duration.ofDays(2));
    now = boot.plus(Duration.ofHours(1));
    log(xid("0000:21:00", 79, 60));
    faults();
    boot = boot.plus(Duration.ofDays(1));
    now = boot.plus(Duration.ofHours(1));
    log();
    Answer answer = faults();
    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out())
        .contains("0000:21:00.0: suspect\n  because   2 times: it will do so again");
  }

  @Test
  void whatIsOld_isForgotten() throws IOException {
    log(xid("0000:21:00", 31, 60));
    faults();
    boot = BOOT.plus(Duration.ofDays(31));
    now = boot.plus(Duration.ofHours(1));
    log();
    assertThat(faults("--since", "8w").out()).contains("It holds nothing");
    try (EventStore store = EventStore.open(file())) {
      assertThat(store.since(Instant.EPOCH)).isEmpty();
    }
  }

  @Test
  void whatIsWatched_isKept() throws IOException {
    log(xid("0000:21:00", 31, 60), xid("0000:21:00", 79, 62));
    Cancellation cancellation = new Cancellation();
    StringWriter out = new StringWriter();
    PrintWriter untilBoth =
        new PrintWriter(out) {
          @Override
          public void flush() {
            if (out.toString().contains("Xid 79")) {
              cancellation.cancel();
            }
          }
        };
    Terminal terminal = Terminal.plain(untilBoth, new PrintWriter(new StringWriter()));
    ThisMachine machine = machine(Map.of("PENSTOCK_NVML", folder.resolve("none.so").toString()));
    CommandLine line = new CommandLine(new FaultsCommand(terminal, cancellation, () -> machine));
    Values.register(line);
    assertThat(line.execute("--watch")).isEqualTo(ExitCode.INTERRUPTED.value());
    assertThat(out.toString().lines()).hasSize(2);
    try (EventStore store = EventStore.open(file())) {
      assertThat(store.since(Instant.EPOCH))
          .extracting(kept -> kept.event().code())
          .containsExactly("xid 31", "xid 79");
    }
    assertThat(faults().out()).contains("0000:21:00.0: lost\n").doesNotContain(" times");
  }

  @Test
  void withoutAStore_itGoesOn() throws IOException {
    log(xid("0000:21:00", 79, 60));
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "no database".repeat(100));
    Answer answer = faults();
    assertThat(answer.err()).containsOnlyOnce("penstock: faults are not kept: " + file());
    assertThat(answer.out()).contains("0000:21:00.0: lost\n");
  }

  @Test
  void whatIsExplained_getsTheUuidOfItsAddress_unlessItIsOfAnotherMachine() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Path library = Lab.nvml(folder.resolve("lab"), Lab.text("l40s.scenario"));
    Files.createDirectories(folder.resolve("proc/driver/nvidia"));
    String uuid = "GPU-5a1e0000-0000-4000-8000-000000000000";
    assertThat(explained(library)).contains(uuid);
    assertThat(explained(library, "--no-checks")).contains("0000:21:00.0").doesNotContain(uuid);
  }

  private String explained(Path library, String... options) {
    StringWriter out = new StringWriter();
    Terminal terminal = Terminal.plain(new PrintWriter(out, true), new PrintWriter(out, true));
    CommandLine line =
        new CommandLine(
            new ExplainCommand(
                terminal,
                () -> InputStream.nullInputStream(),
                () -> machine(Map.of("PENSTOCK_NVML", library.toString()))));
    List<String> words = new ArrayList<>(List.of(options));
    words.add("NVRM: Xid (PCI:0000:21:00): 43, pid=5, name=ffmpeg, Ch 1");
    assertThat(line.execute(words.toArray(String[]::new))).isZero();
    terminal.flush();
    return out.toString();
  }

  @Test
  void everyJsonProperty_isDocumented() throws IOException {
    log(xid("0000:21:00", 79, 60));
    String json = withGpus(List.of("1 nvmlDeviceGetTemperatureV 93"), "--json").out();
    JsonNode device = JsonMapper.shared().readTree(json).get("devices").get(1);
    assertThat(device.get("name").asString()).isEqualTo("NVIDIA L40S");
    assertThat(device.get("level").asString()).isEqualTo("suspect");
    String page = Files.readString(Path.of("../docs/json.md"));
    assertThat(Pattern.compile("\"(\\w+)\" ?:").matcher(json).results())
        .isNotEmpty()
        .allMatch(match -> page.contains("`" + match.group(1) + "`"), "is documented");
  }

  @Test
  void mistakes_areToldSo() {
    Cli.run("faults", "--since", "3d", "--watch").refuses("does not go with --watch");
    Cli.run("faults", "--since", "yesterday").refuses("--since");
  }
}
