package dev.penstock.node;

import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.hardware.telemetry.PrometheusText;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Finding;
import dev.penstock.model.Stage;
import dev.penstock.node.around.Around;
import dev.penstock.node.config.Changes;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.Doctor;
import dev.penstock.node.http.Metrics;
import dev.penstock.node.http.Reload;
import dev.penstock.node.http.Server;
import dev.penstock.node.http.Services;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.text.MistakenException;
import dev.penstock.node.worker.Cgroup;
import dev.penstock.node.worker.KernelLines;
import dev.penstock.node.worker.Launch;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The daemon, put together: what is opened last is closed first. */
public final class Node implements AutoCloseable {
  /** A flow that has not looked at its jobs for longer is taken for dead. */
  static final Duration FLOW_PATIENCE = Duration.ofSeconds(15);

  private final Deque<AutoCloseable> open;
  private final List<Consumer<Config>> following = new ArrayList<>();
  private final Supplier<Config> reread;
  private final Transcode transcode;
  private final Server server;
  private final Config started;
  private volatile Config config;
  private final Metrics metrics;

  /**
   * What the node is told.
   *
   * @param data folder of its own, made where it is missing
   * @param version of Penstock
   */
  public record Settings(Path data, Config config, String version) {}

  /**
   * What it is given by whoever starts it.
   *
   * @param survey finds the GPUs, with what trials show of them; asked again while there are gaps,
   *     and now and then; may take half a minute
   * @param sources of readings; closed with the node
   * @param examine looks the machine over; takes seconds, and comes to an end
   * @param examined what was found when it was last looked over
   * @param reread reads the configuration again; may throw a {@link MistakenException}
   * @param log for people, a line each, on any thread
   */
  public record Given(
      SpecCheck specs,
      Launch launch,
      Supplier<Inventory.Known> survey,
      List<Source> sources,
      Supplier<List<Finding>> examine,
      Optional<Doctor.Examination> examined,
      Supplier<Config> reread,
      Consumer<String> log) {
    public Given {
      sources = List.copyOf(sources);
    }

    /** Of a machine without GPUs, that nobody has examined yet. */
    public Given(
        SpecCheck specs, Launch launch, Supplier<List<Finding>> examine, Supplier<Config> reread) {
      this(
          specs,
          launch,
          () -> new Inventory.Known(List.of(), Optional.empty()),
          List.of(),
          examine,
          Optional.empty(),
          reread,
          _ -> {});
    }
  }

  private Node(Settings settings, Given given, InstantSource clock, Deque<AutoCloseable> open) {
    this.open = open;
    Path data = folder(settings.data());
    Config config = settings.config();
    this.started = config;
    this.config = config;
    this.reread = given.reread();
    Journal journal = opened(Journal.open(data, clock, new SecureRandom()));
    AutoCloseable _ = opened(journal.subscribe(Events::tell));
    Inventory.Known known = given.survey().get();
    LocalMachine machine =
        opened(
            LocalMachine.open(
                known.devices(),
                given.sources(),
                new Learnt(journal.settings(), Optional.of(data.resolve(Learnt.FILE))),
                clock));
    Surveys surveys = opened(Surveys.follow(known, given.survey(), machine));
    this.metrics = new Metrics();
    NodeMetrics counts = new NodeMetrics(metrics);
    Chronicle chronicle = opened(new Chronicle(journal, clock, counts));
    Workers workers =
        opened(
            Workers.open(
                options(config, given, data),
                incident -> {
                  counts.incident(incident);
                  if (incident instanceof Workers.Incident.Line line) {
                    chronicle.logged(line.line());
                  }
                  Events.tell(incident);
                }));
    Desk desk = new Desk(config.policy());
    following.add(next -> desk.follow(next.policy()));
    machine.watch(seen -> desk.seen(seen.gpu(), seen.sessions(), seen.at()));
    this.transcode =
        opened(
            Transcode.make(
                journal,
                workers,
                desk,
                machine,
                chronicle,
                data.resolve("work"),
                given.specs(),
                clock));
    transcode.follow(config.retrying());
    following.add(next -> transcode.follow(next.retrying()));
    Around around =
        opened(
            Around.open(
                config.around(),
                journal,
                data,
                given.specs(),
                config.http(data, settings.version()).roots(),
                transcode::hold,
                clock,
                given.log()));
    following.add(next -> around.change(next.around()));
    Views views = new Views(journal, transcode, machine, data);
    DeviceViews devices = new DeviceViews(desk, machine);
    RoomViews rooms = new RoomViews(desk, machine, clock);
    DeviceLog history = new DeviceLog(devices.devices(), clock);
    Pulse pulse = opened(new Pulse());
    pulse.every(Duration.ofSeconds(1), devices::look);
    pulse.every(Duration.ofSeconds(1), surveys::look);
    pulse.every(DeviceLog.PERIOD, history::look);
    counts.watch(devices.devices(), rooms.leases(), rooms.capacity());
    counts.watch(workers, chronicle);
    counts.watch(journal, views.readiness());
    ProcessMetrics.register(metrics, settings.version(), data);
    metrics.append(() -> PrometheusText.of(machine.snapshot(), DeviceViews::verdict));
    opened(KernelEvents.follow(counts::kernel, given.log()));
    Services services =
        new Services(
            journal,
            given.specs(),
            new JobViews(transcode, chronicle, given.specs()),
            views.queue(),
            devices.devices(),
            new Examinations(given.examine(), given.examined(), clock),
            rooms.leases(),
            rooms.capacity(),
            views.drain(),
            views.readiness(),
            views.audit(),
            history,
            () -> workers.statuses().stream().map(Views::worker).toList(),
            this::told,
            around.hooks(),
            this::reload);
    this.server =
        opened(Server.open(config.http(data, settings.version()), services, metrics, clock));
    following.add(_ -> server.refreshCertificate());
    // Last: with an address that cannot be bound, or a disk without room, nothing is begun.
    transcode.begin();
    around.begin();
  }

  /** What is in force, and what waits for the next start. */
  private Map<String, Object> told() {
    return Changes.inForce(started, config);
  }

  /** Has somebody told of what the configuration has become; the last to be told at first. */
  public synchronized void follow(Consumer<Config> follower) {
    following.add(follower);
  }

  /**
   * Reads the configuration again. What can change does at once, and running jobs go on; where
   * something is wrong, all stays as it was.
   *
   * @throws FailureException that says what is wrong
   */
  public synchronized Reload.Reloaded reload() {
    try {
      Config next = reread.get();
      // What waited for a restart before waits on.
      Changes changes =
          new Changes(
              Changes.between(config, next).held(), Changes.between(started, next).restart());
      apply(next);
      config = next;
      Events.tell(changes);
      return new Reload.Reloaded(changes.held(), changes.restart());
    } catch (MistakenException e) {
      throw kept(e.file(), String.valueOf(e.getMessage()), e);
    } catch (FailureException e) {
      throw kept(e.failure().diagnosis().subject(), e.failure().diagnosis().line(), e);
    } catch (RuntimeException e) {
      throw kept("the configuration", e.toString(), e);
    }
  }

  /** All or none. */
  private void apply(Config next) {
    List<Consumer<Config>> told = new ArrayList<>();
    try {
      for (Consumer<Config> each : following) {
        // Before, as one that fails may have done half of it.
        told.add(each);
        each.accept(next);
      }
    } catch (RuntimeException e) {
      told.forEach(each -> restore(each, e));
      throw e;
    }
  }

  private void restore(Consumer<Config> follower, RuntimeException cause) {
    try {
      follower.accept(config);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      Events.warn("settings cannot be put back as they were: " + e.getMessage());
    }
  }

  private static FailureException kept(String subject, String cause, RuntimeException e) {
    Failure failure =
        new Failure.BadRequest(
            new Failure.Diagnosis(
                subject,
                Stage.OPEN,
                "cannot be followed; all settings stay as they were",
                cause,
                "correct it and reload again"));
    Events.warn(failure.diagnosis().line());
    return new FailureException(failure, e);
  }

  /**
   * Opens a node; it works from then on. Where it cannot, all that was opened is closed.
   *
   * @throws FailureException when the folder is in use or cannot be written, or the address cannot
   *     be bound
   */
  public static Node open(Settings settings, Given given, InstantSource clock) {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      return new Node(settings, given, clock, open);
    } catch (RuntimeException | Error e) {
      close(open);
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private static Path folder(Path data) {
    try {
      Path folder = data.toAbsolutePath();
      return Files.isDirectory(folder)
          ? folder
          : Files.createDirectories(
              folder,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  data.toString(),
                  Stage.OPEN,
                  "cannot be made",
                  e.toString(),
                  "name a folder that may be written with --data")),
          e);
    }
  }

  private static Workers.Options options(Config config, Given given, Path data) {
    Launch.Limits limits = config.limits();
    Cgroup cgroup = Cgroup.ofThisProcess(limits.memory());
    boolean grouped = cgroup.own().isPresent();
    given.log().accept("workers: " + cgroup.about() + (grouped ? "" : "; " + limits.about()));
    // A group limits memory itself; addresses are only what there is where there is none.
    Launch.Limits own = grouped ? limits.ofAddresses(OptionalLong.empty()) : limits;
    Launch launch = new Launch(given.launch().command(), given.launch().environment(), own);
    return new Workers.Options(
        launch,
        config.timeouts(),
        config.backoff(),
        cgroup,
        KernelLines.ofThisMachine(),
        software(config),
        data.resolve("crashes"),
        Optional.of(config.roots()));
  }

  private static int software(Config config) {
    return config
        .workers()
        .software()
        .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /** One examination at a time; the last one is kept. */
  private static final class Examinations implements Doctor {
    private final Supplier<List<Finding>> examine;
    private final InstantSource clock;
    private volatile Optional<Examination> last;

    Examinations(Supplier<List<Finding>> examine, Optional<Examination> last, InstantSource clock) {
      this.examine = examine;
      this.clock = clock;
      this.last = last;
    }

    @Override
    public Examination last() {
      return last.orElseGet(Examination::none);
    }

    @Override
    public synchronized Examination examine() {
      List<Finding> found = examine.get();
      Examination now = new Examination(Optional.of(clock.instant()), found);
      last = Optional.of(now);
      return now;
    }
  }

  /** What made it stop looking after jobs, if anything did: then the process has to end. */
  public Optional<Throwable> broken() {
    return transcode.broken();
  }

  /** How many jobs workers have. */
  public int runningJobs() {
    return transcode.runningJobs();
  }

  /** Whether jobs are looked after. */
  public boolean isAlive() {
    return transcode.isAlive(FLOW_PATIENCE);
  }

  /** All that it counts, but for what is read of GPUs. */
  Set<String> metricNames() {
    return metrics.names();
  }

  /** Where it listens. */
  public String url() {
    return server.url();
  }

  /** Running jobs are gone on with by the next node on the same folder. */
  @Override
  public void close() {
    close(open);
  }

  private static void close(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.getLogger(Node.class.getName()).log(System.Logger.Level.WARNING, "closing", e);
      }
    }
  }
}
