package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.Device.Fields;
import dev.penstock.hardware.nvidia.Session.Opening;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.GpuSample.Bus;
import dev.penstock.hardware.telemetry.GpuSample.Clocks;
import dev.penstock.hardware.telemetry.GpuSample.GpuId;
import dev.penstock.hardware.telemetry.GpuSample.Health;
import dev.penstock.hardware.telemetry.GpuSample.Memory;
import dev.penstock.hardware.telemetry.GpuSample.Power;
import dev.penstock.hardware.telemetry.GpuSample.Thermal;
import dev.penstock.hardware.telemetry.GpuSample.Vendor;
import dev.penstock.hardware.telemetry.ProcessNames;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Samples NVIDIA's GPUs. What does not answer within the deadline is HUNG until it does. */
public final class NvmlSource implements Source {
  /** How long a GPU may take. A healthy one takes some 50 ms, most of it to measure its bus. */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  /**
   * How long a costly answer serves. On an H200 the energy takes 4 ms of a core, the bus is watched
   * for 20 ms in each direction; all the rest together takes 2 ms.
   */
  static final Duration COSTLY = Duration.ofSeconds(5);

  private static final int MEMORY_TEMPERATURE = 82;
  private static final int RECOVERY = 230;
  private static final int KILO = 1000;

  private final String library;
  private final InstantSource clock;
  private final Duration deadline;
  private final ProcessNames names;
  private final Map<Integer, GpuId> ids = new TreeMap<>();
  private final Map<Device, Costly> costly = new ConcurrentHashMap<>();
  private @Nullable Session session;

  /**
   * @param library a path, or a name for the dynamic linker
   * @param root the root directory under which {@code proc} is
   */
  public NvmlSource(String library, Path root, InstantSource clock, Duration deadline) {
    this.library = library;
    this.clock = clock;
    this.deadline = deadline;
    names = new ProcessNames(root);
  }

  /** Of this machine. */
  public static NvmlSource ofMachine() {
    return new NvmlSource(NvmlLibrary.wanted(), Path.of("/"), InstantSource.system(), DEADLINE);
  }

  @Override
  public Answer read(Instant now) {
    Session asked = session();
    List<Sampled> sampled = asked.ask(device -> sample(device, now), deadline);
    List<GpuSample> gpus = new ArrayList<>();
    for (int index = 0; index < sampled.size(); index++) {
      gpus.add(sampled.get(index).as(remembered(index, sampled.get(index).id)));
    }
    return new Answer("NVML", state(asked.opening()), gpus);
  }

  /** Opened again as long as there is no driver: it may be loaded later. */
  private Session session() {
    Session open = session;
    if (open != null && !open.mayComeLater()) {
      return open;
    }
    close();
    costly.clear();
    Session opened = Session.open(library, clock, deadline);
    session = opened;
    return opened;
  }

  private static Reading<String> state(Opening opening) {
    return opening.count().toOptional().isEmpty()
        ? opening.count().map(Object::toString)
        : opening.driver().map(version -> "driver " + version);
  }

  /** A GPU that hangs keeps its name. */
  private GpuId remembered(int index, Named read) {
    GpuId fresh = new GpuId(Vendor.NVIDIA, index, read.name, read.uuid, read.pci);
    GpuId known = ids.get(index);
    if (fresh.uuid().toOptional().isPresent() || known == null) {
      ids.put(index, fresh);
      return fresh;
    }
    return known;
  }

  /** What is not asked for each time. */
  private record Costly(
      Instant at,
      Reading<Long> sent,
      Reading<Long> received,
      Reading<Double> energy,
      Reading<Integer> memoryMax,
      Reading<NvmlFacts.RemappedRows> remapped) {
    static Costly of(Device device, Instant now) {
      return new Costly(
          now,
          device.number("nvmlDeviceGetPcieThroughput", 0).map(kilobytes -> KILO * kilobytes),
          device.number("nvmlDeviceGetPcieThroughput", 1).map(kilobytes -> KILO * kilobytes),
          device.wide("nvmlDeviceGetTotalEnergyConsumption").map(NvmlSource::thousandth),
          device.small("nvmlDeviceGetTemperatureThreshold", 2),
          NvmlFactsReader.remappedRows(device));
    }

    Costly orNewer(Device device, Instant now) {
      return Duration.between(at, now).compareTo(COSTLY) < 0 ? this : of(device, now);
    }
  }

  private record Named(Reading<String> name, Reading<String> uuid, Reading<String> pci) {}

  private record Sampled(Named id, GpuSample sample) {
    GpuSample as(GpuId id) {
      return new GpuSample(
          id,
          sample.engines(),
          sample.sessions(),
          sample.processes(),
          sample.memory(),
          sample.bus(),
          sample.thermal(),
          sample.power(),
          sample.clocks(),
          sample.health(),
          sample.fault());
    }
  }

  private Sampled sample(Device device, Instant now) {
    Costly seldom = seldom(device, now);
    Named named =
        new Named(
            device.text("nvmlDeviceGetName", 96),
            device.text("nvmlDeviceGetUUID", 96),
            Readings.pci(device).map(Readings.Pci::address));
    Fields fields = device.fields(MEMORY_TEMPERATURE, RECOVERY);
    GpuSample sample =
        new GpuSample(
            new GpuId(Vendor.NVIDIA, 0, named.name, named.uuid, named.pci),
            Readings.engines(device),
            Readings.sessions(device, names),
            Readings.processes(device, names),
            memory(device),
            bus(device, seldom),
            thermal(device, fields, seldom),
            power(device, seldom),
            clocks(device),
            health(device, fields, seldom),
            device.fault());
    return new Sampled(named, sample);
  }

  private Costly seldom(Device device, Instant now) {
    return device.isRefusing()
        ? Costly.of(device, now)
        : costly.compute(
            device, (_, old) -> old == null ? Costly.of(device, now) : old.orNewer(device, now));
  }

  private static Memory memory(Device device) {
    Reading<NvmlFacts.Vram> vram = NvmlFactsReader.vram(device);
    Reading<NvmlFacts.Bar1> bar1 = NvmlFactsReader.bar1(device);
    return new Memory(
        vram.map(NvmlFacts.Vram::total),
        vram.map(NvmlFacts.Vram::used),
        vram.map(NvmlFacts.Vram::free),
        bar1.map(NvmlFacts.Bar1::total),
        bar1.map(NvmlFacts.Bar1::used));
  }

  private static Bus bus(Device device, Costly seldom) {
    return new Bus(
        device.small("nvmlDeviceGetCurrPcieLinkGeneration"),
        device.small("nvmlDeviceGetCurrPcieLinkWidth"),
        seldom.sent(),
        seldom.received(),
        device.number("nvmlDeviceGetPcieReplayCounter"));
  }

  private static Thermal thermal(Device device, Fields fields, Costly seldom) {
    return new Thermal(
        Readings.temperature(device),
        fields.get(MEMORY_TEMPERATURE).map(Long::intValue),
        device.small("nvmlDeviceGetTemperatureThreshold", 1),
        device.small("nvmlDeviceGetTemperatureThreshold", 0),
        Readings.margin(device),
        seldom.memoryMax());
  }

  private static Power power(Device device, Costly seldom) {
    return new Power(
        device.number("nvmlDeviceGetPowerUsage").map(NvmlSource::thousandth),
        device.number("nvmlDeviceGetEnforcedPowerLimit").map(NvmlSource::thousandth),
        seldom.energy());
  }

  private static double thousandth(long milli) {
    return milli / 1000.0;
  }

  private static Clocks clocks(Device device) {
    return new Clocks(
        device.small("nvmlDeviceGetClockInfo", 0),
        device.small("nvmlDeviceGetClockInfo", 1),
        device.small("nvmlDeviceGetClockInfo", 2),
        device.small("nvmlDeviceGetClockInfo", 3),
        Readings.performanceState(device));
  }

  private static Health health(Device device, Fields fields, Costly seldom) {
    return new Health(
        Readings.reasons(device),
        Readings.eccErrors(device, /* corrected= */ true),
        Readings.eccErrors(device, /* corrected= */ false),
        fields.get(RECOVERY).map(RecoveryAction::of),
        seldom.remapped().map(NvmlFacts.RemappedRows::pending),
        seldom.remapped().map(NvmlFacts.RemappedRows::failure));
  }

  @Override
  public void close() {
    Session open = session;
    if (open != null) {
      open.close();
    }
  }
}
