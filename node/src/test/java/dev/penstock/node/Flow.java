package dev.penstock.node;

import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Cgroup;
import dev.penstock.node.worker.Launch;
import dev.penstock.node.worker.Timeouts;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Policy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A flow as a node opens it, of parts that tests choose. */
record Flow(Transcode transcode, Chronicle chronicle) implements AutoCloseable {
  /**
   * Opens one, which has begun.
   *
   * @param journal stays its owner's
   * @param data the folder that its work and reports of crashes are in
   * @param outputs of every job
   */
  static Flow open(
      Journal journal,
      Path data,
      Launch launch,
      Backoff backoff,
      Machine machine,
      Chronicle.Watching watching,
      List<String> outputs) {
    InstantSource clock = InstantSource.system();
    Workers workers =
        Workers.open(
            new Workers.Options(
                launch,
                Timeouts.standard(),
                backoff,
                Cgroup.none(),
                (_, _) -> List.of(),
                1,
                data.resolve("crashes")),
            _ -> {});
    Chronicle chronicle = new Chronicle(journal, clock, watching);
    Transcode transcode =
        Transcode.make(
            journal,
            workers,
            new Desk(Policy.STANDARD),
            machine,
            chronicle,
            data.resolve("work"),
            spec -> new SpecCheck.Checked(spec, List.of(), outputs),
            clock);
    transcode.begin();
    return new Flow(transcode, chronicle);
  }

  @Override
  public void close() {
    transcode.close();
    chronicle.close();
  }
}
