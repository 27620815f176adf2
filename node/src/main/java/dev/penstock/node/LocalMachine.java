package dev.penstock.node;

import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Device;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Reading;
import dev.penstock.node.worker.Place;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Figures;
import dev.penstock.planner.admission.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The machine the node runs on. A thread of its own reads the GPUs every second; what one asks is
 * answered from what it read last.
 */
public final class LocalMachine implements Machine, AutoCloseable {
  private static final Set<ClockReason> HEAT =
      Set.of(ClockReason.SW_THERMAL, ClockReason.HW_THERMAL);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final List<Device> devices;
  private final Sampler sampler;
  private final Set<String> closed = ConcurrentHashMap.newKeySet();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Thread reader;
  private volatile @Nullable Snapshot last;
  private volatile boolean closing;

  private LocalMachine(List<Device> devices, Sampler sampler) {
    this.devices = List.copyOf(devices);
    this.sampler = sampler;
    this.reader = Thread.ofPlatform().name("readings").daemon().unstarted(this::read);
  }

  /**
   * Reads them from now on.
   *
   * @param devices with what trials have shown of them
   * @param sources of readings, closed with this
   */
  public static LocalMachine open(List<Device> devices, List<Source> sources, InstantSource clock) {
    LocalMachine machine = new LocalMachine(devices, new Sampler(sources, clock));
    machine.last = machine.sampler.sample();
    machine.reader.start();
    return machine;
  }

  private void read() {
    try {
      sampler.run(PERIOD, snapshot -> last = snapshot, () -> closing);
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  public List<Device> devices() {
    return devices;
  }

  /** What was read last. */
  public Snapshot snapshot() {
    return Objects.requireNonNull(last);
  }

  /** Nothing new is begun on a GPU, or is again. */
  public void drain(String key, boolean wanted) {
    if (wanted) {
      closed.add(key);
    } else {
      closed.remove(key);
    }
  }

  public Set<String> drained() {
    return Set.copyOf(closed);
  }

  @Override
  public Fleet fleet() {
    Snapshot read = snapshot();
    Map<String, GpuSample> samples = samples(read);
    List<GpuUse> uses =
        devices.stream()
            .flatMap(device ->
                sample(samples, device)
                    .map(sample -> use(device, sample, read.at()))
                    .or(() -> unread(device, read.at()))
                    .stream())
            .toList();
    List<Fleet.Gpu> gpus =
        devices.stream()
            .map(device ->
                Fleet.Gpu.of(
                    device,
                    Reading.absent(Reading.Why.NOT_ASKED, "link", "is measured under load only")))
            .toList();
    return new Fleet(gpus, uses, Fleet.Host.of(Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public List<String> gpus() {
    return devices.stream().map(device -> device.identity().key()).toList();
  }

  @Override
  public Set<String> lost() {
    Map<String, GpuSample> samples = samples(snapshot());
    return devices.stream()
        .filter(device -> sample(samples, device).filter(LocalMachine::isLost).isPresent())
        .map(device -> device.identity().key())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isLost(GpuSample sample) {
    return sample.fault().isPresent() || sample.hung().isPresent();
  }

  private static String name(GpuSample sample) {
    return sample.id().pci().toOptional().orElseGet(() -> sample.id().key());
  }

  /** What was read last of a device. */
  Optional<GpuSample> sample(Device device) {
    return sample(samples(snapshot()), device);
  }

  private static Map<String, GpuSample> samples(Snapshot read) {
    return read.gpus().stream()
        .collect(Collectors.toMap(LocalMachine::name, Function.identity(), (one, _) -> one));
  }

  private static Optional<GpuSample> sample(Map<String, GpuSample> samples, Device device) {
    return device
        .identity()
        .pci()
        .map(samples::get)
        .or(() -> Optional.ofNullable(samples.get(device.identity().key())));
  }

  private GpuUse use(Device device, GpuSample sample, Instant at) {
    String key = device.identity().key();
    boolean _ = seen.add(key);
    Optional<String> why =
        sample
            .fault()
            .or(() -> sample.hung().map(absent -> "does not answer: " + absent.text()))
            .or(() -> closed.contains(key) ? Optional.of("is being drained") : Optional.empty());
    return new GpuUse(
        key,
        at,
        load(sample, Engine.ENCODER),
        load(sample, Engine.DECODER),
        load(sample, Engine.COMPUTE),
        sample.memory().used(),
        sample.memory().total(),
        busier(sample.bus()),
        sample.sessions().map(List::size),
        foreign(sample),
        sample.health().reasons().map(reasons -> reasons.stream().anyMatch(HEAT::contains)),
        why);
  }

  /**
   * Of a GPU that no source has ever read, which none will: its leases alone are counted. Of one
   * that is not read any more nothing is known.
   */
  private Optional<GpuUse> unread(Device device, Instant at) {
    String key = device.identity().key();
    return seen.contains(key)
        ? Optional.empty()
        : Optional.of(
            new GpuUse(
                key,
                at,
                unread(),
                unread(),
                unread(),
                unread(),
                unread(),
                unread(),
                unread(),
                unread(),
                unread(),
                closed.contains(key) ? Optional.of("is being drained") : Optional.empty()));
  }

  private static <T> Reading<T> unread() {
    return Reading.absent(Reading.Why.UNSUPPORTED, "telemetry", "no driver here tells of it");
  }

  /** One unit that does both counts as either; shaders may go by the name of graphics. */
  private static Reading<Integer> load(GpuSample sample, Engine engine) {
    Reading<Integer> own = sample.load(engine);
    if (own.toOptional().isPresent()) {
      return own;
    }
    Reading<Integer> other = sample.load(engine == Engine.COMPUTE ? Engine.GRAPHICS : Engine.VIDEO);
    return other.toOptional().isPresent() ? other : own;
  }

  private static Reading<Long> busier(GpuSample.Bus bus) {
    return bus.sent().toOptional().isPresent() && bus.received().toOptional().isPresent()
        ? bus.sent().map(sent -> Math.max(sent, bus.received().toOptional().orElse(0L)))
        : bus.sent();
  }

  /** Workers are descendants of this process. */
  private static Reading<Integer> foreign(GpuSample sample) {
    Set<Long> ours =
        ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
    return sample
        .sessions()
        .map(all -> (int) all.stream().filter(each -> !ours.contains(each.pid())).count());
  }

  @Override
  public CostModel costs(Optional<String> gpu) {
    Figures figures = gpu.flatMap(this::device).map(Figures::of).orElseGet(Figures::ofSoftware);
    return new CostModel(figures, Corrections.NONE, Runtime.getRuntime().availableProcessors());
  }

  private Optional<Device> device(String key) {
    return devices.stream().filter(device -> device.identity().key().equals(key)).findFirst();
  }

  @Override
  public Place.Gpu gpu(String key) {
    return new Place.Gpu(key, device(key).flatMap(device -> device.identity().uuid()));
  }

  @Override
  public void close() {
    closing = true;
    reader.interrupt();
    try {
      reader.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    sampler.close();
  }
}
