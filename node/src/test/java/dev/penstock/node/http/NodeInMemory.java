package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Finding;
import dev.penstock.model.PieceStep;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/** A node with one GPU, whose parts do as the real ones say they do. */
final class NodeInMemory {
  static final HttpSettings.Limits LIMITS =
      new HttpSettings.Limits(
          64 << 10,
          8 << 10,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          4096,
          100_000,
          5,
          1500,
          1200,
          Duration.ofMillis(200),
          10_000);

  final JobsInMemory jobs = new JobsInMemory();

  /** What admission says of the job that waits. */
  String full = "encoder 88 of 90 %";

  /** Whether nothing can be written to the audit. */
  boolean auditFails;

  final List<Audit.Entry> audit = new CopyOnWriteArrayList<>();
  final List<JobDetails.JobFile> outputs = new CopyOnWriteArrayList<>();
  final Set<String> drained = new TreeSet<>();
  boolean isReady = true;
  volatile double fraction = 0.25;
  volatile boolean isOnVirtualThread;

  Server serve(HttpSettings settings) {
    return Server.open(settings, services(), new Metrics(), InstantSource.fixed(Instant.EPOCH));
  }

  static HttpSettings settings(Path root) {
    return new HttpSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        new Roots(List.of(root.resolve("in")), List.of(root.resolve("out")), Set.of("https")),
        LIMITS,
        "1.2.3");
  }

  static HttpSettings withTokens(HttpSettings from, Path tokens) {
    return new HttpSettings(
        from.address(),
        from.port(),
        Optional.of(tokens),
        from.tls(),
        from.hosts(),
        from.roots(),
        from.limits(),
        from.version());
  }

  static HttpSettings withLimits(HttpSettings from, HttpSettings.Limits limits) {
    return new HttpSettings(
        from.address(),
        from.port(),
        from.tokens(),
        from.tls(),
        from.hosts(),
        from.roots(),
        limits,
        from.version());
  }

  Services services() {
    return new Services(
        jobs,
        NodeInMemory::check,
        new Details(),
        new Queue(),
        this::devices,
        new Examiner(),
        () ->
            List.of(
                new Leases.Lease(
                    "l1",
                    "0000:3b:00.0",
                    Optional.of(JobsInMemory.id(1).value()),
                    "720p",
                    Urgency.BATCH,
                    Leases.State.RESERVED,
                    Optional.of("nothing is seen of it yet"),
                    Instant.EPOCH,
                    Optional.of(Instant.EPOCH),
                    Map.of("encoder", 12.5))),
        () ->
            List.of(
                new Capacity.Room(
                    "0000:3b:00.0", "encoder", "%", Optional.of(40.0), 12.5, Optional.of(90.0)),
                new Capacity.Room(
                    "0000:3b:00.0", "pcie", "MB/s", Optional.empty(), 0, Optional.empty())),
        new Drains(),
        () -> List.of(new Readiness.Check("workers", isReady, isReady ? "2 of 2" : "none yet")),
        new Audits(),
        () ->
            new DeviceHistory.Page(
                5,
                List.of(
                    new DeviceHistory.Series(
                        "0000:3b:00.0",
                        List.of(
                            new DeviceHistory.Sample(
                                Instant.EPOCH,
                                Optional.of(40.0),
                                Optional.empty(),
                                Optional.of(3.0),
                                Optional.of(1L << 30),
                                Optional.of(51.0),
                                Optional.empty()))))),
        () ->
            List.of(
                new WorkerList.Worker(
                    "default on software",
                    "default",
                    List.of("software"),
                    4711,
                    "ready",
                    1,
                    Instant.EPOCH,
                    0,
                    "none")),
        () -> Map.of("port", 8470, "data", "/var/lib/penstock"),
        new DeadHooks(),
        () -> new Reload.Reloaded(List.of("log.level"), List.of("http.port")));
  }

  private final class Audits implements Audit {
    @Override
    public void record(Entry entry) {
      if (auditFails) {
        throw new IllegalStateException("the disk is full");
      }
      audit.add(entry);
    }

    @Override
    public List<Written> list(Optional<String> tenant, Optional<Long> before, int limit) {
      return java.util.stream.IntStream.range(0, audit.size())
          .mapToObj(i -> written(i + 1, audit.get(i)))
          .filter(each -> before.map(end -> each.number() < end).orElse(true))
          .filter(each -> tenant.map(each.tenant()::equals).orElse(true))
          .sorted(java.util.Comparator.comparing(Written::number).reversed())
          .limit(limit)
          .toList();
    }

    private static Written written(long number, Entry entry) {
      return new Written(
          number,
          entry.at(),
          entry.who().orElse("nobody"),
          entry.tenant().orElse(""),
          entry.address(),
          entry.action(),
          entry.subject().orElse(""),
          Integer.toString(entry.status()));
    }
  }

  /** One was given up, of the tenant {@code a}; hosts that end in {@code .internal} are refused. */
  private static final class DeadHooks implements Hooks {
    @Override
    public Optional<String> refusal(URI url) {
      return Optional.of("it is within").filter(_ -> url.getHost().endsWith(".internal"));
    }

    @Override
    public List<Dead> dead(Optional<String> tenant, int limit) {
      return tenant.filter(each -> !each.equals("a")).isPresent()
          ? List.of()
          : List.of(
              new Dead(
                  7,
                  JobsInMemory.id(1).value(),
                  3,
                  URI.create("https://hooks.example/x"),
                  12,
                  "it answered 503"));
    }

    @Override
    public boolean drop(long number, Optional<String> tenant) {
      return again(number, tenant);
    }

    @Override
    public boolean again(long number, Optional<String> tenant) {
      return dead(tenant, 1).stream().anyMatch(each -> each.number() == number);
    }
  }

  /** A job file is {@code {"transcode": {"input": …, "output": …}}}. */
  private static SpecCheck.Verdict check(String spec) {
    JsonNode job = Wire.tree(spec).path("transcode");
    List<Problem.Mistake> mistakes = new ArrayList<>();
    job.propertyNames().stream()
        .filter(key -> !Set.of("input", "output").contains(key))
        .forEach(key ->
            mistakes.add(new Problem.Mistake("transcode." + key, "no such key", "leave it out")));
    if (!job.path("input").isString()) {
      mistakes.add(new Problem.Mistake("transcode.input", "is missing", "name a file"));
    }
    return mistakes.isEmpty()
        ? new SpecCheck.Checked(
            spec, List.of(job.path("input").asString()), List.of(job.path("output").asString()))
        : new SpecCheck.Mistaken(mistakes);
  }

  private List<Devices.Status> devices() {
    isOnVirtualThread = Thread.currentThread().isVirtual();
    return List.of(
        new Devices.Status(
            "0000:3b:00.0",
            "Lab GPU",
            "nvidia",
            drained.isEmpty() ? Devices.State.READY : Devices.State.DRAINED,
            Optional.empty(),
            Optional.of(40.0),
            Optional.empty(),
            Optional.of(3.0),
            Optional.of(24L << 30),
            Optional.of(1L << 30),
            Optional.of(51.0),
            Optional.empty(),
            List.of(
                new Devices.Session("encoder", "720p", Optional.of(JobsInMemory.id(1).value())))));
  }

  private final class Details implements JobDetails {
    @Override
    public Optional<Progress> progress(JobId id) {
      return jobs.find(id)
          .filter(job -> job.state() instanceof JobState.Running)
          .map(_ ->
              new Progress(
                  Phase.ENCODING,
                  fraction,
                  Optional.of(3.5),
                  Optional.empty(),
                  Optional.of(Instant.EPOCH),
                  Optional.empty(),
                  Optional.of(new Segments(1, 4)),
                  List.of(new Rung("720p", 0.25, 88.0)),
                  Optional.empty(),
                  List.of("slow")));
    }

    @Override
    public List<Running> running() {
      return jobs.all().stream()
          .flatMap(job ->
              progress(job.id())
                  .map(each -> new Running(job.id(), job.submission().tenant(), each))
                  .stream())
          .toList();
    }

    @Override
    public Optional<Plan> plan(JobId id) {
      return Optional.of(new Plan("{\"plan\":{},\"receipt\":{}}", "encodes it"));
    }

    @Override
    public List<Segment> timeline(JobId id) {
      return List.of(
          new Segment(
              Optional.of(0),
              PieceStep.Kind.PICTURES,
              Optional.empty(),
              Optional.of(1),
              "0000:3b:00.0",
              Instant.EPOCH,
              Optional.empty(),
              SegmentState.RUNNING,
              1),
          new Segment(
              Optional.empty(),
              PieceStep.Kind.REST,
              Optional.of("720p"),
              Optional.empty(),
              "software",
              Instant.EPOCH,
              Optional.of(Instant.EPOCH),
              SegmentState.REUSED,
              1));
    }

    @Override
    public Quality quality(JobRecord job) {
      return new Quality(
          Optional.empty(),
          List.of(
              new Measure(
                  "rate",
                  "Bit rate",
                  "kbit/s",
                  Better.NEITHER,
                  "What the pictures take.",
                  List.of(new Curve("720p", 900, 900, 900, List.of(new Point(0, 2, 900)))))));
    }

    @Override
    public List<Line> log(JobId id) {
      return List.of(new Line(Instant.EPOCH, Source.LIBRARY, "deprecated"));
    }

    @Override
    public Why why(JobRecord job) {
      return new Why("waits for room", List.of(new Reason("0000:3b:00.0", full)));
    }

    @Override
    public List<JobFile> outputs(JobRecord job) {
      return outputs;
    }

    @Override
    public List<JobFile> previews(JobRecord job) {
      return outputs;
    }
  }

  private final class Queue implements QueueFacts {
    @Override
    public List<Count> counts() {
      return jobs.counts().entrySet().stream()
          .map(each -> new Count(each.getKey(), Urgency.BATCH, each.getValue()))
          .toList();
    }

    @Override
    public Map<Urgency, Instant> oldest() {
      return Map.of(Urgency.BATCH, Instant.EPOCH.minusSeconds(5));
    }
  }

  private static final class Examiner implements Doctor {
    @Override
    public Examination last() {
      return examine();
    }

    @Override
    public Examination examine() {
      return new Examination(
          Optional.of(Instant.EPOCH),
          List.of(
              new Finding(
                  "nv.mismatch",
                  Optional.of("0000:3b:00.0"),
                  Finding.Status.FAIL,
                  "library 1, module 2",
                  List.of(new Finding.Evidence("/proc/driver", "2")),
                  "nothing encodes",
                  List.of(Finding.Remedy.safe("loads the module", "modprobe nvidia")))));
    }
  }

  private final class Drains implements Drain {
    @Override
    public Drained drained() {
      return new Drained(
          drained.contains("*"), drained.stream().filter(each -> !each.equals("*")).toList(), 1);
    }

    @Override
    public Drained drain(Optional<String> device, String by) {
      known(device);
      drained.add(device.orElse("*"));
      return drained();
    }

    @Override
    public Drained undrain(Optional<String> device, String by) {
      known(device);
      drained.remove(device.orElse("*"));
      return drained();
    }

    private void known(Optional<String> device) {
      if (device.isPresent() && !device.get().equals("0000:3b:00.0")) {
        throw new FailureException(
            new Failure.BadRequest(
                new Failure.Diagnosis(
                    device.get(), Stage.OPEN, "is no device here", "", "see devices")));
      }
    }
  }
}
