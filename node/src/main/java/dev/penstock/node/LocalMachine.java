package dev.penstock.node;

import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Loads;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Device;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Setting;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Figures;
import dev.penstock.planner.admission.Fleet;
import dev.penstock.planner.admission.Headroom;
import dev.penstock.planner.admission.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The machine the node runs on. A thread of its own reads the GPUs every second; what one asks is
 * answered from what it read last.
 */
public final class LocalMachine implements Machine, AutoCloseable {
  private static final Set<ClockReason> HEAT =
      Set.of(ClockReason.SW_THERMAL, ClockReason.HW_THERMAL);
  private static final Path ROOT = Path.of("/");
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private static final Duration SAVED_AT_MOST = Duration.ofSeconds(10);

  private volatile List<Device> devices;
  private volatile Optional<String> unsure = Optional.empty();
  private final Sampler sampler;
  private final InstantSource clock;
  private volatile Map<String, String> degraded = Map.of();
  private final Set<String> cleared = ConcurrentHashMap.newKeySet();
  private final Set<String> closed = ConcurrentHashMap.newKeySet();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Thread reader;
  private final Memory memory;
  private final Consumption consumption;
  private final HostLoad hostLoad;
  private final OurProcesses ours = new OurProcesses();
  private final Links links = new Links(Policy.STANDARD.assumed().bus());
  private volatile Consumer<Sighting> watcher = _ -> {};
  private volatile Fleet.Host host;
  private volatile Now now;
  private volatile boolean closing;
  private Corrections saved;
  private Instant savedAt;

  /** What was read last, and which processes were ours then. */
  private record Now(Snapshot snapshot, Set<Long> ours) {}

  /**
   * Encoder sessions of workers on a GPU.
   *
   * @param sessions as leases call them
   */
  record Sighting(String gpu, List<String> sessions, Instant at) {}

  /** What is remembered of how much work takes. */
  interface Memory {
    /** Remembers nothing. */
    Memory NONE =
        new Memory() {
          @Override
          public Corrections load() {
            return Corrections.NONE;
          }

          @Override
          public void save(Corrections corrections) {}
        };

    Corrections load();

    void save(Corrections corrections);
  }

  private LocalMachine(
      List<Device> devices, List<Source> sources, Memory memory, InstantSource clock) {
    this.devices = List.copyOf(devices);
    this.sampler = new Sampler(sources, clock);
    this.clock = clock;
    this.memory = memory;
    this.hostLoad = new HostLoad(ROOT, processors());
    this.saved = remembered();
    this.savedAt = clock.instant();
    this.consumption = new Consumption(saved, Policy.STANDARD.context(), clock);
    this.host = Fleet.Host.of(processors());
    this.now = look();
    this.reader = Thread.ofPlatform().name("readings").daemon().unstarted(this::read);
  }

  /**
   * Reads them from now on.
   *
   * @param devices with what trials have shown of them
   * @param sources of readings, closed with this
   */
  public static LocalMachine open(List<Device> devices, List<Source> sources, InstantSource clock) {
    return open(devices, sources, Memory.NONE, clock);
  }

  /**
   * The same, with what was learnt before.
   *
   * @param memory is used on the thread of the readings
   */
  static LocalMachine open(
      List<Device> devices, List<Source> sources, Memory memory, InstantSource clock) {
    LocalMachine machine = new LocalMachine(devices, sources, memory, clock);
    machine.reader.start();
    return machine;
  }

  /** What was learnt under other drivers does not hold any more. */
  private Corrections remembered() {
    Corrections known = memory.load();
    for (Device device : devices) {
      known = known.forgetting(device.identity().name(), device.identity().driver().orElse(""));
    }
    Figures software = software();
    return known.forgetting(software.model(), software.driver().orElse(""));
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private void read() {
    long next = System.nanoTime() + PERIOD.toNanos();
    try {
      while (!closing) {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
        next = Math.max(next + PERIOD.toNanos(), System.nanoTime());
        readOnce();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void readOnce() {
    try {
      now = look();
      learn();
      save(SAVED_AT_MOST);
    } catch (RuntimeException e) {
      System.getLogger(LocalMachine.class.getName())
          .log(System.Logger.Level.WARNING, "readings", e);
    }
  }

  private Now look() {
    OurProcesses.Seen seen = ours.look();
    host = hostLoad.read(Duration.ofNanos(System.nanoTime()), seen.cpu());
    return new Now(sampler.sample(), seen.pids());
  }

  private void learn() {
    Now read = now;
    Map<String, GpuSample> samples = samples(read.snapshot());
    for (Device device : devices) {
      sample(samples, device)
          .ifPresent(sample -> {
            consumption.read(read.snapshot().at(), device, sample, read.ours());
            tell(device, sample, read);
          });
    }
  }

  private void tell(Device device, GpuSample sample, Now read) {
    sample
        .sessions()
        .toOptional()
        .ifPresent(all ->
            watcher.accept(
                new Sighting(
                    device.identity().key(),
                    all.stream()
                        .filter(session -> ours.mayBe(session.pid(), read.ours()))
                        .map(LocalMachine::called)
                        .toList(),
                    read.snapshot().at())));
  }

  private static String called(GpuSample.EncoderSession session) {
    String codec = VideoCodec.of(session.codec()).map(VideoCodec::label).orElseGet(session::codec);
    return new Size(session.width(), session.height()) + " " + codec;
  }

  private void save(Duration atMost) {
    Corrections known = consumption.corrections();
    if (!known.equals(saved) && !savedAt.plus(atMost).isAfter(clock.instant())) {
      memory.save(known);
      saved = known;
      savedAt = clock.instant();
    }
  }

  /** Told of the sessions of workers at each reading, on the thread of the readings. */
  void watch(Consumer<Sighting> other) {
    watcher = other;
  }

  @Override
  public Experience experience() {
    return consumption;
  }

  /** What is known of how much work takes. */
  Corrections corrections() {
    return consumption.corrections();
  }

  public List<Device> devices() {
    return devices;
  }

  /**
   * What a look for GPUs found. One that was there stays known: whether it works, readings tell.
   *
   * @param gap why there may be more soon
   */
  void know(List<Device> found, Optional<String> gap) {
    Map<String, Device> all = new TreeMap<>();
    devices.forEach(device -> all.put(device.identity().key(), device));
    found.forEach(device -> all.put(device.identity().key(), device));
    devices = List.copyOf(all.values());
    unsure = gap;
  }

  @Override
  public Optional<String> unsure() {
    return unsure;
  }

  @Override
  public Optional<Setting.Gpus> known() {
    List<Device> all = devices;
    return Optional.of(new Setting.Gpus(all, all.size() < 2 ? List.of() : Loads.of(snapshot())));
  }

  /** What was read last. */
  public Snapshot snapshot() {
    return now.snapshot();
  }

  /** Nothing new is begun on a GPU, or is again. */
  public void drain(String key, boolean wanted) {
    if (wanted) {
      closed.add(key);
    } else {
      closed.remove(key);
      boolean _ = cleared.add(key);
    }
  }

  @Override
  public void setOut(Map<String, String> others) {
    degraded = Map.copyOf(others);
  }

  /** Those that were set out, and why. */
  Map<String, String> degraded() {
    return degraded;
  }

  @Override
  public Set<String> cleared() {
    Set<String> all = Set.copyOf(cleared);
    cleared.removeAll(all);
    return all;
  }

  public Set<String> drained() {
    return Set.copyOf(closed);
  }

  @Override
  public Fleet fleet() {
    Now read = now;
    Map<String, GpuSample> samples = samples(read.snapshot());
    List<GpuUse> uses =
        devices.stream()
            .map(device ->
                sample(samples, device)
                    .map(sample -> use(device, sample, read))
                    .orElseGet(() -> unread(device, read.snapshot())))
            .toList();
    List<Fleet.Gpu> gpus =
        devices.stream()
            .map(device -> Fleet.Gpu.of(device, links.of(device.identity().key())))
            .toList();
    return new Fleet(gpus, uses, host);
  }

  /** Of a GPU that no source speaks of: why, as those say that have nothing at all. */
  private GpuUse unread(Device device, Snapshot read) {
    boolean isMissed = isMissed(device, read);
    Reading.Absent<?> why =
        read.answers().stream()
            .filter(answer -> !isMissed && answer.gpus().isEmpty())
            .map(Source.Answer::state)
            .filter(state -> state instanceof Reading.Absent<?>)
            .<Reading.Absent<?>>map(state -> (Reading.Absent<?>) state)
            .findFirst()
            .orElseGet(() ->
                new Reading.Absent<>(
                    Reading.Why.FAILED, "telemetry", "this GPU is not among those that are read"));
    String key = device.identity().key();
    return new GpuUse(
        key,
        read.at(),
        gone(why),
        gone(why),
        gone(why),
        gone(why),
        device.memory(),
        gone(why),
        gone(why),
        gone(why),
        gone(why),
        closed(key));
  }

  private Optional<String> closed(String key) {
    return closed.contains(key)
        ? Optional.of("is being drained")
        : Optional.ofNullable(degraded.get(key)).map(why -> "is degraded: " + why);
  }

  /** One that was read, or whose like is, has not become one that nobody can read. */
  private boolean isMissed(Device device, Snapshot read) {
    return seen.contains(device.identity().key())
        || read.gpus().stream()
            .anyMatch(
                sample -> sample.id().vendor().name().equals(device.identity().vendor().name()));
  }

  private static <T> Reading<T> gone(Reading.Absent<?> why) {
    return Reading.absent(why.why(), why.source(), why.text());
  }

  @Override
  public List<String> gpus() {
    return devices.stream().map(device -> device.identity().key()).toList();
  }

  @Override
  public Set<String> lost() {
    Snapshot read = snapshot();
    Map<String, GpuSample> samples = samples(read);
    return devices.stream()
        .filter(device ->
            degraded.containsKey(device.identity().key())
                || sample(samples, device)
                    .map(LocalMachine::isLost)
                    .orElseGet(() -> isMissed(device, read)))
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

  private GpuUse use(Device device, GpuSample sample, Now read) {
    String key = device.identity().key();
    boolean _ = seen.add(key);
    links.saw(key, sample.bus());
    Optional<String> why =
        sample
            .fault()
            .or(() -> sample.hung().map(absent -> "does not answer: " + absent.text()))
            .or(() -> closed(key));
    return new GpuUse(
        key,
        read.snapshot().at(),
        load(sample, Engine.ENCODER),
        load(sample, Engine.DECODER),
        load(sample, Engine.COMPUTE),
        sample.memory().used(),
        sample.memory().total(),
        busier(sample.bus()),
        sample.sessions().map(List::size),
        foreign(sample, read),
        sample.health().reasons().map(reasons -> reasons.stream().anyMatch(HEAT::contains)),
        why);
  }

  /** What a sample says of encoders, decoders or shaders, percent. */
  public static Reading<Integer> load(GpuSample sample, Dimension dimension) {
    return switch (dimension) {
      case ENCODER -> load(sample, Engine.ENCODER);
      case DECODER -> load(sample, Engine.DECODER);
      case SHADERS -> load(sample, Engine.COMPUTE);
      case MEMORY, BUS, SESSIONS, CORES ->
          Reading.absent(Reading.Why.UNSUPPORTED, dimension.label(), "is no engine");
    };
  }

  /** What a snapshot has of a device. */
  public static Optional<GpuSample> sample(Snapshot read, Device device) {
    return sample(samples(read), device);
  }

  /** What work costs on a GPU, or on the processor, without what was learnt. */
  public static CostModel uncorrected(Optional<Device> device) {
    return new CostModel(
        device.map(Figures::of).orElseGet(LocalMachine::software), Corrections.NONE, processors());
  }

  /** What there is of a GPU and the processor without any work. */
  public static Headroom idle(Optional<Device> device, Policy policy) {
    Links none = new Links(policy.assumed().bus());
    List<Fleet.Gpu> gpus =
        device.stream().map(each -> Fleet.Gpu.of(each, none.of(each.identity().key()))).toList();
    Instant now = Instant.EPOCH;
    Fleet fleet = new Fleet(gpus, List.of(), Fleet.Host.of(processors())).idle(now);
    return new Desk(policy).headroom(fleet, now);
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

  private Reading<Integer> foreign(GpuSample sample, Now read) {
    return ours.areKnown()
        ? sample
            .sessions()
            .map(
                all -> (int) all.stream().filter(each -> !read.ours().contains(each.pid())).count())
        : Reading.absent(
            Reading.Why.UNSUPPORTED,
            "/proc/self/ns/pid",
            "processes have other numbers in this container than the driver knows them by");
  }

  @Override
  public CostModel costs(Optional<String> gpu) {
    CostModel plain = plain(gpu);
    return new CostModel(plain.figures(), consumption.corrections(), plain.hostCores());
  }

  private CostModel plain(Optional<String> gpu) {
    Figures figures = gpu.flatMap(this::device).map(Figures::of).orElseGet(LocalMachine::software);
    int cores = (int) Math.max(1, Math.ceilDiv(host.capacity(), 1000L));
    return new CostModel(figures, Corrections.NONE, cores);
  }

  private static Figures software() {
    return Figures.ofSoftware(OurProcesses.processor(ROOT));
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
    save(Duration.ZERO);
    sampler.close();
  }
}
