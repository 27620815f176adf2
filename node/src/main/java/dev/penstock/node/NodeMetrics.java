package dev.penstock.node;

import static dev.penstock.node.http.Metrics.Sample;

import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.node.http.Capacity;
import dev.penstock.node.http.Devices;
import dev.penstock.node.http.JobDetails.Segment;
import dev.penstock.node.http.JobDetails.SegmentState;
import dev.penstock.node.http.Leases;
import dev.penstock.node.http.Metrics;
import dev.penstock.node.http.Readiness;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Decision;
import dev.penstock.planner.admission.Reason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can be counted on a node, beside what the server counts; {@code docs/metrics.md} lists it.
 * Any thread.
 */
final class NodeMetrics implements Chronicle.Watching {
  private static final double NANOS = 1e9;
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<Double> SEGMENT_SECONDS =
      List.of(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0, 150.0, 600.0);
  private static final List<Double> RATIOS =
      List.of(0.1, 0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 5.0, 10.0, 25.0, 100.0);
  private static final List<Double> COMMIT_SECONDS =
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0);

  private final Metrics metrics;
  private final Histogram segmentTimes;
  private final Counter segments;
  private final Counter framesEncoded;
  private final Counter framesDropped;
  private final Counter framesDamaged;
  private final Histogram ratios;
  private final Counter decisions;
  private final Counter starts;
  private final Counter deaths;
  private final Counter kernelEvents;

  NodeMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.segmentTimes =
        metrics.histogram(
            "penstock_segment_seconds",
            "From the begin of a piece of work to its end, of those that are done",
            SEGMENT_SECONDS,
            "kind",
            "device");
    this.segments =
        metrics.counter(
            "penstock_segments_total", "Pieces of work that are over", "state", "device");
    this.framesEncoded =
        metrics.counter("penstock_frames_encoded_total", "Pictures encoded, once for all rungs");
    this.framesDropped =
        metrics.counter(
            "penstock_frames_dropped_total",
            "Pictures left out by jobs that are done, as asked for or not");
    this.framesDamaged =
        metrics.counter(
            "penstock_frames_damaged_total",
            "Damaged pictures in the inputs of jobs that are done");
    this.ratios =
        metrics.histogram(
            "penstock_job_realtime_ratio",
            "Length of the input over the time it took, of jobs that are done",
            RATIOS);
    this.decisions =
        metrics.counter(
            "penstock_admission_decisions_total",
            "Answers of admission; a job that waits is asked about again and again",
            "decision",
            "reason");
    this.starts =
        metrics.counter("penstock_worker_starts_total", "Worker processes started", "device");
    this.deaths =
        metrics.counter(
            "penstock_worker_deaths_total", "Worker processes that died or were killed", "device");
    this.kernelEvents =
        metrics.counter(
            "penstock_kernel_events_total",
            "What the kernel said of devices since the node was started",
            "device",
            "code");
  }

  @Override
  public void piece(Segment piece) {
    segments.labelValues(piece.state().name().toLowerCase(Locale.ROOT), piece.device()).inc();
    if (piece.state() == SegmentState.DONE) {
      segmentTimes
          .labelValues(piece.what().name().toLowerCase(Locale.ROOT), piece.device())
          .observe(Chronicle.took(piece).toNanos() / NANOS);
    }
  }

  @Override
  public void frames(long more) {
    framesEncoded.inc(more);
  }

  /** Of a job that is done. What is no report counts nothing: it is a worker's word. */
  @Override
  public void report(String json) {
    try {
      count(JSON.readTree(json));
    } catch (JacksonException e) {
      System.getLogger(NodeMetrics.class.getName())
          .log(System.Logger.Level.WARNING, "a report cannot be read, and is not counted", e);
    }
  }

  private void count(JsonNode report) {
    for (JsonNode track : report.path("tracks")) {
      if (track.path("kind").asString("").equals("video")) {
        framesDropped.inc(track.path("dropped").asLong(0));
        framesDamaged.inc(track.path("damaged").asLong(0));
      }
    }
    double took = report.path("elapsed").asDouble(0);
    double length = report.path("input").path("duration").asDouble(0);
    if (took > 0 && length > 0) {
      ratios.observe(length / took);
    }
  }

  @Override
  public void decided(Decision decision) {
    switch (decision) {
      case Decision.Admitted _ -> decisions.labelValues("admitted", "room").inc();
      case Decision.Wait(List<Reason> reasons) -> count("wait", reasons);
      case Decision.Rejected(List<Reason> reasons) -> count("rejected", reasons);
    }
  }

  private void count(String decision, List<Reason> reasons) {
    reasons.stream()
        .map(reason -> reason.dimension().map(each -> each.label()).orElse("device"))
        .distinct()
        .forEach(reason -> decisions.labelValues(decision, reason).inc());
  }

  /** What an operator may want to know of the workers. */
  void incident(Workers.Incident incident) {
    switch (incident) {
      case Workers.Incident.Started started -> starts.labelValues(device(started.place())).inc();
      case Workers.Incident.Died(var report) -> deaths.labelValues(device(report.place())).inc();
      case Workers.Incident.Ready _, Workers.Incident.Ended _, Workers.Incident.Line _ -> {}
    }
  }

  private static String device(Place place) {
    return place.isSoftware()
        ? DeviceViews.SOFTWARE
        : String.join("+", place.gpus().stream().map(Place.Gpu::key).toList());
  }

  /** Something that the kernel said, from now on. */
  void kernel(KernelEvent event) {
    kernelEvents.labelValues(event.device().orElse(""), event.code()).inc();
  }

  /** Has it read at each scrape how the devices and the room on them are. */
  void watch(Devices devices, Leases leases, Capacity capacity) {
    metrics.gauge(
        "penstock_device_state",
        "1 for the state a device is in",
        () ->
            devices.devices().stream()
                .map(each -> Sample.of(1, each.key(), each.state().name().toLowerCase(Locale.ROOT)))
                .toList(),
        "device",
        "state");
    metrics.gauge(
        "penstock_leases",
        "Sessions of devices that are given away",
        () ->
            counted(
                leases.leases(),
                each ->
                    List.of(
                        each.device(),
                        each.state().name().toLowerCase(Locale.ROOT),
                        each.jobClass().label())),
        "device",
        "state",
        "class");
    room(
        capacity,
        "penstock_headroom_used",
        "What is in use of a device, ours and others', in the unit of its dimension",
        Capacity.Room::used);
    room(capacity, "penstock_headroom_limit", "Up to which work is admitted", Capacity.Room::limit);
  }

  /** What is not known has no sample. */
  private void room(
      Capacity capacity,
      String name,
      String help,
      Function<Capacity.Room, Optional<Double>> amount) {
    metrics.gauge(
        name,
        help,
        () ->
            capacity.rooms().stream()
                .flatMap(room ->
                    amount
                        .apply(room)
                        .map(
                            found -> Sample.of(found, room.device(), room.dimension(), room.unit()))
                        .stream())
                .toList(),
        "device",
        "dimension",
        "unit");
  }

  /** The same of the workers and what runs in them. */
  void watch(Workers workers, Chronicle chronicle) {
    metrics.gauge(
        "penstock_workers",
        "Worker processes",
        () -> counted(workers.statuses(), each -> List.of(device(each.place()), each.state())),
        "device",
        "state");
    metrics.gauge(
        "penstock_worker_restarts",
        "Deaths at a place since something was last finished there",
        () ->
            workers.statuses().stream()
                .collect(
                    Collectors.toMap(
                        each -> device(each.place()),
                        Workers.Status::restarts,
                        Integer::max,
                        TreeMap::new))
                .entrySet()
                .stream()
                .map(each -> Sample.of(each.getValue(), each.getKey()))
                .toList(),
        "device");
    metrics.gauge(
        "penstock_realtime_ratio",
        "Seconds of media that running jobs do in a second, all together",
        () ->
            List.of(
                Sample.of(
                    chronicle.running().stream()
                        .mapToDouble(each -> each.progress().speed().orElse(0.0))
                        .sum())));
    metrics.gauge(
        "penstock_frames_per_second",
        "Pictures that running jobs encode in a second, all together, once for all rungs",
        () ->
            List.of(
                Sample.of(
                    chronicle.running().stream()
                        .mapToDouble(each -> each.progress().framesPerSecond().orElse(0.0))
                        .sum())));
  }

  /** The same of what the node stands on. */
  void watch(Journal journal, Readiness readiness) {
    Histogram commits =
        metrics.histogram(
            "penstock_journal_commit_seconds",
            "From the begin of a transaction until it is durable",
            COMMIT_SECONDS);
    journal.timeCommits(nanos -> commits.observe(nanos / NANOS));
    metrics.gauge(
        "penstock_journal_bytes",
        "Size of the journal, with what is not yet put in its place",
        () -> List.of(Sample.of((double) journal.bytes())));
    metrics.gauge(
        "penstock_webhooks_dead",
        "Results whose receivers were given up, at most 1000",
        () -> List.of(Sample.of(journal.deliveries().dead(Optional.empty(), 1000).size())));
    metrics.gauge(
        "penstock_ready",
        "1 where a part of the node is ready for work, else 0",
        () ->
            readiness.checks().stream()
                .map(each -> Sample.of(each.ready() ? 1 : 0, each.name()))
                .toList(),
        "check");
  }

  private static <T> List<Sample> counted(List<T> all, Function<T, List<String>> labels) {
    Map<List<String>, Long> counts =
        all.stream().collect(Collectors.groupingBy(labels, Collectors.counting()));
    return counts.entrySet().stream()
        .map(each -> new Sample((double) each.getValue(), each.getKey()))
        .toList();
  }
}
