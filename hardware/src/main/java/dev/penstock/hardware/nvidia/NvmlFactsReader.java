package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.Device.Fields;
import dev.penstock.hardware.nvidia.Device.Pair;
import dev.penstock.hardware.nvidia.NvmlFacts.Bar1;
import dev.penstock.hardware.nvidia.NvmlFacts.Clocks;
import dev.penstock.hardware.nvidia.NvmlFacts.Ecc;
import dev.penstock.hardware.nvidia.NvmlFacts.Gpu;
import dev.penstock.hardware.nvidia.NvmlFacts.Identity;
import dev.penstock.hardware.nvidia.NvmlFacts.License;
import dev.penstock.hardware.nvidia.NvmlFacts.Modes;
import dev.penstock.hardware.nvidia.NvmlFacts.NvmlSystem;
import dev.penstock.hardware.nvidia.NvmlFacts.Pcie;
import dev.penstock.hardware.nvidia.NvmlFacts.Power;
import dev.penstock.hardware.nvidia.NvmlFacts.RemappedRows;
import dev.penstock.hardware.nvidia.NvmlFacts.RetiredPages;
import dev.penstock.hardware.nvidia.NvmlFacts.RowHistogram;
import dev.penstock.hardware.nvidia.NvmlFacts.Thermal;
import dev.penstock.hardware.nvidia.NvmlFacts.Vram;
import dev.penstock.hardware.telemetry.ProcessNames;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Reading;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Reads {@link NvmlFacts}: which function answers what. */
final class NvmlFactsReader {
  private static final List<String> ARCHITECTURES =
      List.of(
          "kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada", "hopper", "blackwell");
  private static final int FIRST_ARCHITECTURE = 2;
  private static final int RUBIN = 13;
  private static final List<String> BRANDS =
      List.of(
          "unknown",
          "quadro",
          "tesla",
          "nvs",
          "grid",
          "geforce",
          "titan",
          "nvidia_vapps",
          "nvidia_vpc",
          "nvidia_vcs",
          "nvidia_vws",
          "nvidia_cloud_gaming",
          "quadro_rtx",
          "nvidia_rtx",
          "nvidia",
          "geforce_rtx",
          "titan_rtx");
  private static final List<String> POWER_SOURCES = List.of("ac", "battery", "undersized");
  private static final List<String> COMPUTE_MODES =
      List.of("default", "exclusive_thread", "prohibited", "exclusive_process");
  private static final List<String> VIRTUALIZATION_MODES =
      List.of("none", "passthrough", "vgpu", "host_vgpu", "host_vsga");

  private static final int MEMORY_TEMPERATURE = 82;
  private static final int POWER_INSTANT = 186;
  private static final int SHUTDOWN_MARGIN = 193;
  private static final int SLOWDOWN_MARGIN = 194;
  private static final int RECOVERY = 230;

  private NvmlFactsReader() {}

  static NvmlFacts read(String library, Path root, InstantSource clock, Duration deadline) {
    ProcessNames names = new ProcessNames(root);
    try (Session session = Session.open(library, clock, deadline)) {
      // In two steps, so that a GPU that hangs in the second one has a name.
      List<Identity> identities = session.ask(NvmlFactsReader::identity, deadline);
      List<Gpu> states = session.ask(device -> state(device, names), deadline);
      List<Gpu> gpus = new ArrayList<>();
      for (int index = 0; index < states.size(); index++) {
        gpus.add(named(index, identities.get(index), states.get(index)));
      }
      return new NvmlFacts(system(session.opening()), gpus);
    }
  }

  private static NvmlSystem system(Session.Opening opening) {
    return new NvmlSystem(
        opening.library(),
        opening.init(),
        opening.driver(),
        opening.nvml(),
        opening.cuda(),
        opening.count());
  }

  private static Gpu named(int index, Identity identity, Gpu state) {
    return new Gpu(
        index,
        identity,
        state.pcie(),
        state.memory(),
        state.bar1(),
        state.engines(),
        state.sessions(),
        state.processes(),
        state.thermal(),
        state.power(),
        state.clocks(),
        state.reasons(),
        state.ecc(),
        state.retiredPages(),
        state.remappedRows(),
        state.rowHistogram(),
        state.modes(),
        state.recovery(),
        state.inforomValid(),
        state.fault());
  }

  private static Identity identity(Device device) {
    Reading<Readings.Pci> pci = Readings.pci(device);
    return new Identity(
        device.text("nvmlDeviceGetName", 96),
        named(device.small("nvmlDeviceGetBrand"), BRANDS),
        device.text("nvmlDeviceGetUUID", 96),
        device.text("nvmlDeviceGetSerial", 30),
        pci.map(Readings.Pci::address),
        pci.map(Readings.Pci::ids),
        pci.map(Readings.Pci::subsystem),
        device.small("nvmlDeviceGetMinorNumber"),
        device.text("nvmlDeviceGetVbiosVersion", 32),
        device.text("nvmlDeviceGetInforomImageVersion", 16),
        device.small("nvmlDeviceGetArchitecture").map(NvmlFactsReader::architecture),
        device.small("nvmlDeviceGetNumaNodeId"),
        device.textOfKnownSize("nvmlDeviceGetGspFirmwareVersion", 80),
        firstOf(device, "nvmlDeviceGetGspFirmwareMode"));
  }

  private static String architecture(int number) {
    if (number == RUBIN) {
      return "rubin";
    }
    return name(number - FIRST_ARCHITECTURE, ARCHITECTURES, "architecture " + number);
  }

  private static Gpu state(Device device, ProcessNames names) {
    Fields fields =
        device.fields(
            MEMORY_TEMPERATURE, SHUTDOWN_MARGIN, SLOWDOWN_MARGIN, POWER_INSTANT, RECOVERY);
    return new Gpu(
        0,
        identity(Device.refusing(Reading.Why.NOT_ASKED, "", "")),
        pcie(device),
        vram(device),
        bar1(device),
        Readings.engines(device),
        Readings.sessions(device, names),
        Readings.processes(device, names),
        thermal(device, fields),
        power(device, fields),
        clocks(device),
        Readings.reasons(device),
        ecc(device),
        retiredPages(device),
        remappedRows(device),
        rowHistogram(device),
        modes(device),
        fields.get(RECOVERY).map(RecoveryAction::of),
        device.succeeds("nvmlDeviceValidateInforom"),
        device.fault());
  }

  private static Pcie pcie(Device device) {
    return new Pcie(
        device.small("nvmlDeviceGetCurrPcieLinkGeneration"),
        device.small("nvmlDeviceGetMaxPcieLinkGeneration"),
        device.small("nvmlDeviceGetGpuMaxPcieLinkGeneration"),
        device.small("nvmlDeviceGetCurrPcieLinkWidth"),
        device.small("nvmlDeviceGetMaxPcieLinkWidth"),
        device.number("nvmlDeviceGetPcieReplayCounter"));
  }

  static Reading<Vram> vram(Device device) {
    return device.struct(
        "nvmlDeviceGetMemoryInfo_v2",
        Structs.MEMORY,
        out ->
            new Vram(
                Structs.wide(out, Structs.MEMORY, "total"),
                Structs.wide(out, Structs.MEMORY, "reserved"),
                Structs.wide(out, Structs.MEMORY, "free"),
                Structs.wide(out, Structs.MEMORY, "used")),
        Structs.version(Structs.MEMORY, 2));
  }

  static Reading<Bar1> bar1(Device device) {
    return device.struct(
        "nvmlDeviceGetBAR1MemoryInfo",
        Structs.BAR1,
        out ->
            new Bar1(
                Structs.wide(out, Structs.BAR1, "bar1Total"),
                Structs.wide(out, Structs.BAR1, "bar1Free"),
                Structs.wide(out, Structs.BAR1, "bar1Used")));
  }

  private static Thermal thermal(Device device, Fields fields) {
    return new Thermal(
        Readings.temperature(device),
        fields.get(MEMORY_TEMPERATURE).map(Long::intValue),
        Readings.margin(device),
        device.small("nvmlDeviceGetTemperatureThreshold", 0),
        device.small("nvmlDeviceGetTemperatureThreshold", 1),
        device.small("nvmlDeviceGetTemperatureThreshold", 2),
        device.small("nvmlDeviceGetTemperatureThreshold", 3),
        fields.get(SHUTDOWN_MARGIN).map(Long::intValue),
        fields.get(SLOWDOWN_MARGIN).map(Long::intValue),
        device.small("nvmlDeviceGetFanSpeed_v2", 0));
  }

  private static Power power(Device device, Fields fields) {
    Reading<Pair> limits = device.pair("nvmlDeviceGetPowerManagementLimitConstraints");
    return new Power(
        device.number("nvmlDeviceGetPowerUsage"),
        fields.get(POWER_INSTANT),
        device.number("nvmlDeviceGetEnforcedPowerLimit"),
        device.number("nvmlDeviceGetPowerManagementLimit"),
        device.number("nvmlDeviceGetPowerManagementDefaultLimit"),
        limits.map(Pair::first),
        limits.map(Pair::second),
        device.wide("nvmlDeviceGetTotalEnergyConsumption"),
        named(device.small("nvmlDeviceGetPowerSource"), POWER_SOURCES));
  }

  private static Clocks clocks(Device device) {
    return new Clocks(
        device.small("nvmlDeviceGetClockInfo", 0),
        device.small("nvmlDeviceGetClockInfo", 1),
        device.small("nvmlDeviceGetClockInfo", 2),
        device.small("nvmlDeviceGetClockInfo", 3),
        device.small("nvmlDeviceGetMaxClockInfo", 0),
        device.small("nvmlDeviceGetMaxClockInfo", 1),
        device.small("nvmlDeviceGetMaxClockInfo", 2),
        device.small("nvmlDeviceGetMaxClockInfo", 3),
        Readings.performanceState(device));
  }

  private static Ecc ecc(Device device) {
    Reading<Pair> mode = device.pair("nvmlDeviceGetEccMode");
    return new Ecc(
        mode.map(NvmlFactsReader::isFirst),
        mode.map(NvmlFactsReader::isSecond),
        device.wide("nvmlDeviceGetTotalEccErrors", 0, 0),
        device.wide("nvmlDeviceGetTotalEccErrors", 1, 0),
        device.wide("nvmlDeviceGetTotalEccErrors", 0, 1),
        device.wide("nvmlDeviceGetTotalEccErrors", 1, 1),
        device.struct(
            "nvmlDeviceGetSramEccErrorStatus",
            Structs.SRAM_ECC,
            out -> Structs.number(out, Structs.SRAM_ECC, "bThresholdExceeded") != 0,
            Structs.version(Structs.SRAM_ECC, 1)));
  }

  private static RetiredPages retiredPages(Device device) {
    return new RetiredPages(
        device.retiredPages(0),
        device.retiredPages(1),
        flag(device, "nvmlDeviceGetRetiredPagesPendingStatus"));
  }

  static Reading<RemappedRows> remappedRows(Device device) {
    return device.four("nvmlDeviceGetRemappedRows").map(NvmlFactsReader::remappedRows);
  }

  private static RemappedRows remappedRows(List<Long> four) {
    return new RemappedRows(four.get(0), four.get(1), four.get(2) != 0, four.get(3) != 0);
  }

  private static Reading<RowHistogram> rowHistogram(Device device) {
    return device.struct(
        "nvmlDeviceGetRowRemapperHistogram",
        Structs.ROW_HISTOGRAM,
        out ->
            new RowHistogram(
                Structs.unsigned(out, Structs.ROW_HISTOGRAM, "max"),
                Structs.unsigned(out, Structs.ROW_HISTOGRAM, "high"),
                Structs.unsigned(out, Structs.ROW_HISTOGRAM, "partial"),
                Structs.unsigned(out, Structs.ROW_HISTOGRAM, "low"),
                Structs.unsigned(out, Structs.ROW_HISTOGRAM, "none")));
  }

  private static Modes modes(Device device) {
    Reading<Pair> mig = device.pair("nvmlDeviceGetMigMode");
    return new Modes(
        mig.map(NvmlFactsReader::isFirst),
        mig.map(NvmlFactsReader::isSecond),
        named(device.small("nvmlDeviceGetComputeMode"), COMPUTE_MODES),
        flag(device, "nvmlDeviceGetPersistenceMode"),
        named(device.small("nvmlDeviceGetVirtualizationMode"), VIRTUALIZATION_MODES),
        device.struct(
            "nvmlDeviceGetGridLicensableFeatures_v4",
            Structs.LICENSABLE_FEATURES,
            NvmlFactsReader::licenses));
  }

  private static List<License> licenses(MemorySegment out) {
    int count = Structs.number(out, Structs.LICENSABLE_FEATURES, "licensableFeaturesCount");
    long start = Structs.offset(Structs.LICENSABLE_FEATURES, "gridLicensableFeatures");
    long size = Structs.LICENSABLE_FEATURE.byteSize();
    List<License> licenses = new ArrayList<>();
    for (int i = 0; i < Math.clamp(count, 0, 3); i++) {
      MemorySegment feature = out.asSlice(start + i * size, size);
      licenses.add(
          new License(
              Structs.text(feature, Structs.LICENSABLE_FEATURE, "productName"),
              Structs.number(feature, Structs.LICENSABLE_FEATURE, "featureEnabled") != 0,
              Structs.number(feature, Structs.LICENSABLE_FEATURE, "featureState") != 0));
    }
    return List.copyOf(licenses);
  }

  private static Reading<Boolean> flag(Device device, String function) {
    return device.number(function).map(value -> value != 0);
  }

  private static Reading<Boolean> firstOf(Device device, String function) {
    return device.pair(function).map(NvmlFactsReader::isFirst);
  }

  private static boolean isFirst(Pair pair) {
    return pair.first() != 0;
  }

  private static boolean isSecond(Pair pair) {
    return pair.second() != 0;
  }

  private static Reading<String> named(Reading<Integer> number, List<String> names) {
    return number.map(value -> name(value, names, Integer.toString(value)));
  }

  private static String name(int number, List<String> names, String otherwise) {
    return number >= 0 && number < names.size() ? names.get(number) : otherwise;
  }
}
