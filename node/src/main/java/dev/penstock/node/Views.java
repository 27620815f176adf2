package dev.penstock.node;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Lease;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.http.Audit;
import dev.penstock.node.http.Capacity;
import dev.penstock.node.http.Devices;
import dev.penstock.node.http.Drain;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.Leases;
import dev.penstock.node.http.QueueFacts;
import dev.penstock.node.http.Readiness;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.AuditLog;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Headroom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What the HTTP part asks of the others. Any thread. */
final class Views {

  private static final JsonMapper JSON = new JsonMapper();

  private final Journal journal;
  private final Transcode transcode;
  private final Desk desk;
  private final LocalMachine machine;
  private final SpecCheck specs;
  private final Path data;
  private final InstantSource clock;

  Views(
      Journal journal,
      Transcode transcode,
      Desk desk,
      LocalMachine machine,
      SpecCheck specs,
      Path data,
      InstantSource clock) {
    this.journal = journal;
    this.transcode = transcode;
    this.desk = desk;
    this.machine = machine;
    this.specs = specs;
    this.data = data;
    this.clock = clock;
  }

  JobDetails details() {
    return new Details();
  }

  private final class Details implements JobDetails {
    @Override
    public Optional<Progress> progress(JobId id) {
      return transcode.progress(id).map(said -> shown(said, clock.instant()));
    }

    @Override
    public Why why(JobRecord job) {
      return switch (job.state()) {
        case JobState.Waiting(List<JobId> on) ->
            new Why(
                "waits for other jobs",
                on.stream().map(each -> new Reason("job " + each, "is not done yet")).toList());
        case JobState.Queued _ -> queued(job);
        case JobState.Running running ->
            new Why(
                "runs since " + running.since() + " in worker " + running.worker(),
                running.gpus().stream().map(gpu -> new Reason(gpu, "encodes it")).toList());
        case JobState.Cancelling cancelling ->
            new Why("is being ended, as " + cancelling.by() + " asked", List.of());
        case JobState.Backoff backoff ->
            new Why("is tried again at " + backoff.until(), List.of(reason(backoff.last())));
        case JobState.Done _ -> new Why("is done", List.of());
        case JobState.Failed(Failure failure) -> new Why("failed", List.of(reason(failure)));
        case JobState.Cancelled cancelled ->
            new Why("was cancelled by " + cancelled.by(), List.of());
        case JobState.Quarantined(Failure failure, List<String> evidence) -> {
          List<Reason> reasons = new ArrayList<>(List.of(reason(failure)));
          evidence.forEach(line -> reasons.add(new Reason("evidence", line)));
          yield new Why("was set aside, as its input brought several devices down", reasons);
        }
      };
    }

    private Why queued(JobRecord job) {
      if (transcode.isDraining()) {
        return new Why("waits, as the node is drained", List.of());
      }
      Optional<String> held = transcode.held();
      if (held.isPresent()) {
        return new Why(
            "waits, as the node is short of room", List.of(new Reason("disk", held.get())));
      }
      List<Reason> reasons =
          transcode.why(job.id()).stream().map(line -> new Reason("admission", line)).toList();
      return new Why(reasons.isEmpty() ? "is next" : "waits for room", reasons);
    }

    private static Reason reason(Failure failure) {
      return new Reason(failure.diagnosis().subject(), failure.diagnosis().line());
    }

    @Override
    public List<JobFile> outputs(JobRecord job) {
      return job.state() instanceof JobState.Done
          ? switch (specs.check(job.submission().spec())) {
            case SpecCheck.Checked checked ->
                checked.writes().stream().map(Path::of).flatMap(Views::files).toList();
            case SpecCheck.Mistaken _ -> List.of();
          }
          : List.of();
    }

    @Override
    public List<JobFile> previews(JobRecord job) {
      return List.of();
    }
  }

  private static Stream<JobDetails.JobFile> files(Path output) {
    if (!Files.isDirectory(output)) {
      return Stream.of(new JobDetails.JobFile(output.getFileName().toString(), output));
    }
    try (Stream<Path> all = Files.walk(output)) {
      return all
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> new JobDetails.JobFile(output.relativize(file).toString(), file))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * When it is done follows from how far it came in the time since it began; half as much again.
   */
  private static JobDetails.Progress shown(FromWorker.Progress said, Instant now) {
    Optional<dev.penstock.model.Progress> known = said.progress();
    double done = known.flatMap(each -> boxed(each.done())).orElse(0.0);
    Optional<Duration> left =
        known.filter(_ -> done > 0).map(each -> scaled(each.elapsed(), (1 - done) / done));
    return new JobDetails.Progress(
        done,
        known.map(dev.penstock.model.Progress::speed),
        left.map(now::plus),
        left.map(each -> now.plus(scaled(each, 1.5))),
        List.of());
  }

  private static Optional<Double> boxed(java.util.OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  private static Duration scaled(Duration time, double by) {
    return Duration.ofMillis(Math.round(time.toMillis() * by));
  }

  QueueFacts queue() {
    return new QueueFacts() {
      @Override
      public List<Count> counts() {
        return journal.countsByClass().stream()
            .map(each -> new Count(each.state(), each.jobClass(), each.jobs()))
            .toList();
      }

      @Override
      public Map<Urgency, Instant> oldest() {
        Map<Urgency, Instant> oldest = new TreeMap<>();
        for (Urgency each : Urgency.values()) {
          journal.queued(Optional.of(each), Optional.empty(), 1).stream()
              .findFirst()
              .ifPresent(job -> oldest.put(each, job.changed()));
        }
        return oldest;
      }
    };
  }

  Devices devices() {
    return () -> machine.devices().stream().map(this::status).toList();
  }

  private Devices.Status status(Device device) {
    String key = device.identity().key();
    Optional<GpuSample> sample = machine.sample(device);
    Optional<String> fault = sample.flatMap(GpuSample::fault);
    boolean drained = machine.drained().contains(key);
    List<Lease> held = desk.ledger().leases().stream().filter(on(key)).toList();
    Devices.State state =
        fault.isPresent()
            ? Devices.State.LOST
            : drained
                ? held.isEmpty() ? Devices.State.DRAINED : Devices.State.DRAINING
                : sample.isEmpty() ? Devices.State.UNKNOWN : Devices.State.READY;
    return new Devices.Status(
        key,
        device.identity().name(),
        device.identity().vendor().label(),
        state,
        fault.or(() -> drained ? Optional.of("asked for") : Optional.empty()),
        percent(sample, Engine.ENCODER),
        percent(sample, Engine.DECODER),
        percent(sample, Engine.COMPUTE),
        sample.flatMap(each -> each.memory().total().toOptional()),
        sample.flatMap(each -> each.memory().used().toOptional()),
        sample.flatMap(each -> each.thermal().gpu().toOptional()).map(Integer::doubleValue),
        sample.flatMap(each -> each.power().draw().toOptional()),
        held.stream()
            .map(lease ->
                new Devices.Session("encoder", lease.what(), Optional.of(lease.holder().job())))
            .toList());
  }

  private static java.util.function.Predicate<Lease> on(String gpu) {
    return lease -> lease.gpu().filter(gpu::equals).isPresent();
  }

  private static Optional<Double> percent(Optional<GpuSample> sample, Engine engine) {
    return sample.flatMap(each -> each.load(engine).toOptional()).map(Integer::doubleValue);
  }

  Leases leases() {
    return () ->
        desk.ledger().leases().stream()
            .map(lease ->
                new Leases.Lease(
                    Long.toString(lease.id()),
                    lease.gpu().orElse("software"),
                    Optional.of(lease.holder().job()),
                    lease.what(),
                    lease.holder().urgency(),
                    switch (lease.state()) {
                      case Lease.Reserved _ -> Leases.State.RESERVED;
                      case Lease.Claimed _ -> Leases.State.CLAIMED;
                      case Lease.Confirmed _ -> Leases.State.CONFIRMED;
                    },
                    lease.doubt(),
                    lease.holder().since(),
                    lease.state() instanceof Lease.Reserved(Instant until)
                        ? Optional.of(until)
                        : Optional.empty(),
                    demand(lease)))
            .toList();
  }

  private static Map<String, Double> demand(Lease lease) {
    Map<String, Double> demand = new TreeMap<>();
    for (Dimension dimension : Dimension.values()) {
      long amount = lease.load().of(dimension);
      if (amount > 0) {
        demand.put(dimension.label(), (double) amount);
      }
    }
    return demand;
  }

  /** As {@link dev.penstock.model.Load} counts. */
  private static String unit(Dimension dimension) {
    return switch (dimension) {
      case ENCODER, DECODER, SHADERS -> "thousandths of an engine";
      case MEMORY -> "bytes";
      case BUS -> "bytes/s";
      case SESSIONS -> "sessions";
      case CORES -> "thousandths of a core";
    };
  }

  Capacity capacity() {
    return () -> {
      Headroom headroom = desk.headroom(machine.fleet(), clock.instant());
      return headroom.gauges().stream()
          .map(gauge ->
              new Capacity.Room(
                  gauge.gpu().orElse("software"),
                  gauge.dimension().label(),
                  unit(gauge.dimension()),
                  gauge.unread().isPresent()
                      ? Optional.empty()
                      : Optional.of((double) gauge.used()),
                  0,
                  Optional.of((double) gauge.limit())))
          .toList();
    };
  }

  Drain drain() {
    return new Drain() {
      @Override
      public Drained drained() {
        return new Drained(
            transcode.isDraining(),
            machine.drained().stream().sorted().toList(),
            transcode.runningJobs());
      }

      @Override
      public Drained drain(Optional<String> device, String by) {
        return set(device, true, by);
      }

      @Override
      public Drained undrain(Optional<String> device, String by) {
        return set(device, false, by);
      }

      private Drained set(Optional<String> device, boolean wanted, String by) {
        device.ifPresentOrElse(
            key -> machine.drain(known(key), wanted), () -> transcode.drain(wanted));
        var _ =
            journal.tell(
                wanted ? "node.drain" : "node.undrain",
                Optional.empty(),
                Optional.empty(),
                "{\"device\":" + quoted(device.orElse("all")) + ",\"by\":" + quoted(by) + "}");
        return drained();
      }
    };
  }

  private static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }

  private String known(String key) {
    if (machine.devices().stream().noneMatch(device -> device.identity().key().equals(key))) {
      throw new FailureException(
          new Failure.BadRequest(
              new Failure.Diagnosis(
                  key,
                  Stage.OPEN,
                  "is no device of this node",
                  "devices go by their keys",
                  "see the list of devices")));
    }
    return key;
  }

  Readiness readiness() {
    return () ->
        List.of(
            new Readiness.Check("journal", true, "open at " + journal.file()),
            new Readiness.Check(
                "intake",
                !transcode.isDraining(),
                transcode.isDraining() ? "the node is drained" : "takes jobs"),
            new Readiness.Check(
                "flow",
                transcode.isAlive(Node.FLOW_PATIENCE),
                "looks after the jobs, last " + transcode.looked()),
            disk());
  }

  private Readiness.Check disk() {
    Optional<String> held = transcode.held();
    return new Readiness.Check(
        "disk",
        held.isEmpty(),
        held.orElse((data.toFile().getUsableSpace() >> 20) + " MiB free for " + data));
  }

  Audit audit() {
    return new Audit() {
      @Override
      public void record(Entry entry) {
        journal
            .audit()
            .append(
                new AuditLog.Deed(
                    entry.who().orElse("nobody"),
                    entry.address(),
                    entry.action(),
                    entry.subject().orElse(""),
                    Integer.toString(entry.status()),
                    "{\"tenant\":" + quoted(entry.tenant().orElse("")) + "}"));
      }

      @Override
      public List<Written> list(Optional<String> tenant, Optional<Long> before, int limit) {
        OptionalLong from = before.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        return journal.audit().list(tenant, from, limit).stream().map(Views::written).toList();
      }
    };
  }

  private static Audit.Written written(AuditLog.Entry entry) {
    AuditLog.Deed deed = entry.deed();
    return new Audit.Written(
        entry.number(),
        entry.at(),
        deed.who(),
        JSON.readTree(deed.detail()).path("tenant").asString(""),
        deed.source(),
        deed.action(),
        deed.subject(),
        deed.outcome());
  }
}
