package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.Device.Pair;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.ProcessNames;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What samples and facts both read, in their terms. */
final class Readings {
  private static final int GPU_SENSOR = 0;
  private static final int ECC_SINCE_BOOT = 0;
  private static final long NOT_AVAILABLE = -1;
  private static final List<String> CODECS = List.of("h264", "hevc", "av1");

  private Readings() {}

  static List<EngineLoad> engines(Device device) {
    Reading<Pair> shared =
        device.struct(
            "nvmlDeviceGetUtilizationRates",
            Structs.UTILIZATION,
            out ->
                new Pair(
                    Structs.unsigned(out, Structs.UTILIZATION, "gpu"),
                    Structs.unsigned(out, Structs.UTILIZATION, "memory")));
    return List.of(
        load(Engine.GRAPHICS, shared.map(Pair::first)),
        load(Engine.MEMORY, shared.map(Pair::second)),
        load(Engine.ENCODER, first(device, "nvmlDeviceGetEncoderUtilization")),
        load(Engine.DECODER, first(device, "nvmlDeviceGetDecoderUtilization")),
        load(Engine.JPEG, first(device, "nvmlDeviceGetJpgUtilization")),
        load(Engine.OPTICAL_FLOW, first(device, "nvmlDeviceGetOfaUtilization")));
  }

  static Reading<List<EncoderSession>> sessions(Device device, ProcessNames names) {
    return device.list("nvmlDeviceGetEncoderSessions", Structs.SESSION, out -> session(out, names));
  }

  private static EncoderSession session(MemorySegment out, ProcessNames names) {
    long pid = Structs.unsigned(out, Structs.SESSION, "pid");
    int codec = Structs.number(out, Structs.SESSION, "codecType");
    return new EncoderSession(
        Structs.unsigned(out, Structs.SESSION, "sessionId"),
        pid,
        names.name(pid).toOptional(),
        codec >= 0 && codec < CODECS.size() ? CODECS.get(codec) : "codec " + codec,
        Structs.number(out, Structs.SESSION, "hResolution"),
        Structs.number(out, Structs.SESSION, "vResolution"),
        Structs.number(out, Structs.SESSION, "averageFps"),
        Duration.ofNanos(1000 * Structs.unsigned(out, Structs.SESSION, "averageLatency")));
  }

  /**
   * Those that compute and those that draw; ffmpeg is among the former, also when it only encodes.
   */
  static Reading<List<GpuProcess>> processes(Device device, ProcessNames names) {
    Reading<List<Held>> compute = held(device, "nvmlDeviceGetComputeRunningProcesses_v3");
    Reading<List<Held>> graphics = held(device, "nvmlDeviceGetGraphicsRunningProcesses_v3");
    if (compute instanceof Absent<List<Held>>(Why why, String source, String text)
        && graphics.toOptional().isEmpty()) {
      return Reading.absent(why, source, text);
    }
    Map<Long, Held> byPid = new LinkedHashMap<>();
    compute.toOptional().ifPresent(all -> all.forEach(held -> byPid.put(held.pid, held)));
    graphics.toOptional().ifPresent(all -> all.forEach(held -> byPid.putIfAbsent(held.pid, held)));
    Reading<Map<Long, List<EngineLoad>>> loads = processLoads(device);
    List<GpuProcess> processes = new ArrayList<>();
    for (Held held : byPid.values()) {
      processes.add(
          new GpuProcess(
              held.pid,
              names.name(held.pid),
              held.memory,
              loads.map(all -> all.getOrDefault(held.pid, List.of()))));
    }
    return Reading.of(List.copyOf(processes), compute.source());
  }

  private record Held(long pid, Reading<Long> memory) {}

  private static Reading<List<Held>> held(Device device, String function) {
    return device.list(
        function,
        Structs.PROCESS,
        out -> {
          long bytes = Structs.wide(out, Structs.PROCESS, "usedGpuMemory");
          return new Held(
              Structs.unsigned(out, Structs.PROCESS, "pid"),
              bytes == NOT_AVAILABLE
                  ? Reading.absent(Why.UNSUPPORTED, function, "not available")
                  : Reading.of(bytes, function));
        });
  }

  private record Load(long pid, long time, List<EngineLoad> engines) {}

  /** The latest of each process; NVML keeps those of the last seconds. */
  private static Reading<Map<Long, List<EngineLoad>>> processLoads(Device device) {
    String function = "nvmlDeviceGetProcessUtilization";
    Reading<List<Load>> all =
        device.listSince(function, Structs.PROCESS_LOAD, out -> processLoad(out, function), 0);
    return all.map(Readings::latest);
  }

  private static Map<Long, List<EngineLoad>> latest(List<Load> loads) {
    Map<Long, Load> latest = new LinkedHashMap<>();
    for (Load load : loads) {
      latest.merge(load.pid, load, (a, b) -> a.time > b.time ? a : b);
    }
    Map<Long, List<EngineLoad>> engines = new LinkedHashMap<>();
    latest.forEach((pid, load) -> engines.put(pid, load.engines));
    return engines;
  }

  private static Load processLoad(MemorySegment out, String source) {
    return new Load(
        Structs.unsigned(out, Structs.PROCESS_LOAD, "pid"),
        Structs.wide(out, Structs.PROCESS_LOAD, "timeStamp"),
        List.of(
            processLoad(Engine.GRAPHICS, out, "smUtil", source),
            processLoad(Engine.MEMORY, out, "memUtil", source),
            processLoad(Engine.ENCODER, out, "encUtil", source),
            processLoad(Engine.DECODER, out, "decUtil", source)));
  }

  private static EngineLoad processLoad(
      Engine engine, MemorySegment out, String field, String source) {
    int percent = Structs.number(out, Structs.PROCESS_LOAD, field);
    return new EngineLoad(engine, Reading.of(Math.clamp(percent, 0, 100), source));
  }

  static Reading<Integer> temperature(Device device) {
    Reading<Integer> reading =
        device.struct(
            "nvmlDeviceGetTemperatureV",
            Structs.TEMPERATURE,
            out -> Structs.number(out, Structs.TEMPERATURE, "temperature"),
            Structs.version(Structs.TEMPERATURE, 1),
            GPU_SENSOR);
    return isUnknown(reading) ? device.small("nvmlDeviceGetTemperature", GPU_SENSOR) : reading;
  }

  static Reading<Integer> margin(Device device) {
    return device.struct(
        "nvmlDeviceGetMarginTemperature",
        Structs.MARGIN,
        out -> Structs.number(out, Structs.MARGIN, "marginTemperature"),
        Structs.version(Structs.MARGIN, 1));
  }

  static Reading<List<ClockReason>> reasons(Device device) {
    Reading<Long> mask = device.wide("nvmlDeviceGetCurrentClocksEventReasons");
    if (isUnknown(mask)) {
      // Its name before driver 535.
      mask = device.wide("nvmlDeviceGetCurrentClocksThrottleReasons");
    }
    return mask.map(ClockReason::of);
  }

  static Reading<String> performanceState(Device device) {
    String function = "nvmlDeviceGetPerformanceState";
    return switch (device.small(function)) {
      case Present<Integer>(Integer state, String source) ->
          state < 16
              ? Reading.of("P" + state, source)
              : Reading.absent(Why.UNSUPPORTED, source, "unknown");
      case Absent<Integer>(Why why, String source, String text) ->
          Reading.absent(why, source, text);
    };
  }

  /** Errors of all its memories since the driver was loaded. */
  static Reading<Long> eccErrors(Device device, boolean corrected) {
    return device.wide("nvmlDeviceGetTotalEccErrors", corrected ? 0 : 1, ECC_SINCE_BOOT);
  }

  /**
   * Where it is and what.
   *
   * @param address as the kernel writes it, such as {@code 0000:21:00.0}
   * @param ids vendor and device
   * @param subsystem the same of the board
   */
  record Pci(String address, String ids, String subsystem) {}

  static Reading<Pci> pci(Device device) {
    return device.struct("nvmlDeviceGetPciInfo_v3", Structs.PCI_INFO, Readings::pci);
  }

  private static Pci pci(MemorySegment out) {
    return new Pci(
        String.format(
            Locale.ROOT,
            "%04x:%02x:%02x.0",
            Structs.unsigned(out, Structs.PCI_INFO, "domain"),
            Structs.unsigned(out, Structs.PCI_INFO, "bus"),
            Structs.unsigned(out, Structs.PCI_INFO, "device")),
        ids(Structs.number(out, Structs.PCI_INFO, "pciDeviceId")),
        ids(Structs.number(out, Structs.PCI_INFO, "pciSubSystemId")));
  }

  /** Vendor and device, as {@code lspci -n} prints them. */
  private static String ids(int word) {
    return String.format(Locale.ROOT, "%04x:%04x", word & 0xffff, word >>> 16);
  }

  static Reading<Long> first(Device device, String function) {
    return device.pair(function).map(Pair::first);
  }

  private static EngineLoad load(Engine engine, Reading<Long> percent) {
    return new EngineLoad(engine, percent.map(value -> (int) Math.clamp(value, 0L, 100L)));
  }

  /** Whether the function is one this driver does not have, so that an older one may be there. */
  private static boolean isUnknown(Reading<?> reading) {
    return reading instanceof Absent<?>(Why why, String _, String _)
        && (why == Why.MISSING || why == Why.UNSUPPORTED);
  }
}
