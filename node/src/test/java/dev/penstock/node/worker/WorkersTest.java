package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.node.worker.Workers.Incident;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of a worker, each task ends once, and no process is left. */
@Timeout(60)
class WorkersTest {
  private static final Place PLACE = Place.software("t");
  private static final Place GPU =
      new Place("t", List.of(new Place.Gpu("0000:3b:00.0", java.util.Optional.of("GPU-1"))));

  @TempDir Path folder;

  private final LinkedBlockingQueue<Incident> incidents = new LinkedBlockingQueue<>();

  private Workers workers(String part) {
    return workers(Programs.of(ScriptedWorker.class, part));
  }

  private Workers workers(Launch launch) {
    return Workers.open(
        new Workers.Options(
            launch,
            Timeouts.standard().stalling(Duration.ofMillis(600), Duration.ofMillis(300)),
            new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMinutes(1)),
            Cgroup.none(),
            (from, to) -> List.of("xid 79 between " + (from.isBefore(to) ? "them" : "nothing")),
            1,
            folder.resolve("crashes")),
        incidents::add);
  }

  private static Task execute(Workers workers, Place place) {
    return workers.execute(place, FramesTest.JOB, "{}", Setting.standard(), _ -> {});
  }

  private static Result.Lost lost(Task task) {
    Result result = task.result().join();
    assertThat(result).isInstanceOf(Result.Lost.class);
    return (Result.Lost) result;
  }

  @Test
  void aWorkerThatDiesAtItsStart_isToldOf_andStartedAgainLater() {
    try (Workers workers = workers("dies")) {
      for (int i = 0; i < 3; i++) {
        Result.Lost lost = lost(execute(workers, PLACE));
        assertThat(lost.begun()).isFalse();
        assertThat(lost.suspect()).isFalse();
        assertThat(lost.report().orElseThrow().exit()).hasValue(3);
      }
    }
  }

  @Test
  void aProgramThatIsMissing_isToldOf() {
    try (Workers workers = workers(Programs.of(List.of("/no/such/program")))) {
      Result.Lost lost = lost(execute(workers, PLACE));
      assertThat(lost.failure()).isInstanceOf(Failure.HostMisconfigured.class);
      assertThat(lost.failure().diagnosis().line()).contains("/no/such/program");
      assertThat(lost.begun()).isFalse();
    }
  }

  @Test
  void anotherVersion_isRefused() {
    try (Workers workers = workers("old")) {
      Result.Lost lost = lost(execute(workers, PLACE));
      assertThat(lost.failure().diagnosis().line())
          .contains("; it speaks version " + (Protocol.VERSION - 1) + " of the protocol");
    }
  }

  @Test
  void garbage_endsTheWorker_withWhatItWas() {
    try (Workers workers = workers("garbled")) {
      Result.Lost lost = lost(execute(workers, GPU));
      assertThat(lost.failure()).isInstanceOf(Failure.DeviceLost.class);
      CrashReport report = lost.report().orElseThrow();
      assertThat(report.how()).contains("'libf'");
      assertThat(report.kernel()).containsExactly("xid 79 between them");
      assertThat(folder.resolve("crashes/worker-" + report.pid() + ".json")).exists();
    }
  }

  @Test
  void aResult_isNotLostToTheDeathBehindIt() throws Exception {
    try (Workers workers = workers("late")) {
      for (int i = 0; i < 2; i++) {
        assertThat(execute(workers, PLACE).result().join()).isInstanceOf(Result.Done.class);
        while (!(incidents.take() instanceof Incident.Died)) {
          // What came before it.
        }
      }
    }
  }

  @Test
  void closing_leavesNoProcess_norWhatItStarted() throws Exception {
    LinkedBlockingQueue<FromWorker> said = new LinkedBlockingQueue<>();
    Task task;
    long child;
    List<Workers.Status> before;
    try (Workers workers = workers("parent")) {
      task = workers.execute(PLACE, FramesTest.JOB, "{}", Setting.standard(), said::add);
      child = Long.parseLong(((FromWorker.Event) said.take()).line());
      before = workers.statuses();
      assertThat(before).hasSize(1);
      assertThat(ProcessHandle.of(child)).isPresent();
    }
    assertThat(task.result()).isCompleted();
    assertThat(((Result.Lost) task.result().join()).suspect()).isFalse();
    for (long pid : List.of(child, before.getFirst().pid())) {
      ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    }
  }

  @Test
  void whatADeadWorkerStarted_isNotLeft() throws Exception {
    LinkedBlockingQueue<FromWorker> said = new LinkedBlockingQueue<>();
    try (Workers workers = workers("parent")) {
      for (int i = 0; i < 2; i++) {
        // What it started is counted whenever it gets something to do.
        var _ = workers.execute(PLACE, FramesTest.JOB, "{}", Setting.standard(), said::add);
        said.take();
      }
      ProcessHandle worker = ProcessHandle.of(workers.statuses().getFirst().pid()).orElseThrow();
      List<ProcessHandle> children = worker.children().toList();
      assertThat(children).hasSize(1);
      assertThat(worker.destroyForcibly()).isTrue();
      children.getFirst().onExit().join();
    }
  }

  @Test
  void aStalledTask_isToldToStop_andCostsTheWorkerIfItDoesNot() {
    try (Workers workers = workers("stuck")) {
      Task stuck = execute(workers, GPU);
      CompletableFuture<FromWorker> begun = new CompletableFuture<>();
      Task other = workers.execute(GPU, FramesTest.JOB, "{}", Setting.standard(), begun::complete);
      begun.join();

      Result.Lost culprit = lost(stuck);
      assertThat(culprit.suspect()).isTrue();
      assertThat(culprit.report().orElseThrow().how())
          .contains("stalled")
          .contains("did not let go");
      Result.Lost bystander = lost(other);
      assertThat(bystander.begun()).isTrue();
      assertThat(bystander.suspect()).isFalse();
    }
  }

  @Test
  void aCancelledTask_isCancelled_alsoWhereItHasToBeKilled() {
    try (Workers workers = workers("stuck")) {
      Task first = execute(workers, PLACE);
      first.cancel();
      assertThat(first.result().join()).isInstanceOf(Result.Cancelled.class);

      CompletableFuture<FromWorker> begun = new CompletableFuture<>();
      Task second =
          workers.execute(PLACE, FramesTest.JOB, "{}", Setting.standard(), begun::complete);
      begun.join();
      second.cancel();
      assertThat(second.result().join()).isInstanceOf(Result.Cancelled.class);
    }
  }

  @Test
  void eachTask_endsOnce_whateverTheWorkerDoes() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    List<Task> tasks = new ArrayList<>();
    try (Workers workers = workers("random")) {
      for (int i = 0; i < 60; i++) {
        Task task = execute(workers, i % 2 == 0 ? PLACE : GPU);
        var _ = task.result().thenRun(ended::incrementAndGet);
        tasks.add(task);
        if (i % 7 == 0) {
          task.cancel();
        }
        if (i % 9 == 0) {
          task.giveWay();
        }
      }
      CompletableFuture<?>[] done = new CompletableFuture<?>[] {tasks.getLast().result()};
      CompletableFuture.anyOf(done).get(30, TimeUnit.SECONDS);
    }
    assertThat(tasks).allMatch(task -> task.result().isDone());
    assertThat(ended).hasValue(60);
    assertThat(tasks).anyMatch(task -> task.result().join() instanceof Result.Done);
    assertThat(tasks).anyMatch(task -> task.result().join() instanceof Result.Lost);
  }

  @Test
  void whatComesAfterDraining_isNotTaken() {
    try (Workers workers = workers("stuck")) {
      workers.drain().join();
      assertThat(lost(execute(workers, PLACE)).begun()).isFalse();
    }
  }
}
