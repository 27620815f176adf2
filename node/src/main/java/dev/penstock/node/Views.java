package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.http.Audit;
import dev.penstock.node.http.Drain;
import dev.penstock.node.http.QueueFacts;
import dev.penstock.node.http.Readiness;
import dev.penstock.node.http.WorkerList;
import dev.penstock.node.journal.AuditLog;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Workers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/** What the HTTP part asks of the others. Any thread. */
final class Views {
  private static final JsonMapper JSON = new JsonMapper();

  private final Journal journal;
  private final Transcode transcode;
  private final LocalMachine machine;
  private final Path data;

  Views(Journal journal, Transcode transcode, LocalMachine machine, Path data) {
    this.journal = journal;
    this.transcode = transcode;
    this.machine = machine;
    this.data = data;
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
        return journal.queuedSince();
      }
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

  static WorkerList.Worker worker(Workers.Status status) {
    return new WorkerList.Worker(
        status.place().toString(),
        status.place().tenant(),
        status.place().isSoftware()
            ? List.of(DeviceViews.SOFTWARE)
            : status.place().gpus().stream().map(Place.Gpu::key).toList(),
        status.pid(),
        status.state(),
        status.tasks(),
        status.began(),
        status.restarts(),
        status.limits());
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
