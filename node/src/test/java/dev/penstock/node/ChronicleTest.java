package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.CodedStretch;
import dev.penstock.model.PieceStep;
import dev.penstock.model.Progress;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.journal.Asked;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a job is there while it runs, and after it and a restart. */
class ChronicleTest {
  private static final Place GPU =
      new Place("acme", List.of(new Place.Gpu("GPU-1", Optional.empty())));

  @TempDir Path folder;
  private final AtomicLong seconds = new AtomicLong(1_900_000_000);
  private final InstantSource clock = () -> Instant.ofEpochSecond(seconds.get());
  private final List<String> counted = new ArrayList<>();
  private final Chronicle.Watching watching =
      new Nobody() {
        @Override
        public void piece(JobDetails.Segment piece) {
          counted.add(piece.number().orElse(-1) + " " + piece.state());
        }

        @Override
        public void report(String json) {
          counted.add(json);
        }

        @Override
        public void frames(long more) {
          counted.add(more + " frames");
        }
      };

  private Journal open() {
    return Journal.open(folder, clock, new Random(1));
  }

  private static JobRecord running(Journal journal) {
    JobRecord job = journal.submit(Asked.job("acme", "{}")).job();
    return journal
        .change(
            job.id(),
            job.sequence(),
            Step.to(
                new JobState.Running(
                    job.attempts() + 1, GPU.toString(), List.of("GPU-1"), Instant.EPOCH)))
        .orElseThrow();
  }

  private void step(Chronicle chronicle, JobId id, int segment, int lane, PieceStep.Fate fate) {
    seconds.incrementAndGet();
    chronicle.said(
        id,
        new FromWorker.Piece(
            1,
            new PieceStep(
                PieceStep.Kind.PICTURES,
                OptionalInt.of(segment),
                Optional.empty(),
                fate == PieceStep.Fate.REUSED ? OptionalInt.empty() : OptionalInt.of(lane),
                Optional.of("GPU-1"),
                fate)));
  }

  @Test
  void aTale_isThereWhileItRuns_andAfterARestart() {
    JobId id;
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      JobRecord job = running(journal);
      id = job.id();
      chronicle.began(job, 1, GPU);
      step(chronicle, id, 0, 0, PieceStep.Fate.REUSED);
      step(chronicle, id, 1, 0, PieceStep.Fate.BEGUN);
      step(chronicle, id, 2, 1, PieceStep.Fate.BEGUN);
      step(chronicle, id, 1, 0, PieceStep.Fate.DONE);
      step(chronicle, id, 3, 0, PieceStep.Fate.BEGUN);
      step(chronicle, id, 3, 0, PieceStep.Fate.FAILED);
      chronicle.logged(id + " [h264] something odd");
      chronicle.logged("of nobody");
      chronicle.said(id, progress(120));

      assertThat(chronicle.tale(id).segments())
          .extracting(each -> each.number().orElse(-1) + " " + each.state())
          .containsExactly("0 REUSED", "1 DONE", "2 RUNNING", "3 FAILED");
      assertThat(chronicle.running()).hasSize(1);
      JobDetails.Progress shown = chronicle.running().getFirst().progress();
      assertThat(shown.rungs()).containsExactly(new JobDetails.Rung("720p", 0.5, 25));
      assertThat(shown.segments()).contains(new JobDetails.Segments(2, 4));
      assertThat(counted).containsExactly("1 DONE", "3 FAILED", "120 frames");

      Step end = chronicle.with(id, Step.to(new JobState.Done()).withReport("{}"));
      assertThat(journal.change(id, job.sequence(), end)).isPresent();
    }
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      Tale tale = chronicle.tale(id);
      assertThat(tale.segments())
          .extracting(each -> each.number().orElse(-1) + " " + each.state())
          .containsExactly("0 REUSED", "1 DONE", "2 FAILED", "3 FAILED");
      assertThat(tale.segments().get(1).lane()).contains(0);
      assertThat(Chronicle.took(tale.segments().get(1))).isEqualTo(Duration.ofSeconds(2));
      assertThat(tale.lines())
          .extracting(JobDetails.Line::text)
          .containsExactly(
              "attempt 1 begins, for acme on GPU-1",
              "[h264] something odd",
              "attempt 1 is over: done");
      assertThat(chronicle.running()).isEmpty();
    }
  }

  /** Between two attempts the daemon may end, and the job is planned again by the next. */
  @Test
  void earlierAttempts_areKept_whenItIsPlannedAfterARestart() {
    JobId id;
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      JobRecord job = running(journal);
      id = job.id();
      chronicle.began(job, 1, GPU);
      step(chronicle, id, 0, 0, PieceStep.Fate.BEGUN);
      step(chronicle, id, 0, 0, PieceStep.Fate.DONE);
      Step end = chronicle.with(id, Step.to(new JobState.Queued()));
      assertThat(journal.change(id, job.sequence(), end)).isPresent();
    }
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      chronicle.planned(id, planned());
      chronicle.began(journal.find(id).orElseThrow(), 2, GPU);
      step(chronicle, id, 1, 0, PieceStep.Fate.BEGUN);

      assertThat(chronicle.tale(id).segments())
          .extracting(each -> each.number().orElse(-1) + " in " + each.attempt())
          .containsExactly("0 in 1", "1 in 2");
      assertThat(chronicle.tale(id).plan()).contains(new JobDetails.Plan("{}", "a plan"));
    }
  }

  /** A step is tried again while the disk is full. */
  @Test
  void aReport_isCountedOnce_whenItsStepIsTaken() {
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      JobRecord job = running(journal);
      Step end = Step.to(new JobState.Done()).withReport("{}");
      Step _ = chronicle.with(job.id(), end);
      Step _ = chronicle.with(job.id(), end);
      assertThat(counted).isEmpty();
      chronicle.taken(end);
      assertThat(counted).containsExactly("{}");
    }
  }

  /** Of stretches that overlap the later one holds; a new attempt tells all of its own. */
  @Test
  void howItIsCoded_isThereWhileItRuns_andAfterARestart() {
    JobId id;
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      JobRecord job = running(journal);
      id = job.id();
      chronicle.began(job, 1, GPU);
      assertThat(quality(chronicle, job).why().orElseThrow()).contains("two seconds");
      chronicle.said(id, coded("1080p", 8, 10, 48));
      Step again = chronicle.with(id, Step.to(new JobState.Queued()));
      assertThat(again.tale()).isPresent();

      chronicle.began(job, 2, GPU);
      chronicle.said(id, coded("480p", 0, 2, 20));
      chronicle.said(id, coded("1080p", 4, 6, 40));
      chronicle.said(id, coded("1080p", 0, 3, 20));
      chronicle.said(id, coded("1080p", 2, 4, 30));
      chronicle.said(id, coded("1080p", 0, 2, 22));
      assertThat(curves(quality(chronicle, job)))
          .containsExactly("1080p [0.0 22.0, 2.0 30.0, 4.0 40.0]", "480p [0.0 20.0]");
      Step end = chronicle.with(id, Step.to(new JobState.Done()).withReport("{}"));
      assertThat(journal.change(id, job.sequence(), end)).isPresent();
    }
    try (Journal journal = open();
        Chronicle chronicle = new Chronicle(journal, clock, watching)) {
      JobDetails.Quality kept = quality(chronicle, journal.find(id).orElseThrow());
      assertThat(curves(kept)).hasSize(2);
      assertThat(kept.measures())
          .extracting(JobDetails.Measure::id)
          .containsExactly("psnr", "quantiser-51", "rate");
      JobDetails.Curve psnr = kept.measures().getFirst().rungs().getFirst();
      // By the errors: 20, 12 and 2 dB.
      assertThat(List.of(psnr.mean(), psnr.least(), psnr.most())).containsExactly(6.3, 2.0, 20.0);
    }
  }

  private static JobDetails.Quality quality(Chronicle chronicle, JobRecord job) {
    return QualityView.of(chronicle.tale(job.id()).coding().orElseThrow().stretches(), job.state());
  }

  private static List<String> curves(JobDetails.Quality quality) {
    return quality.measures().get(1).rungs().stream()
        .map(each ->
            each.name() + " " + each.points().stream().map(p -> p.at() + " " + p.value()).toList())
        .toList();
  }

  private static FromWorker coded(String rung, int from, int to, double quantiser) {
    return new FromWorker.Coded(
        1,
        new CodedStretch(
            rung,
            Duration.ofSeconds(from),
            Duration.ofSeconds(to),
            25L * (to - from),
            1000,
            OptionalDouble.of(quantiser),
            OptionalInt.of(51),
            OptionalDouble.of(42 - quantiser)));
  }

  private static FromWorker.Planned planned() {
    return Works.planned(1);
  }

  private static FromWorker.Progress progress(long frames) {
    return new FromWorker.Progress(
        1,
        FromWorker.Phase.ENCODING,
        Optional.of(
            new Progress(
                    OptionalDouble.of(0.5),
                    frames,
                    25,
                    1,
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(4),
                    1e6,
                    1,
                    Optional.empty())
                .cut(new Progress.Segments(2, 4))
                .of(List.of(new Progress.Rung("720p", 0.5, 25)))));
  }
}
