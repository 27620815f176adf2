package dev.penstock.node.around;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.http.Problem;
import dev.penstock.node.http.Roots;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Asked;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class WatchFolderTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path root;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile Duration passed = Duration.ZERO;
  private Path in;
  private Journal journal;
  private Optional<WatchFolder> watched = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    in = Files.createDirectories(root.resolve("in"));
    Files.writeString(root.resolve("job.yaml"), "transcode:\n  codec: h264\n  size: 720p\n");
    journal = journal();
  }

  @AfterEach
  void close() {
    watched.ifPresent(WatchFolder::close);
    journal.close();
  }

  private Journal journal() {
    return Journal.open(root.resolve("data"), InstantSource.system(), new Random(1));
  }

  private WatchFolder.Settings settings(String out, Afterwards afterwards) {
    return new WatchFolder.Settings(
        in,
        List.of("*.{mov,mxf}", "*.ts"),
        Duration.ofMillis(100),
        root.resolve("job.yaml"),
        root.resolve(out),
        "a",
        Urgency.INTERACTIVE,
        70,
        Map.of("from", "in"),
        afterwards);
  }

  private void watch(String out, Afterwards afterwards) {
    watched.ifPresent(WatchFolder::close);
    watched =
        Optional.of(
            WatchFolder.open(
                settings(out, afterwards),
                journal,
                root.resolve("memory/in"),
                WatchFolderTest::check,
                new Roots(List.of(), List.of(root), Set.of()),
                () -> Instant.now().plus(passed),
                log::add));
    watched.get().begin();
  }

  private static SpecCheck.Verdict check(String spec) {
    JsonNode job = JSON.readTree(spec).path("transcode");
    return job.path("codec").isString()
        ? new SpecCheck.Checked(
            spec, List.of(job.path("input").asString()), List.of(job.path("output").asString()))
        : new SpecCheck.Mistaken(List.of(new Problem.Mistake("codec", "is missing", "add it")));
  }

  private List<JobRecord> jobs() {
    return journal.list(Asked.ALL).jobs();
  }

  private JobRecord job(String input) {
    Eventually.is("a job for " + input, () -> jobs().stream().anyMatch(of(input)));
    return jobs().stream().filter(of(input)).findFirst().orElseThrow();
  }

  private java.util.function.Predicate<JobRecord> of(String input) {
    return job -> input(job).equals(in.resolve(input).toString());
  }

  private static String input(JobRecord job) {
    return spec(job).path("input").asString();
  }

  private static JsonNode spec(JobRecord job) {
    return JSON.readTree(job.submission().spec()).path("transcode");
  }

  private void end(JobRecord job, JobState to) {
    JobRecord running =
        journal
            .change(
                job.id(),
                job.sequence(),
                Step.to(new JobState.Running(1, "w", List.of(), Instant.EPOCH)))
            .orElseThrow();
    JobRecord _ = journal.change(job.id(), running.sequence(), Step.to(to)).orElseThrow();
  }

  private static JobState failed() {
    return new JobState.Failed(
        new Failure.BadInput(
            new Failure.Diagnosis("a.mov", Stage.DECODE, "is damaged", "bits", "send another")));
  }

  @Test
  void aFile_becomesTheJobOfTheTemplate() throws IOException {
    Path file = Files.writeString(in.resolve("a.b.mov"), "x");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
    watch("out/{date}/{stem}-{name}.mp4", new Afterwards.Keep());
    JobRecord job = job("a.b.mov");
    assertThat(spec(job).path("output").asString())
        .isEqualTo(root.resolve("out/2026-02-03/a.b-a.b.mov.mp4").toString());
    assertThat(spec(job).path("size").asString()).isEqualTo("720p");
    assertThat(job.submission().tenant()).isEqualTo("a");
    assertThat(job.submission().jobClass()).isEqualTo(Urgency.INTERACTIVE);
    assertThat(job.submission().priority()).isEqualTo(70);
    assertThat(job.submission().labels()).containsEntry("from", "in");
    assertThat(root.resolve("out/2026-02-03")).isDirectory();
  }

  @Test
  void onlyWholeFilesOfTheFolder_areTaken() throws IOException {
    watch("out/{folder}/{stem}.mp4", new Afterwards.Keep());
    Path outside = Files.writeString(root.resolve("outside.mov"), "x");
    Files.createSymbolicLink(in.resolve("link.mov"), outside);
    Files.createSymbolicLink(in.resolve("folder"), root);
    Files.writeString(in.resolve(".hidden.mov"), "x");
    Files.writeString(in.resolve("notes.txt"), "x");
    Path part = Files.writeString(in.resolve("renamed.part"), "x");
    Files.move(part, in.resolve("renamed.mov"));
    Path deep = Files.createDirectories(in.resolve("deep/down"));
    Files.writeString(deep.resolve("b.ts"), "x");
    try (OutputStream open = Files.newOutputStream(in.resolve("open.mxf"))) {
      open.write(1);
      assertThat(spec(job("deep/down/b.ts")).path("output").asString())
          .isEqualTo(root.resolve("out/deep/down/b.mp4").toString());
      JobRecord _ = job("renamed.mov");
      // As old as those that were taken, and unchanged since; but somebody has it open.
      assertThat(jobs()).hasSize(2);
      open.write(2);
    }
    JobRecord _ = job("open.mxf");
    assertThat(jobs()).hasSize(3);
  }

  @Test
  void nothing_isSubmittedTwice_unlessItIsAnother() throws IOException {
    Path file = Files.writeString(in.resolve("a.mov"), "x");
    watch("out/{stem}.mp4", new Afterwards.Keep());
    JobRecord first = job("a.mov");
    // Killed before it was noted.
    watched.orElseThrow().close();
    Files.delete(root.resolve("memory/in"));
    watch("out/{stem}-new.mp4", new Afterwards.Keep());
    Eventually.is("noted again", () -> Files.exists(root.resolve("memory/in")));
    assertThat(jobs()).containsExactly(first);
    // The job is forgotten, the file is still there.
    JobRecord _ = journal.cancel(first.id(), "me");
    assertThat(journal.prune(Instant.now().plusSeconds(9))).isEqualTo(1);
    watch("out/{stem}.mp4", new Afterwards.Keep());
    Files.writeString(in.resolve("b.mov"), "x");
    JobRecord second = job("b.mov");
    assertThat(jobs()).containsExactly(second);

    Files.writeString(file, "other content");
    watch("out/{stem}-2.mp4", new Afterwards.Keep());
    JobRecord third = job("a.mov");
    assertThat(jobs()).containsExactly(third, second);
  }

  @Test
  void whatIsDone_isMoved_andWhatFailed_withTheReason() throws IOException {
    Path done = in.resolve("done");
    Files.createDirectories(done);
    Files.writeString(done.resolve("good.mov"), "an older one");
    Files.writeString(in.resolve("good.mov"), "good");
    Files.writeString(in.resolve("bad.mov"), "bad");
    watch("out/{stem}.mp4", new Afterwards.Move(done));
    end(job("good.mov"), new JobState.Done());
    end(job("bad.mov"), failed());
    Eventually.is("moved", () -> Files.exists(done.resolve("failed/bad.mov.txt")));
    Eventually.is("moved", () -> Files.exists(done.resolve("2-good.mov")));
    assertThat(done.resolve("good.mov")).hasContent("an older one");
    assertThat(done.resolve("failed/bad.mov")).hasContent("bad");
    assertThat(done.resolve("failed/bad.mov.txt")).content().contains("is damaged", "send another");
    assertThat(in.resolve("good.mov")).doesNotExist();
    assertThat(jobs()).hasSize(2);
  }

  @Test
  void whatIsDone_isDeleted_alsoAfterARestart_andWhatFailedStays() throws IOException {
    Files.writeString(in.resolve("good.mov"), "good");
    Files.writeString(in.resolve("bad.mov"), "bad");
    Files.writeString(in.resolve("other.mov"), "first");
    watch("out/{stem}.mp4", new Afterwards.Delete());
    JobRecord bad = job("bad.mov");
    end(bad, failed());
    JobRecord good = job("good.mov");
    JobRecord other = job("other.mov");
    watched.orElseThrow().close();
    end(good, new JobState.Done());
    end(other, new JobState.Done());
    Files.writeString(in.resolve("other.mov"), "another by that name");
    watch("out/{stem}.mp4", new Afterwards.Delete());
    Eventually.is("deleted", () -> !Files.exists(in.resolve("good.mov")));
    assertThat(in.resolve("bad.mov")).hasContent("bad");
    assertThat(in.resolve("other.mov")).exists();

    JobRecord again = journal.retry(bad.id(), "me");
    JobRecord running =
        journal
            .change(
                bad.id(),
                again.sequence(),
                Step.to(new JobState.Running(2, "w", List.of(), Instant.EPOCH)))
            .orElseThrow();
    JobRecord _ =
        journal.change(bad.id(), running.sequence(), Step.to(new JobState.Done())).orElseThrow();
    Eventually.is("deleted", () -> !Files.exists(in.resolve("bad.mov")));
  }

  @Test
  void whatIsRefused_isToldOnce_andTakenWhenItCanBe() throws IOException {
    watch("out/{stem}.mp4", new Afterwards.Keep());
    String good = Files.readString(root.resolve("job.yaml"));
    Files.writeString(root.resolve("job.yaml"), "transcode: {size: 720p}");
    Files.writeString(in.resolve("a.mov"), "x");
    Eventually.is("told", () -> !refusals().isEmpty());
    for (int minute = 1; minute < 4; minute++) {
      passed = Duration.ofMinutes(2L * minute);
      // One that comes later is dealt with, so that the first was looked at again before.
      String next = minute + ".mov";
      Files.writeString(in.resolve(next), "x");
      Eventually.is("told", () -> refusals().stream().anyMatch(line -> line.contains(next)));
    }
    assertThat(refusals()).filteredOn(line -> line.contains("/a.mov")).hasSize(1);
    Files.writeString(root.resolve("job.yaml"), good);
    passed = Duration.ofMinutes(9);
    JobRecord _ = job("a.mov");
  }

  private List<String> refusals() {
    return log.stream().filter(line -> line.contains("codec is missing")).toList();
  }

  @Test
  void settingsThatCannotBe_areRefused() throws IOException {
    assertThatThrownBy(() -> watch("in/out/{stem}.mp4", new Afterwards.Keep()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("outputs would become inputs");
    Files.createSymbolicLink(root.resolve("way"), in);
    assertThatThrownBy(() -> watch("way/{stem}.mp4", new Afterwards.Keep()))
        .hasMessageContaining("it would become an input");
    Files.writeString(root.resolve("job.yaml"), "transcode: {size: 720p}");
    assertThatThrownBy(() -> watch("out/{stem}.mp4", new Afterwards.Keep()))
        .hasMessageContaining("codec is missing");
    Files.delete(in);
    assertThatThrownBy(() -> watch("out/{stem}.mp4", new Afterwards.Keep()))
        .hasMessageContaining("cannot be watched");
  }
}
