package dev.penstock.hardware.telemetry;

import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.Vendor;
import dev.penstock.model.Reading;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A snapshot in Prometheus' text format, version 0.0.4. Names and units are a contract, listed in
 * {@code docs/telemetry.md}: {@code penstock_gpu_*} for every GPU, and for NVIDIA's those that
 * dcgm-exporter exports by default, with its names, labels and units. What could not be read has no
 * line.
 */
public final class PrometheusText {
  private static final String GAUGE = "gauge";
  private static final String COUNTER = "counter";
  private static final int PERCENT = 100;
  private static final int MEBI = 1024 * 1024;
  private static final double NANOS = 1e9;
  private static final int MILLI = 1000;

  private final StringBuilder text = new StringBuilder();
  private final List<GpuSample> gpus;

  private PrometheusText(List<GpuSample> gpus) {
    this.gpus = gpus;
  }

  /**
   * The whole page.
   *
   * @param verdict of each GPU: 0 healthy, 1 degraded, 2 suspect, 3 lost
   */
  public static String of(Snapshot snapshot, ToIntFunction<GpuSample> verdict) {
    PrometheusText page = new PrometheusText(snapshot.gpus());
    page.own();
    page.verdicts(verdict);
    page.gpus.stream()
        .filter(gpu -> gpu.id().vendor() == Vendor.NVIDIA)
        .findFirst()
        .ifPresent(_ -> page.dcgm());
    page.snapshot(snapshot);
    return page.text.toString();
  }

  private void snapshot(Snapshot snapshot) {
    header("penstock_gpu_sample_timestamp_seconds", GAUGE, "When the GPUs were read, since 1970.");
    long millis = snapshot.at().toEpochMilli();
    line("penstock_gpu_sample_timestamp_seconds", Map.of(), (double) millis / MILLI);
  }

  private void own() {
    info();
    engines();
    sessions();
    own("memory_total_bytes", GAUGE, "Size of the GPU's memory.", gpu -> gpu.memory().total());
    own("memory_used_bytes", GAUGE, "Of the GPU's memory in use.", gpu -> gpu.memory().used());
    own("bar1_total_bytes", GAUGE, "The CPU's window to it.", gpu -> gpu.memory().bar1Total());
    own("bar1_used_bytes", GAUGE, "Of that window in use.", gpu -> gpu.memory().bar1Used());
    own("pcie_generation", GAUGE, "Of the link, now.", gpu -> gpu.bus().generation());
    own("pcie_width", GAUGE, "Lanes of the link, now.", gpu -> gpu.bus().width());
    own("pcie_sent_bytes_per_second", GAUGE, "To the host.", gpu -> gpu.bus().sent());
    own("pcie_received_bytes_per_second", GAUGE, "From the host.", gpu -> gpu.bus().received());
    own("pcie_replays_total", COUNTER, "Packets sent again.", gpu -> gpu.bus().replays());
    own("temperature_celsius", GAUGE, "Of the GPU.", gpu -> gpu.thermal().gpu());
    own("memory_temperature_celsius", GAUGE, "Of its memory.", gpu -> gpu.thermal().memory());
    own(
        "slowdown_temperature_celsius",
        GAUGE,
        "Where the hardware slows itself down.",
        gpu -> gpu.thermal().slowdown());
    own("power_watts", GAUGE, "Drawn now.", gpu -> gpu.power().draw());
    own("power_limit_watts", GAUGE, "The limit that holds.", gpu -> gpu.power().limit());
    own("energy_joules_total", COUNTER, "Used so far.", gpu -> gpu.power().energy());
    own("graphics_clock_mhz", GAUGE, "Of the shaders.", gpu -> gpu.clocks().graphics());
    own("memory_clock_mhz", GAUGE, "Of the memory.", gpu -> gpu.clocks().memory());
    own("video_clock_mhz", GAUGE, "Of the video engines.", gpu -> gpu.clocks().video());
    throttled();
    own(
        "ecc_corrected_total",
        COUNTER,
        "Memory errors that were corrected.",
        gpu -> gpu.health().eccCorrected());
    own(
        "ecc_uncorrected_total",
        COUNTER,
        "Memory errors that were not.",
        gpu -> gpu.health().eccUncorrected());
    own(
        "recovery_action",
        GAUGE,
        "What must be done: 0 nothing, 1 reset, 2 reboot, 3 drain, 4 drain and reset.",
        gpu -> gpu.health().recovery().map(RecoveryAction::number));
    answers();
  }

  private void info() {
    header("penstock_gpu_info", GAUGE, "1; its labels say what the GPU is.");
    for (GpuSample gpu : gpus) {
      Map<String, String> labels = labels(gpu);
      labels.put("name", gpu.id().name().toOptional().orElse(""));
      labels.put("vendor", lower(gpu.id().vendor()));
      labels.put("pci", gpu.id().pci().toOptional().orElse(""));
      line("penstock_gpu_info", labels, 1);
    }
  }

  private void engines() {
    String name = "penstock_gpu_engine_utilization_ratio";
    header(name, GAUGE, "Share of the time an engine was busy, 0 to 1.");
    for (GpuSample gpu : gpus) {
      for (EngineLoad load : gpu.engines()) {
        Map<String, String> labels = labels(gpu);
        labels.put("engine", lower(load.engine()));
        load.percent()
            .toOptional()
            .ifPresent(percent -> line(name, labels, (double) percent / PERCENT));
      }
    }
  }

  private void sessions() {
    sessions(
        "penstock_gpu_encoder_sessions",
        "Encodes that run, by codec.",
        sessions -> sessions.size());
    sessions(
        "penstock_gpu_encoder_sessions_fps",
        "Pictures that they encode in a second, together.",
        sessions -> sessions.stream().mapToInt(EncoderSession::fps).sum());
    sessions(
        "penstock_gpu_encoder_sessions_latency_seconds",
        "The longest of their average latencies.",
        sessions ->
            sessions.stream()
                .map(EncoderSession::latency)
                .max(Duration::compareTo)
                .map(longest -> longest.toNanos() / NANOS)
                .orElse(0.0));
  }

  private void sessions(String name, String help, Function<List<EncoderSession>, Number> value) {
    header(name, GAUGE, help);
    for (GpuSample gpu : gpus) {
      gpu.sessions()
          .toOptional()
          .ifPresent(all -> {
            Map<String, List<EncoderSession>> byCodec = new LinkedHashMap<>();
            for (String codec : List.of("h264", "hevc", "av1")) {
              byCodec.put(codec, new ArrayList<>());
            }
            all.forEach(session ->
                byCodec.computeIfAbsent(session.codec(), _ -> new ArrayList<>()).add(session));
            byCodec.forEach((codec, those) -> {
              Map<String, String> labels = labels(gpu);
              labels.put("codec", codec);
              line(name, labels, value.apply(those).doubleValue());
            });
          });
    }
  }

  private void throttled() {
    String name = "penstock_gpu_throttled";
    header(name, GAUGE, "1 where this reason holds its clocks back, else 0.");
    for (GpuSample gpu : gpus) {
      gpu.health()
          .reasons()
          .toOptional()
          .ifPresent(reasons -> {
            for (ClockReason reason : ClockReason.values()) {
              if (reason.isThrottle()) {
                Map<String, String> labels = labels(gpu);
                labels.put("reason", lower(reason));
                line(name, labels, reasons.contains(reason) ? 1 : 0);
              }
            }
          });
    }
  }

  private void answers() {
    header("penstock_gpu_up", GAUGE, "1 where the GPU answers and is not lost, else 0.");
    for (GpuSample gpu : gpus) {
      line("penstock_gpu_up", labels(gpu), gpu.isUp() ? 1 : 0);
    }
  }

  private void verdicts(ToIntFunction<GpuSample> verdict) {
    header("penstock_gpu_verdict", GAUGE, "0 healthy, 1 degraded, 2 suspect, 3 lost.");
    for (GpuSample gpu : gpus) {
      line("penstock_gpu_verdict", labels(gpu), verdict.applyAsInt(gpu));
    }
  }

  /** The default ones of dcgm-exporter that NVML knows. */
  private void dcgm() {
    dcgm("SM_CLOCK", GAUGE, "SM clock frequency (in MHz).", gpu -> gpu.clocks().sm());
    dcgm("MEM_CLOCK", GAUGE, "Memory clock frequency (in MHz).", gpu -> gpu.clocks().memory());
    dcgm("MEMORY_TEMP", GAUGE, "Memory temperature (in C).", gpu -> gpu.thermal().memory());
    dcgm("GPU_TEMP", GAUGE, "GPU temperature (in C).", gpu -> gpu.thermal().gpu());
    dcgm("POWER_USAGE", GAUGE, "Power draw (in W).", gpu -> gpu.power().draw());
    dcgm(
        "TOTAL_ENERGY_CONSUMPTION",
        COUNTER,
        "Total energy consumption since boot (in mJ).",
        gpu -> gpu.power().energy().map(joules -> MILLI * joules));
    dcgm("PCIE_REPLAY_COUNTER", COUNTER, "Total number of PCIe retries.", g -> g.bus().replays());
    dcgm("GPU_UTIL", GAUGE, "GPU utilization (in %).", gpu -> gpu.load(Engine.GRAPHICS));
    dcgm("MEM_COPY_UTIL", GAUGE, "Memory utilization (in %).", gpu -> gpu.load(Engine.MEMORY));
    dcgm("ENC_UTIL", GAUGE, "Encoder utilization (in %).", gpu -> gpu.load(Engine.ENCODER));
    dcgm("DEC_UTIL", GAUGE, "Decoder utilization (in %).", gpu -> gpu.load(Engine.DECODER));
    dcgm("FB_FREE", GAUGE, "Framebuffer memory free (in MiB).", gpu -> mebi(gpu.memory().free()));
    dcgm("FB_USED", GAUGE, "Framebuffer memory used (in MiB).", gpu -> mebi(gpu.memory().used()));
  }

  private static Reading<Long> mebi(Reading<Long> bytes) {
    return bytes.map(value -> value / MEBI);
  }

  private void own(
      String name, String type, String help, Function<GpuSample, Reading<? extends Number>> value) {
    header("penstock_gpu_" + name, type, help);
    for (GpuSample gpu : gpus) {
      value
          .apply(gpu)
          .toOptional()
          .ifPresent(number -> line("penstock_gpu_" + name, labels(gpu), number.doubleValue()));
    }
  }

  private void dcgm(
      String name, String type, String help, Function<GpuSample, Reading<? extends Number>> value) {
    header("DCGM_FI_DEV_" + name, type, help);
    for (GpuSample gpu : gpus) {
      if (gpu.id().vendor() == Vendor.NVIDIA) {
        Map<String, String> labels = labels(gpu);
        labels.put("UUID", gpu.id().uuid().toOptional().orElse(""));
        labels.put("pci_bus_id", gpu.id().pci().toOptional().orElse("").toUpperCase(Locale.ROOT));
        labels.put("device", "nvidia" + gpu.id().index());
        labels.put("modelName", gpu.id().name().toOptional().orElse(""));
        labels.remove("uuid");
        value
            .apply(gpu)
            .toOptional()
            .ifPresent(number -> line("DCGM_FI_DEV_" + name, labels, number.doubleValue()));
      }
    }
  }

  private static Map<String, String> labels(GpuSample gpu) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("gpu", Integer.toString(gpu.id().index()));
    labels.put("uuid", gpu.id().key());
    return labels;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void header(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, Map<String, String> labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      List<String> parts = new ArrayList<>();
      labels.forEach((label, of) -> parts.add(label + "=\"" + escaped(of) + "\""));
      text.append('{').append(String.join(",", parts)).append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
