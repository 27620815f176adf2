package dev.penstock.node;

import dev.penstock.hardware.telemetry.PrometheusText;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Finding;
import dev.penstock.model.Stage;
import dev.penstock.node.http.Doctor;
import dev.penstock.node.http.HttpSettings;
import dev.penstock.node.http.Metrics;
import dev.penstock.node.http.Server;
import dev.penstock.node.http.Services;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Cgroup;
import dev.penstock.node.worker.KernelLines;
import dev.penstock.node.worker.Launch;
import dev.penstock.node.worker.Timeouts;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The daemon, put together: what is opened last is closed first. */
public final class Node implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Transcode transcode;
  private final Server server;
  private final Metrics metrics;

  /**
   * What the node is told.
   *
   * @param data folder of its own, made where it is missing
   * @param software workers at most for each tenant that use no GPU
   */
  public record Settings(Path data, HttpSettings http, Policy policy, int software) {}

  /**
   * What it is given by whoever starts it.
   *
   * @param devices with what trials have shown of them
   * @param sources of readings; closed with the node
   * @param examine looks the machine over; takes seconds
   * @param chatty whether what workers print is told, too; crash reports have it anyway
   * @param log for people, a line each, on any thread
   */
  public record Given(
      SpecCheck specs,
      Launch launch,
      List<Device> devices,
      List<Source> sources,
      Supplier<List<Finding>> examine,
      boolean chatty,
      Consumer<String> log) {
    public Given {
      devices = List.copyOf(devices);
      sources = List.copyOf(sources);
    }
  }

  private Node(Settings settings, Given given, InstantSource clock) {
    Path data = folder(settings.data());
    Journal journal = opened(Journal.open(data, clock, new SecureRandom()));
    LocalMachine machine = opened(LocalMachine.open(given.devices(), given.sources(), clock));
    this.metrics = new Metrics();
    NodeMetrics counts = new NodeMetrics(metrics);
    Chronicle chronicle = opened(new Chronicle(journal, clock, counts));
    Workers workers =
        Workers.open(
            options(settings, given, data),
            incident -> {
              counts.incident(incident);
              if (incident instanceof Workers.Incident.Line line) {
                chronicle.logged(line.line());
              }
              told(given).accept(incident);
            });
    Desk desk = new Desk(settings.policy());
    Transcode transcode =
        opened(
            Transcode.open(
                journal,
                workers,
                desk,
                machine,
                chronicle,
                data.resolve("work"),
                given.specs(),
                clock));
    this.transcode = transcode;
    Views views = new Views(journal, transcode, machine, data);
    DeviceViews devices = new DeviceViews(desk, machine);
    RoomViews rooms = new RoomViews(desk, machine, clock);
    DeviceLog history = new DeviceLog(devices.devices(), clock);
    Pulse pulse = opened(new Pulse());
    pulse.every(Duration.ofSeconds(1), devices::look);
    pulse.every(DeviceLog.PERIOD, history::look);
    counts.watch(devices.devices(), rooms.leases(), rooms.capacity());
    counts.watch(workers, chronicle);
    counts.watch(journal, views.readiness());
    ProcessMetrics.register(metrics, settings.http().version(), data);
    metrics.append(() -> PrometheusText.of(machine.snapshot(), DeviceViews::verdict));
    opened(KernelEvents.follow(counts::kernel, given.log()));
    Services services =
        new Services(
            journal,
            given.specs(),
            new JobViews(transcode, chronicle, given.specs()),
            views.queue(),
            devices.devices(),
            new Examinations(given.examine(), clock),
            rooms.leases(),
            rooms.capacity(),
            views.drain(),
            views.readiness(),
            views.audit(),
            history,
            () -> workers.statuses().stream().map(Views::worker).toList(),
            () -> Map.of("data", data.toString(), "software", settings.software()));
    this.server = opened(Server.open(settings.http(), services, metrics, clock));
  }

  /**
   * Opens a node; it works from then on.
   *
   * @throws FailureException when the folder is in use or cannot be written, or the address cannot
   *     be bound
   */
  public static Node open(Settings settings, Given given, InstantSource clock) {
    return new Node(settings, given, clock);
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

  private static Workers.Options options(Settings settings, Given given, Path data) {
    return new Workers.Options(
        given.launch(),
        Timeouts.standard(),
        Backoff.standard(),
        Cgroup.none(),
        KernelLines.ofThisMachine(),
        settings.software(),
        data.resolve("crashes"));
  }

  private static Consumer<Workers.Incident> told(Given given) {
    Consumer<String> log = given.log();
    return incident -> {
      switch (incident) {
        case Workers.Incident.Started started ->
            log.accept("worker " + started.pid() + " of " + started.place() + " starts");
        case Workers.Incident.Ready _ -> {}
        case Workers.Incident.Died(var report) -> log.accept("a worker died: " + report.how());
        case Workers.Incident.Ended ended ->
            log.accept("worker " + ended.pid() + " of " + ended.place() + " ended");
        case Workers.Incident.Line line -> log.accept("worker " + line.pid() + ": " + line.line());
      }
    };
  }

  /** One examination at a time; the last one is kept. */
  private static final class Examinations implements Doctor {
    private final Supplier<List<Finding>> examine;
    private final InstantSource clock;
    private Examination last;

    Examinations(Supplier<List<Finding>> examine, InstantSource clock) {
      this.examine = examine;
      this.clock = clock;
      this.last = new Examination(Instant.EPOCH, List.of());
    }

    @Override
    public synchronized Examination last() {
      return last.at().equals(Instant.EPOCH) ? examine() : last;
    }

    @Override
    public synchronized Examination examine() {
      last = new Examination(clock.instant(), examine.get());
      return last;
    }
  }

  /** What made it stop looking after jobs, if anything did: then the process has to end. */
  public Optional<Throwable> broken() {
    return transcode.broken();
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
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.getLogger(Node.class.getName()).log(System.Logger.Level.WARNING, "closing", e);
      }
    }
  }
}
