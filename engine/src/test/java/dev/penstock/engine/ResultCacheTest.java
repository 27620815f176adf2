package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Capabilities;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.Verification.Level;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.LadderPlanner;
import dev.penstock.planner.Planner;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class ResultCacheTest {
  private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

  @TempDir Path folder;

  private Path cache() {
    return folder.resolve("cache");
  }

  private static Path clip() {
    return Clips.beacon("beacon.mp4", 2);
  }

  private Outcome run(JobSpec spec, boolean overwrite, Level level, OptionalLong most) {
    return run(spec, overwrite, level, most, NOON, "1");
  }

  private Outcome run(
      JobSpec spec,
      boolean overwrite,
      Level level,
      OptionalLong most,
      Instant now,
      String version) {
    return run(spec, Survey.declared(), overwrite, level, most, now, version);
  }

  private Outcome run(
      JobSpec spec,
      Capabilities machine,
      boolean overwrite,
      Level level,
      OptionalLong most,
      Instant now,
      String version) {
    Cancellation never = new Cancellation();
    ResultCache cache = ResultCache.in(cache(), most, version, InstantSource.fixed(now));
    try (Input input = Input.open(spec.input(), reading(), never)) {
      Planning.Planned planned =
          (Planning.Planned)
              Planner.plan(
                  spec, input.infoFor(spec), machine, input.indexFor(spec, machine.devices()));
      return cache.execute(planned, input, options(overwrite, level), never);
    }
  }

  private static Input.Options reading() {
    return new Input.Options(Duration.ofSeconds(30), _ -> {});
  }

  private static Engine.Options options(boolean overwrite, Level level) {
    return new Engine.Options(
        overwrite, OptionalInt.empty(), Optional.empty(), level, _ -> {}, _ -> {});
  }

  private static Report done(Outcome outcome) {
    if (outcome instanceof Outcome.Done(Report report)) {
      return report;
    }
    throw new AssertionError(outcome);
  }

  private Report job(Path input, String output) {
    JobSpec spec = Transcoding.of(input, folder.resolve(output)).quick().spec();
    return done(run(spec, false, Level.STRUCTURE, OptionalLong.empty()));
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> files = Files.walk(cache())) {
      return files.filter(file -> file.getFileName().toString().equals("result")).toList();
    }
  }

  @Test
  void theSameJob_isAnsweredFromTheCache_whateverTheNames() throws IOException {
    Report first = job(clip(), "a.mp4");
    Path renamed = Files.copy(clip(), folder.resolve("renamed.mp4"));
    Report second = job(renamed, "b.mp4");

    assertThat(first.cached()).isEmpty();
    assertThat(second.cached()).contains(new Report.Cached(NOON, first.elapsed()));
    assertThat(folder.resolve("b.mp4")).hasSameBinaryContentAs(folder.resolve("a.mp4"));
    assertThat(second.tracks()).isEqualTo(first.tracks());
    assertThat(second.output().source()).isEqualTo(folder.resolve("b.mp4").toString());
    assertThat(second.output().duration()).isEqualTo(first.output().duration());
    assertThat(second.verification().passed()).isEqualTo(first.verification().passed());
    assertThat(second.verification().checks().getFirst().output())
        .isEqualTo(folder.resolve("b.mp4").toString());
  }

  /** The key is of the plan that failed, and the bytes are of another. */
  @Test
  void whatWasMadeAnotherWay_isNotStored() throws IOException {
    LabMachine faulty = LabMachine.of(folder.resolve("bad"), "* nvEncEncodePicture from 10 8");
    Report first = onGpus(faulty, "a.mp4");
    assertThat(first.plan().tier()).isEqualTo(Tier.GPU_DECODE);
    assertThat(entries()).isEmpty();

    LabMachine sound = LabMachine.of(folder.resolve("good"));
    Report second = onGpus(sound, "b.mp4");
    assertThat(second.cached()).isEmpty();
    assertThat(second.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(onGpus(sound, "c.mp4").cached()).isPresent();
  }

  private Report onGpus(LabMachine machine, String output) {
    JobSpec spec =
        Transcoding.of(clip(), folder.resolve(output)).codec(VideoCodec.H264).quick().spec();
    return done(
        run(
            spec,
            Survey.declared().withDevices(machine.gpus()),
            false,
            Level.STRUCTURE,
            OptionalLong.empty(),
            NOON,
            "1"));
  }

  @Test
  void otherBytes_anotherPlan_anotherBuild_areOtherJobs() throws IOException {
    Report _ = job(clip(), "a.mp4");
    assertThat(job(Clips.beacon("longer.mp4", 2.4), "b.mp4").cached()).isEmpty();
    JobSpec other = Transcoding.of(clip(), folder.resolve("c.mp4")).quick().quality(40).spec();
    assertThat(done(run(other, false, Level.STRUCTURE, OptionalLong.empty())).cached()).isEmpty();
    JobSpec same = Transcoding.of(clip(), folder.resolve("d.mp4")).quick().spec();
    Outcome build = run(same, false, Level.STRUCTURE, OptionalLong.empty(), NOON, "2");
    assertThat(done(build).cached()).isEmpty();
    assertThat(entries()).hasSize(4);
  }

  @Test
  void aDamagedResult_isRedone_andSaid() throws IOException {
    Report _ = job(clip(), "a.mp4");
    Path stored = entries().getFirst().resolveSibling("00000");
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Files.write(stored, bytes);

    Report again = job(clip(), "b.mp4");

    assertThat(again.cached()).isEmpty();
    assertThat(again.receipt().notes()).anyMatch(note -> note.contains("damaged and is redone"));
    assertThat(folder.resolve("b.mp4")).hasSameBinaryContentAs(folder.resolve("a.mp4"));
    assertThat(job(clip(), "c.mp4").cached()).isPresent();
  }

  @Test
  void aTornRecord_isRedone() throws IOException {
    Report _ = job(clip(), "a.mp4");
    Path record = entries().getFirst();
    Files.write(record, java.util.Arrays.copyOf(Files.readAllBytes(record), 40));

    assertThat(job(clip(), "b.mp4").cached()).isEmpty();
    assertThat(job(clip(), "c.mp4").cached()).isPresent();
  }

  @Test
  void anExistingOutput_isNotReplaced() throws IOException {
    Report _ = job(clip(), "a.mp4");
    Path there = Files.writeString(folder.resolve("b.mp4"), "mine");
    JobSpec spec = Transcoding.of(clip(), there).quick().spec();

    assertThatThrownBy(() -> run(spec, false, Level.STRUCTURE, OptionalLong.empty()))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.BadRequest.class));
    assertThat(there).hasContent("mine");
    assertThat(done(run(spec, true, Level.STRUCTURE, OptionalLong.empty())).cached()).isPresent();
    assertThat(there).hasSameBinaryContentAs(folder.resolve("a.mp4"));
  }

  @Test
  void whatWasNotVerified_isNotStored_andWhatWasLessSo_isRedone() throws IOException {
    JobSpec a = Transcoding.of(clip(), folder.resolve("a.mp4")).quick().spec();
    Outcome _ = run(a, false, Level.NONE, OptionalLong.empty());
    assertThat(entries()).isEmpty();
    Report _ = job(clip(), "b.mp4");
    JobSpec c = Transcoding.of(clip(), folder.resolve("c.mp4")).quick().spec();
    assertThat(done(run(c, false, Level.DECODE, OptionalLong.empty())).cached()).isEmpty();
    JobSpec d = Transcoding.of(clip(), folder.resolve("d.mp4")).quick().spec();
    assertThat(done(run(d, false, Level.DECODE, OptionalLong.empty())).cached()).isPresent();
    assertThat(entries()).hasSize(1);
  }

  @Test
  void whatWasNotUsedForLongest_goesFirst() throws IOException {
    JobSpec old = Transcoding.of(clip(), folder.resolve("a.mp4")).quick().quality(30).spec();
    Outcome _ = run(old, false, Level.STRUCTURE, OptionalLong.empty());
    long one;
    try (Stream<Path> files = Files.list(entries().getFirst().getParent())) {
      one = files.mapToLong(file -> file.toFile().length()).sum();
    }
    OptionalLong most = OptionalLong.of(2 * one + one / 2);
    for (int quality = 31; quality < 34; quality++) {
      Instant now = NOON.plusSeconds(quality);
      JobSpec spec =
          Transcoding.of(clip(), folder.resolve(quality + ".mp4")).quick().quality(quality).spec();
      Outcome _ = run(spec, false, Level.STRUCTURE, most, now, "1");
      // The first is used again and again.
      JobSpec again =
          Transcoding.of(clip(), folder.resolve("x" + quality + ".mp4")).quick().quality(30).spec();
      assertThat(done(run(again, false, Level.STRUCTURE, most, now.plusMillis(1), "1")).cached())
          .isPresent();
    }
    assertThat(entries()).hasSize(2);
  }

  @Test
  void whatACrashLeaves_isNoResult_andGoesInTheEnd() throws IOException {
    Path torn = Files.createDirectories(cache().resolve("tmp-left"));
    Files.writeString(torn.resolve("00000"), "half");
    Files.setLastModifiedTime(torn, FileTime.from(NOON.minus(Duration.ofDays(2))));

    assertThat(job(clip(), "a.mp4").cached()).isEmpty();
    assertThat(torn).doesNotExist();
  }

  @Test
  void aNamedPipe_isNotCached_andTheReceiptSaysWhy() throws Exception {
    Path pipe = folder.resolve("pipe.ts");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path clip = Clips.beacon("beacon.ts", 2);
    Process feeder = new ProcessBuilder("sh", "-c", "cat '" + clip + "' > '" + pipe + "'").start();

    Report report = job(pipe, "a.mp4");

    assertThat(feeder.waitFor()).isZero();
    assertThat(report.receipt().notes()).contains("its result is not cached: the input is no file");
    assertThat(entries()).isEmpty();
  }

  @Test
  void aJobWhoseEncoderIsGivenAFile_isNotCached_andTheReceiptSaysWhy() throws IOException {
    Path matrices = Files.writeString(folder.resolve("matrices"), "");
    for (String value : List.of("stats=" + folder.resolve("new"), "opencl-clbin=" + matrices)) {
      Path output = folder.resolve(value.substring(0, 5) + ".mp4");
      JobSpec spec =
          Transcoding.of(clip(), output)
              .codec(VideoCodec.H264)
              .quick()
              .encoderOption("x264-params", value)
              .spec();
      Report report = done(run(spec, false, Level.STRUCTURE, OptionalLong.empty()));
      assertThat(report.receipt().notes())
          .contains(
              "its result is not cached: the encoder is given a file by "
                  + value.substring(0, value.indexOf('='))
                  + " in x264-params");
      assertThat(entries()).isEmpty();
    }
  }

  @Test
  void containersThatNameOtherFiles_areKnown() {
    assertThat(List.of("vobsub", "hls", "dash", "concat")).allMatch(Uncacheable::namesOthers);
    assertThat(Uncacheable.namesOthers("mov,mp4,m4a,3gp,3g2,mj2")).isFalse();
  }

  /** The stored file is a pipe here, which has no bytes before the job is cancelled. */
  @Test
  void aHitThatIsCancelled_givesNothing_andStays() throws Exception {
    Report _ = job(clip(), "a.mp4");
    Path stored = entries().getFirst().resolveSibling("00000");
    byte[] bytes = Files.readAllBytes(stored);
    Files.delete(stored);
    assertThat(new ProcessBuilder("mkfifo", stored.toString()).start().waitFor()).isZero();
    Cancellation cancellation = new Cancellation();
    try (ExecutorService feeder = Executors.newSingleThreadExecutor()) {
      Future<Boolean> fed = feeder.submit(() -> feed(stored, bytes, cancellation));

      assertThat(hit("b.mp4", InstantSource.fixed(NOON), cancellation))
          .isInstanceOf(Outcome.Cancelled.class);

      assertThat(fed.get()).isTrue();
    }
    assertThat(folder.resolve("b.mp4")).doesNotExist();
    assertThat(entries()).hasSize(1);
  }

  @Test
  void aHitThatIsCancelledWhenItIsComplete_getsNoName() {
    Report _ = job(clip(), "a.mp4");
    Cancellation cancellation = new Cancellation();

    // The clock is asked when all has been copied and looked at.
    Outcome outcome = hit("b.mp4", cancelling(cancellation), cancellation);

    assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
    assertThat(folder.resolve("b.mp4")).doesNotExist();
  }

  private static InstantSource cancelling(Cancellation cancellation) {
    return () -> {
      cancellation.cancel();
      return NOON;
    };
  }

  private static boolean feed(Path pipe, byte[] bytes, Cancellation cancellation) {
    try (OutputStream out = Files.newOutputStream(pipe)) {
      cancellation.cancel();
      out.write(bytes);
    } catch (IOException _) {
      return true; // who reads has gone, as it should
    }
    return true;
  }

  private Outcome hit(String output, InstantSource clock, Cancellation cancellation) {
    return cached(output, clock, cancellation, _ -> {});
  }

  private Outcome cached(
      String output, InstantSource clock, Cancellation cancellation, Consumer<Path> finished) {
    JobSpec spec = Transcoding.of(clip(), folder.resolve(output)).quick().spec();
    ResultCache cache = ResultCache.in(cache(), OptionalLong.empty(), "1", clock);
    try (Input input = Input.open(spec.input(), reading(), cancellation)) {
      Planning.Planned planned =
          (Planning.Planned)
              Planner.plan(spec, input.infoFor(spec), Survey.declared(), input.indexFor(spec));
      Engine.Options options = options(false, Level.STRUCTURE);
      return cache.execute(planned, input, options, cancellation, finished);
    }
  }

  @Test
  void whatChangedSinceItWasLookedAt_isNotStored() throws IOException {
    Consumer<Path> change =
        file -> {
          try {
            byte[] free = {0, 0, 0, 8, 'f', 'r', 'e', 'e'};
            Files.write(file, free, StandardOpenOption.APPEND);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };

    Report _ = done(cached("a.mp4", InstantSource.fixed(NOON), new Cancellation(), change));

    assertThat(entries()).isEmpty();
    try (Stream<Path> left = Files.list(cache())) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'a: 3 damaged places', 'b/c: 3 damaged places'",
    "'a, track 0: a place in a', 'b/c, track 0: a place in a'",
    "'track 0 of the plan: a picture comes late', 'track 0 of the plan: a picture comes late'"
  })
  void aWarning_isAboutTheInputOfThisJob(String stored, String given) {
    assertThat(CachedResult.renamed(stored, "a", "b/c")).isEqualTo(given);
  }

  @Test
  void twoAtOnce_disturbNeitherEachOther_norTheCache() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      List<Callable<Report>> jobs = List.of(() -> job(clip(), "a.mp4"), () -> job(clip(), "b.mp4"));
      for (Future<Report> report : both.invokeAll(jobs)) {
        assertThat(report.get().verification().failed()).isEmpty();
      }
    }
    assertThat(folder.resolve("b.mp4")).hasSameBinaryContentAs(folder.resolve("a.mp4"));
    assertThat(entries()).hasSize(1);
    assertThat(job(clip(), "c.mp4").cached()).isPresent();
    try (Stream<Path> left = Files.list(cache())) {
      assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("tmp-"));
    }
  }

  @Test
  void aLadder_isGivenAgain_fileByFile() throws IOException {
    Report first = ladder("a");
    Report second = ladder("b");

    assertThat(first.cached()).isEmpty();
    assertThat(second.cached()).isPresent();
    assertThat(second.outputs()).hasSameSizeAs(first.outputs()).isNotEmpty();
    try (Stream<Path> files = Files.walk(folder.resolve("a"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(folder.resolve("b").resolve(folder.resolve("a").relativize(file)))
            .hasSameBinaryContentAs(file);
      }
    }
  }

  private Report ladder(String name) {
    LadderSpec spec =
        Ladders.of(
                clip(),
                folder.resolve(name),
                Set.of(LadderSpec.Form.HLS, LadderSpec.Form.DASH),
                List.of(Ladders.rung(96)))
            .withSegments(new JobSpec.Segments.Auto());
    Cancellation never = new Cancellation();
    ResultCache cache =
        ResultCache.in(cache(), OptionalLong.empty(), "1", InstantSource.fixed(NOON));
    try (Input input = Input.open(spec.input(), reading(), never)) {
      Planning.Planned planned =
          (Planning.Planned)
              LadderPlanner.plan(spec, input.info(), Survey.declared(), input.indexFor(spec));
      return done(cache.execute(planned, input, options(false, Level.STRUCTURE), never));
    }
  }
}
