package dev.penstock.node;

import dev.penstock.node.config.Changes;
import dev.penstock.node.log.Subject;
import dev.penstock.node.worker.CrashReport;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Workers.Incident;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens in the node, as the log tells it. Any thread. */
final class Events {
  private static final Logger LOG = Logger.getLogger(Events.class.getName());
  private static final JsonMapper JSON = new JsonMapper();

  private Events() {}

  /** Something happened to a job, or to the node. */
  static void tell(JobEvent event) {
    JsonNode data = JSON.readTree(event.data());
    Level level =
        switch (event.kind()) {
          case "job.failed", "job.quarantined", "job.backoff", "device.lost", "device.degraded" ->
              Level.WARNING;
          default -> Level.INFO;
        };
    String what = event.kind().substring(event.kind().indexOf('.') + 1);
    String text =
        event.job().map(job -> "job " + job + ": " + what).orElse(event.kind()) + more(data);
    Optional<String> device =
        data.path("gpus").isEmpty()
            ? Optional.empty()
            : Optional.of(
                StreamSupport.stream(data.path("gpus").spliterator(), false)
                    .map(JsonNode::asString)
                    .collect(Collectors.joining("+")));
    new Subject(event.job().map(JobId::value), OptionalLong.empty(), device, event.tenant())
        .log(LOG, level, text);
  }

  /** Why, and by whom. */
  private static String more(JsonNode data) {
    StringBuilder text = new StringBuilder();
    if (data.has("attempt")) {
      text.append(", attempt ").append(data.path("attempt").asInt());
    }
    if (data.path("by").isString()) {
      text.append(", by ").append(data.path("by").asString());
    }
    if (data.path("until").isString()) {
      text.append(" until ").append(data.path("until").asString());
    }
    if (data.path("device").isString()) {
      text.append(", ").append(data.path("device").asString());
    }
    if (data.path("reason").isString()) {
      text.append(": ").append(data.path("reason").asString());
    }
    JsonNode failure = data.path("failure");
    if (failure.path("message").isString()) {
      text.append(": ").append(failure.path("message").asString());
    }
    return text.toString();
  }

  /** Something happened to a worker. */
  static void tell(Incident incident) {
    switch (incident) {
      case Incident.Started(Place place, long pid, String limits) ->
          of(place, pid).log(LOG, Level.INFO, "worker starts, " + limits);
      case Incident.Ready(Place place, long pid, String build) ->
          of(place, pid).log(LOG, Level.FINE, "worker is ready, " + build);
      case Incident.Died(CrashReport report) -> died(report);
      case Incident.Ended(Place place, long pid) ->
          of(place, pid).log(LOG, Level.INFO, "worker ended");
      case Incident.Line(Place place, long pid, String line) ->
          of(place, pid).log(LOG, Level.FINE, line);
    }
  }

  /** Once for each job that it had, so that the log of a job has it. */
  private static void died(CrashReport report) {
    String text = "worker died: " + report.how();
    Subject worker = of(report.place(), report.pid());
    worker.log(LOG, Level.WARNING, text);
    report
        .jobs()
        .forEach(job ->
            new Subject(Optional.of(job.value()), worker.worker(), worker.device(), worker.tenant())
                .log(LOG, Level.WARNING, "job " + job + " was in it; " + text));
  }

  private static Subject of(Place place, long pid) {
    String device =
        place.isSoftware()
            ? "software"
            : place.gpus().stream().map(Place.Gpu::key).collect(Collectors.joining("+"));
    return new Subject(
        Optional.empty(), OptionalLong.of(pid), Optional.of(device), Optional.of(place.tenant()));
  }

  /** The configuration was read again. */
  static void tell(Changes changes) {
    if (changes.isEmpty()) {
      LOG.info("configuration: read again, nothing changed");
    }
    changes.held().forEach(key -> LOG.log(Level.INFO, "configuration: {0} changed", key));
    changes
        .restart()
        .forEach(key -> LOG.log(Level.WARNING, "configuration: {0} needs a restart", key));
  }

  static void warn(String text) {
    Subject.none().log(LOG, Level.WARNING, text);
  }
}
