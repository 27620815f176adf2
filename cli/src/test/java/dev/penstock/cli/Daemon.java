package dev.penstock.cli;

import dev.penstock.node.JobId;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Cgroup;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.KernelLines;
import dev.penstock.node.worker.Launch;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Protocol;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Task;
import dev.penstock.node.worker.Timeouts;
import dev.penstock.node.worker.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Real workers, as the daemon has them; as a program, a daemon that is there to be killed. */
final class Daemon {
  static final JobId JOB = new JobId("01ARZ3NDEKTSV4RRFFQ69G5FAV");
  static final Place PLACE = Place.software("tenant");

  private Daemon() {}

  /** Says the number of its worker when that works on the spec, and goes on until it is killed. */
  public static void main(String[] words) throws InterruptedException {
    Path folder = Path.of(words[0]);
    try (Workers workers = workers(folder)) {
      Task task =
          workers.execute(
              PLACE,
              JOB,
              words[1],
              setting(folder),
              said -> {
                if (said instanceof FromWorker.Progress(long _, var phase, var _)
                    && phase == FromWorker.Phase.ENCODING) {
                  long pid = ProcessHandle.current().children().findFirst().orElseThrow().pid();
                  System.out.println("worker " + pid);
                }
              });
      task.result().join();
    }
  }

  static Workers workers(Path folder) {
    return workers(folder, Penstock.class);
  }

  /** Whose processes run another program around {@code penstock worker}. */
  static Workers workers(Path folder, Class<?> main) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(Protocol.LAB, "1");
    return Workers.open(
        new Workers.Options(
            new Launch(Child.command(main, "worker"), environment, Launch.Limits.none()),
            Timeouts.standard().hearing(Duration.ofMillis(200), Duration.ofSeconds(4)),
            new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofMinutes(1)),
            Cgroup.none(),
            KernelLines.none(),
            1,
            folder.resolve("crashes")),
        _ -> {});
  }

  /** One lane, so that there are boundaries to stop at. */
  static Setting setting(Path folder) {
    return new Setting(
            Optional.of(folder),
            Optional.of(List.of()),
            OptionalInt.of(1),
            Optional.empty(),
            Optional.empty(),
            Setting.standard().cacheBytes(),
            false,
            Setting.standard().verify(),
            Duration.ofSeconds(30),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true)
        .with(OptionalInt.of(1), Optional.of(folder.resolve("work")));
  }
}
