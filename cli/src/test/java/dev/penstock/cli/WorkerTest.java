package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.model.Plan;
import dev.penstock.node.worker.CrashReport;
import dev.penstock.node.worker.FrameReader;
import dev.penstock.node.worker.FrameWriter;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.FromWorker.Phase;
import dev.penstock.node.worker.Result;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Task;
import dev.penstock.node.worker.ToWorker;
import dev.penstock.node.worker.Wire;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Footage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real workers on a real clip, and what befalls them. */
@Timeout(90)
class WorkerTest {
  /** Long enough for something to happen meanwhile: six segments, none of them quick. */
  private static final String LONG = spec("in.mkv", "out.mp4", "p6", "2s");

  private static final String SHORT = spec("short.mkv", "short.mp4", "p1", "off");

  @TempDir static Path clips;
  @TempDir Path folder;

  @BeforeAll
  static void makeClips() throws IOException {
    Oracle.clip(
        clips,
        "in.mkv",
        ("-filter_complex testsrc2=size=480x270:rate=25:duration=12"
                + " -c:v mpeg4 -g 25 -b:v 2M -c:a aac")
            .split(" "));
    Oracle.clip(clips, "short.mkv");
  }

  private static String spec(String in, String out, String preset, String segments) {
    return """
    {"transcode": {"input": "%s", "output": "%s", "codec": "h264", "preset": "%s",
      "audio": "aac:64k", "segments": "%s"}}
    """
        .formatted(in, out, preset, segments);
  }

  /** Inputs are where clips are. */
  private String here(String spec) {
    return spec.replace("\"input\": \"", "\"input\": \"" + clips + "/");
  }

  private Task execute(Workers workers, String spec) {
    Setting setting =
        Daemon.setting(folder).with(OptionalInt.of(2), Optional.of(folder.resolve("work")));
    return workers.execute(Daemon.PLACE, Daemon.JOB, here(spec), setting, _ -> {});
  }

  /** A job that has come this far. */
  private Task executeUntil(Workers workers, Predicate<FromWorker.Progress> far) {
    CompletableFuture<Boolean> reached = new CompletableFuture<>();
    Task task =
        workers.execute(
            Daemon.PLACE,
            Daemon.JOB,
            here(LONG),
            Daemon.setting(folder),
            said -> {
              if (said instanceof FromWorker.Progress progress && far.test(progress)) {
                reached.complete(true);
              }
            });
    var _ = task.result().thenRun(() -> reached.complete(false));
    assertThat(reached.join()).as("it is not over before").isTrue();
    return task;
  }

  private static boolean encodes(FromWorker.Progress progress) {
    return progress.phase() == Phase.ENCODING;
  }

  private static boolean hasSegments(FromWorker.Progress progress) {
    return progress
        .progress()
        .flatMap(each -> each.segments())
        .filter(s -> s.done() > 0)
        .isPresent();
  }

  private static JsonNode done(Task task) {
    Result result = task.result().join();
    assertThat(result).isInstanceOf(Result.Done.class);
    return JsonMapper.shared().readTree(((Result.Done) result).report());
  }

  private static Result.Lost lost(Task task) {
    Result result = task.result().join();
    assertThat(result).isInstanceOf(Result.Lost.class);
    return (Result.Lost) result;
  }

  private static long pid(Workers workers) {
    assertThat(workers.statuses()).hasSize(1);
    return workers.statuses().getFirst().pid();
  }

  private static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  private static void awaitEnd(long pid) throws Exception {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    if (handle.isPresent()) {
      handle.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("work.report"))
          .sorted()
          .toList();
    }
  }

  @Test
  void planning_tellsWhatTheJobTakes() {
    try (Workers workers = Daemon.workers(folder, NoisyWorker.class)) {
      Task task =
          workers.plan(Daemon.PLACE, Daemon.JOB, here(LONG), Daemon.setting(folder), _ -> {});

      Result result = task.result().join();
      assertThat(result).isInstanceOf(Result.Planned.class);
      FromWorker.Planned planned = ((Result.Planned) result).planned();
      Plan plan = planned.planned().plan();
      assertThat(plan.tier()).isEqualTo(Plan.Tier.SOFTWARE);
      assertThat(plan.segmentation().orElseThrow().segments()).hasSize(6);
      assertThat(Footage.of(plan, planned.input()).orElseThrow().codec()).isEqualTo("mpeg4");
      assertThat(planned.text()).contains("libx264");
      assertThat(JsonMapper.shared().readTree(planned.json()).has("receipt")).isTrue();
    }
  }

  @Test
  void twoJobs_shareAWorker_andTheFailureOfOneIsItsOwn() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task good = execute(workers, SHORT);
      Task bad = execute(workers, spec("missing.mkv", "bad.mp4", "p1", "off"));
      Task wrong = execute(workers, "{\"transcode\": {\"inpt\": \"x\"}}");

      assertThat(((Result.Failed) bad.result().join()).failure())
          .isInstanceOf(Failure.BadInput.class);
      assertThat(((Result.Refused) wrong.result().join()).failures())
          .allMatch(Failure.BadRequest.class::isInstance)
          .anyMatch(failure -> failure.diagnosis().line().contains("inpt"));
      assertThat(done(good).get("verification")).isNotNull();
      assertThat(workers.statuses()).hasSize(1);
      Files.delete(folder.resolve("work.report")); // as of another job
      Task taken = execute(workers, SHORT);
      assertThat(((Result.Failed) taken.result().join()).failure())
          .isInstanceOf(Failure.BadRequest.class);
    }
    assertThat(left()).containsExactly("crashes", "short.mp4");
  }

  @Test
  void cancelling_leavesNoOutput() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::encodes);
      task.cancel();
      assertThat(task.result().join()).isInstanceOf(Result.Cancelled.class);
    }
    assertThat(left()).doesNotContain("out.mp4");
  }

  @Test
  void givingWay_keepsWhatIsDone_andIsGoneOnFrom() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::hasSegments);
      task.giveWay();
      assertThat(task.result().join())
          .isEqualTo(new Result.Yielded(Optional.of(folder.resolve("work").toString())));
      long whole = segments();

      JsonNode report = done(execute(workers, LONG));
      assertThat(report.get("pieces").get("reused").asLong()).isEqualTo(whole).isPositive();
    }
    assertThat(left()).contains("out.mp4").doesNotContain("work");
  }

  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("work"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("segment-\\d+|rest"))
          .count();
    }
  }

  /** It ended after the outputs had their names, and before anybody heard of it. */
  @Test
  void whatWasDoneAndNotSaid_isSaid_andNotDoneAgain() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      JsonNode first = done(execute(workers, LONG));
      Path out = folder.resolve("out.mp4");
      var written = Files.getLastModifiedTime(out);
      assertThat(done(execute(workers, LONG))).isEqualTo(first);
      assertThat(Files.getLastModifiedTime(out)).isEqualTo(written);

      Files.delete(out);
      Files.writeString(out, "another's");
      assertThat(execute(workers, LONG).result().join()).isInstanceOf(Result.Failed.class);
      assertThat(out).hasContent("another's");
    }
  }

  @Test
  void aKilledWorker_costsWhatItWasWorkingOn_andNoMore() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::hasSegments);
      long pid = pid(workers);
      send("KILL", pid);

      Result.Lost lost = lost(task);
      assertThat(lost.failure()).isInstanceOf(Failure.OutOfResource.class);
      assertThat(lost.begun()).isTrue();
      CrashReport report = lost.report().orElseThrow();
      assertThat(report.signal()).hasValue(9);
      assertThat(report.pid()).isEqualTo(pid);
      assertThat(report.jobs()).containsExactly(Daemon.JOB);

      JsonNode again = done(execute(workers, LONG));
      assertThat(again.get("pieces").get("reused").asLong()).isPositive();
      assertThat(pid(workers)).isNotEqualTo(pid);
    }
    assertThat(left()).containsExactly("crashes", "out.mp4");
  }

  @Test
  void aSegmentationFault_isReportedWithWhatTheJvmSays() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::encodes);
      workers.crash(Daemon.PLACE);

      Result.Lost lost = lost(task);
      assertThat(lost.suspect()).isTrue();
      CrashReport report = lost.report().orElseThrow();
      assertThat(report.how()).contains("crashed: SIGSEGV").contains("libc");
      assertThat(report.hsErr().orElseThrow()).contains("SIGSEGV");
      assertThat(
              Wire.read(
                  Files.readString(folder.resolve("crashes/worker-" + report.pid() + ".json")),
                  CrashReport.class))
          .isEqualTo(report);
    }
  }

  @Test
  void aWorkerThatIsToldToEnd_givesItsJobsBack() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::hasSegments);
      send("TERM", pid(workers));
      assertThat(task.result().join())
          .isEqualTo(new Result.Yielded(Optional.of(folder.resolve("work").toString())));
    }
  }

  @Test
  void aWorkerThatDoesNotAnswer_isKilled() throws Exception {
    try (Workers workers = Daemon.workers(folder)) {
      Task task = executeUntil(workers, WorkerTest::encodes);
      long pid = pid(workers);
      send("STOP", pid);

      CrashReport report = lost(task).report().orElseThrow();
      assertThat(report.how()).contains("did not answer");
      awaitEnd(pid);
    }
  }

  @Test
  void aDaemonThatIsKilled_leavesNoWorker() throws Exception {
    Process daemon = daemon();
    long worker = worker(daemon);
    send("KILL", daemon.pid());
    awaitEnd(worker);
  }

  /** Not even one that cannot know. */
  @Test
  void aDaemonThatIsKilled_leavesNoWorkerThatIsStopped() throws Exception {
    Process daemon = daemon();
    long worker = worker(daemon);
    send("STOP", worker);
    send("KILL", daemon.pid());
    awaitEnd(worker);
  }

  private Process daemon() throws IOException {
    return new ProcessBuilder(Child.command(Daemon.class, folder, here(LONG)))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** When it works. */
  private static long worker(Process daemon) throws IOException {
    String line = daemon.inputReader().readLine();
    assertThat(line).startsWith("worker ");
    return Long.parseLong(line.substring("worker ".length()));
  }

  @Test
  void anotherVersion_andGarbage_areRefusedWithAReason() throws Exception {
    Process process = new ProcessBuilder(Child.command("worker")).start();
    try (BufferedReader err = process.errorReader()) {
      new FrameWriter<>(process.getOutputStream(), ToWorker.class)
          .write(new ToWorker.Hello(99, Duration.ofSeconds(1), true));
      FromWorker answer =
          new FrameReader<>(process.getInputStream(), FromWorker.class).next().orElseThrow();
      assertThat(((FromWorker.Unfit) answer).why()).contains("version 99");
      assertThat(process.waitFor()).isEqualTo(5);
      assertThat(err.lines()).anyMatch(line -> line.contains("version 99"));
    }
    Process other = new ProcessBuilder(Child.command("worker")).start();
    try (BufferedReader err = other.errorReader()) {
      other.getOutputStream().write("GET / HTTP/1.1\n".getBytes(StandardCharsets.UTF_8));
      other.getOutputStream().flush();
      assertThat(other.waitFor()).isEqualTo(70);
      assertThat(err.lines()).anyMatch(line -> line.contains("'GET '"));
    }
  }

  @Test
  void whatWorkersSay_comesAsItWas() {
    FromWorker planned =
        new FromWorker.Planned(1, Fixtures.planned(), Fixtures.report().input(), "{}", "x");
    assertThat(Wire.read(Wire.write(planned, FromWorker.class), FromWorker.class))
        .isEqualTo(planned);
    Failure wrong =
        new Failure.WrongOutput(
            new Failure.Diagnosis("a", dev.penstock.model.Stage.VERIFY, "b", "c", "d"),
            Fixtures.report());
    assertThat(Wire.read(Wire.write(wrong, Failure.class), Failure.class)).isEqualTo(wrong);
    assertThat(Setting.standard())
        .isEqualTo(Wire.read(Wire.write(Setting.standard(), Setting.class), Setting.class));
  }
}
