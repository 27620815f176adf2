package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.health.Thresholds;
import dev.penstock.hardware.health.VitalsHistory;
import dev.penstock.hardware.health.VitalsHistory.Judged;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.lab.Lab;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TopTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void once_showsEveryGpu_andItsEncodes() {
    Answer answer = top(library(), "--once");
    assertThat(answer.exit()).isZero();
    assertThat(answer.out())
        .contains(
            "NVIDIA 0  healthy  NVIDIA L40S  0000:21:00.0\n",
            "  held back: power cap\n",
            "enc   64 %",
            "memory 6.61 GB of 48.3 GB   61/92 °C   212/350 W   2490 MHz   PCIe 4 x16\n",
            "h264  1920x1080    60 fps    4.1 ms\n",
            "NVIDIA 1  healthy  NVIDIA L40S  0000:41:00.0\n");
    assertThat(answer.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void json_isOneLine_ofWhatCouldBeRead_andWhatNot() {
    Answer answer = top(library("missing nvmlDeviceGetJpgUtilization"), "--once", "--json");
    assertThat(answer.out().lines()).hasSize(1);
    JsonNode gpu = JsonMapper.shared().readTree(answer.out()).get("gpus").get(0);
    assertThat(gpu.at("/engines/2").toString())
        .isEqualTo("{\"engine\":\"encoder\",\"percent\":64}");
    assertThat(gpu.at("/engines/4").toString()).isEqualTo("{\"engine\":\"jpeg\"}");
    assertThat(gpu.get("power").get("draw").asDouble()).isEqualTo(212);
    assertThat(gpu.get("sessions").get(0).get("latency").asDouble()).isEqualTo(0.0041);
    assertThat(gpu.get("unread").toString())
        .contains(
            "{\"what\":\"engines.jpeg\",\"why\":\"missing\","
                + "\"source\":\"nvmlDeviceGetJpgUtilization\"");
  }

  @Test
  void withoutAGpu_itSaysWhatIsNotThere() {
    Answer answer = top(folder.resolve("none.so"), "--once");
    assertThat(answer.exit()).isEqualTo(ExitCode.UNSUPPORTED.value());
    assertThat(answer.out())
        .contains(
            "No GPU to watch on this machine.",
            "none.so: the dynamic linker cannot load it",
            "no GPU is driven by amdgpu, i915 or xe");
  }

  @Test
  void aLostGpu_isSaidFirst_andInTheExitCode() {
    Answer answer = top(library("1 * !15"), "--once");
    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out())
        .contains("NVIDIA 1  lost  ", "FAILED: nvmlDeviceGetHandleByIndex_v2: GPU is lost (15)");
  }

  @Test
  void aVerdict_isSaidWithItsReason_onTheTerminal_inJson_andForPrometheus() throws IOException {
    Path library = library("1 nvmlDeviceGetTemperatureV 93", "1 nvmlDeviceGetRemappedRows 0 0 1 0");
    assertThat(top(library, "--once").out())
        .contains(
            "NVIDIA 1  suspect  NVIDIA L40S  0000:41:00.0\n"
                + "  93 °C, the limit is 92 °C; bad memory waits for a reset to be put out of use\n");
    JsonNode verdict =
        JsonMapper.shared()
            .readTree(top(library, "--once", "--json").out())
            .get("gpus")
            .get(1)
            .get("verdict");
    assertThat(verdict.get("level").asString()).isEqualTo("suspect");
    assertThat(verdict.get("because").get(1).get("id").asString()).isEqualTo("remap-pending");
    Path file = folder.resolve("gpu.prom");
    top(library, "--once", "--prometheus", file.toString());
    assertThat(Files.readString(file))
        .contains(
            "penstock_gpu_verdict{gpu=\"0\",uuid=\"GPU-5a1e0000-0000-4000-8000-000000000000\"} 0\n",
            "penstock_gpu_verdict{gpu=\"1\",uuid=\"GPU-5a1e0000-0000-4000-8000-000000000001\"} 2\n");
  }

  @Test
  void colours_areOnlyWhereTheyAreWanted_andTakeNoRoom() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(nowhere, nowhere);
    Terminal coloured = new Terminal(nowhere, nowhere, true, true, true, OptionalInt::empty);
    TopLine line = new TopLine("GPU 0  suspect  x", TopLine.Tone.BAD, 7, 14);
    assertThat(line.painted(plain)).isEqualTo("GPU 0  suspect  x");
    assertThat(line.painted(coloured)).isEqualTo("GPU 0  " + coloured.red("suspect") + "  x");
    assertThat(line.cut(9).painted(coloured)).isEqualTo("GPU 0  " + coloured.red("su"));
    assertThat(line.cut(3).text()).isEqualTo("GPU");
    assertThat(line.cut(3).painted(coloured)).startsWith("GPU");
  }

  @Test
  void prometheus_replacesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("gpu.prom"), "old");
    Answer answer = top(library(), "--once", "--prometheus", file.toString());
    assertThat(answer.out()).isEmpty();
    assertThat(Files.readString(file))
        .contains(
            "DCGM_FI_DEV_ENC_UTIL{gpu=\"0\",UUID=\"GPU-5a1e0000-0000-4000-8000-000000000000\","
                + "pci_bus_id=\"0000:21:00.0\",device=\"nvidia0\",modelName=\"NVIDIA L40S\"} 64\n",
            "penstock_gpu_encoder_sessions{gpu=\"0\","
                + "uuid=\"GPU-5a1e0000-0000-4000-8000-000000000000\",codec=\"av1\"} 1\n",
            "penstock_gpu_throttled{gpu=\"0\","
                + "uuid=\"GPU-5a1e0000-0000-4000-8000-000000000000\",reason=\"power_cap\"} 1\n");
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".gpu.prom"));
    }
  }

  @Test
  void everyMetric_isDocumented() throws IOException {
    Path file = folder.resolve("gpu.prom");
    top(library(), "--once", "--prometheus", file.toString());
    String page = Files.readString(Path.of("../docs/telemetry.md"));
    assertThat(
            Files.readString(file)
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2]))
        .isNotEmpty()
        .allMatch(name -> page.contains("`" + name + "`"), "is documented");
  }

  @Test
  void everyJsonProperty_isDocumented() throws IOException {
    String json =
        top(library("0 nvmlDeviceGetFieldValues/82 50", "1 * !16"), "--once", "--json").out();
    String page = Files.readString(Path.of("../docs/json.md"));
    assertThat(Pattern.compile("\"(\\w+)\" ?:").matcher(json).results())
        .isNotEmpty()
        .allMatch(match -> page.contains("`" + match.group(1) + "`"), "is documented");
  }

  @Test
  void aPeriodThatIsTooShort_isRefused() {
    Answer answer = Cli.run("top", "--once", "--interval", "1ms");
    assertThat(answer.exit()).isEqualTo(ExitCode.USAGE.value());
    assertThat(answer.err()).contains("--interval");
  }

  @Test
  void theScreen_fits_however_small() {
    try (NvmlSource source = source(library())) {
      TopHistory history = new TopHistory();
      Judged judged = null;
      for (int i = 0; i < 50; i++) {
        Snapshot snapshot = new Snapshot(Instant.EPOCH, List.of(source.read(Instant.EPOCH)));
        history.add(snapshot);
        judged = new VitalsHistory(Thresholds.standard()).add(snapshot);
      }
      List<String> usual = screen(judged, history, 80, 23);
      assertThat(usual).hasSizeLessThanOrEqualTo(23).allMatch(line -> line.length() <= 80);
      assertThat(usual.getFirst()).startsWith("penstock top").endsWith("q quits");
      assertThat(String.join("\n", usual)).contains("▆", "█", "h264", "av1");
      for (int rows = 2; rows < 23; rows++) {
        assertThat(screen(judged, history, 40, rows))
            .hasSizeLessThanOrEqualTo(rows)
            .allMatch(line -> line.length() <= 40);
      }
    }
  }

  private static List<String> screen(Judged judged, TopHistory history, int columns, int rows) {
    return TopText.screen(judged, history, columns, rows).stream().map(TopLine::text).toList();
  }

  private Path library(String... more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    return Lab.nvml(
        folder.resolve("lab"), Lab.text("l40s.scenario") + String.join("\n", more) + "\n");
  }

  private NvmlSource source(Path library) {
    return new NvmlSource(library.toString(), folder, InstantSource.system(), DEADLINE);
  }

  private Answer top(Path library, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = Terminal.plain(new PrintWriter(out, true), new PrintWriter(err, true));
    List<Source> sources = List.of(source(library), new DrmSource(folder));
    CommandLine line = new CommandLine(new TopCommand(terminal, new Cancellation(), () -> sources));
    Values.register(line);
    int exit = line.execute(words);
    terminal.flush();
    return new Answer(List.of(words), exit, out.toString(), err.toString());
  }
}
