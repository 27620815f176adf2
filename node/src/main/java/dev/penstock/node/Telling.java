package dev.penstock.node;

import dev.penstock.model.CodedStretch;
import dev.penstock.model.PieceStep;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobDetails.Line;
import dev.penstock.node.http.JobDetails.Phase;
import dev.penstock.node.http.JobDetails.Plan;
import dev.penstock.node.http.JobDetails.Progress;
import dev.penstock.node.http.JobDetails.Rung;
import dev.penstock.node.http.JobDetails.Segment;
import dev.penstock.node.http.JobDetails.SegmentState;
import dev.penstock.node.http.JobDetails.Segments;
import dev.penstock.node.http.JobDetails.Source;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The tale of a job while it goes on. Any thread. */
final class Telling {
  /** A film of three hours in pieces of two seconds. */
  private static final int MOST_SEGMENTS = 5400;

  private static final int MOST_LINES = 400;
  private static final int LONGEST_LINE = 1000;

  private final List<Segment> segments;
  private final Deque<Line> lines;
  private final CodedFilm coding = new CodedFilm();

  /** Packed: many wait, and nobody asks of most. */
  private Optional<byte[]> plan;

  private Optional<Attempt> attempt = Optional.empty();

  /** What is known of the attempt that runs. */
  private static final class Attempt {
    private final String tenant;
    private final int number;
    private final Forecast forecast = new Forecast();
    private Optional<FromWorker.Progress> said = Optional.empty();
    private long frames;

    Attempt(String tenant, int number) {
      this.tenant = tenant;
      this.number = number;
    }
  }

  Telling(Tale sofar) {
    this.plan = sofar.plan().map(Telling::packed);
    this.segments = new ArrayList<>(sofar.segments());
    this.lines = new ArrayDeque<>(sofar.lines());
    sofar.coding().ifPresent(known -> known.stretches().forEach(coding::add));
  }

  synchronized void planned(Plan made) {
    plan = Optional.of(packed(made));
  }

  private static byte[] packed(Plan made) {
    return new Tale(Optional.of(made), List.of(), List.of(), Optional.empty()).packed();
  }

  synchronized void began(String tenant, int number, Place place, Instant now) {
    attempt = Optional.of(new Attempt(tenant, number));
    coding.clear(); // what is used of it again is told again
    line(new Line(now, Source.NODE, "attempt " + number + " begins, for " + place));
  }

  synchronized boolean isRunning() {
    return attempt.isPresent();
  }

  synchronized void line(Line line) {
    String text = line.text();
    lines.add(
        text.length() <= LONGEST_LINE
            ? line
            : new Line(line.at(), line.source(), text.substring(0, LONGEST_LINE) + " …"));
    if (lines.size() > MOST_LINES) {
      lines.removeFirst();
    }
  }

  /** How many pictures more there are than before. */
  synchronized long progress(FromWorker.Progress said, Instant now) {
    if (attempt.isEmpty()) {
      return 0;
    }
    Attempt runs = attempt.get();
    runs.said = Optional.of(said);
    if (said.phase() != FromWorker.Phase.ENCODING || said.progress().isEmpty()) {
      return 0;
    }
    dev.penstock.model.Progress progress = said.progress().get();
    progress.done().ifPresent(done -> runs.forecast.told(done, now));
    long before = runs.frames;
    runs.frames = Math.max(before, progress.frames());
    return runs.frames - before;
  }

  /** The piece, where it is over by that. */
  synchronized Optional<Segment> step(PieceStep step, Instant now) {
    if (attempt.isEmpty()) {
      return Optional.empty();
    }
    return switch (step.fate()) {
      case BEGUN -> {
        add(segment(step, now, Optional.empty(), SegmentState.RUNNING));
        yield Optional.empty();
      }
      case REUSED -> {
        add(segment(step, now, Optional.of(now), SegmentState.REUSED));
        yield Optional.empty();
      }
      case DONE -> end(step, now, SegmentState.DONE);
      case FAILED -> end(step, now, SegmentState.FAILED);
    };
  }

  synchronized void coded(CodedStretch stretch) {
    if (attempt.isPresent()) {
      coding.add(stretch);
    }
  }

  private void add(Segment segment) {
    if (segments.size() < MOST_SEGMENTS) {
      segments.add(segment);
    }
  }

  private Segment segment(
      PieceStep step, Instant began, Optional<Instant> ended, SegmentState state) {
    Attempt runs = attempt.orElseThrow();
    return new Segment(
        boxed(step.segment()),
        step.kind(),
        step.rendition(),
        boxed(step.lane()),
        step.device().orElse(DeviceViews.SOFTWARE),
        began,
        ended,
        state,
        runs.number);
  }

  /** A lane does one piece at a time: the last one of it is meant. */
  private Optional<Segment> end(PieceStep step, Instant now, SegmentState state) {
    for (int i = segments.size() - 1; i >= 0; i--) {
      Segment each = segments.get(i);
      if (each.state() == SegmentState.RUNNING && each.lane().equals(boxed(step.lane()))) {
        Segment over = ended(each, now, state);
        segments.set(i, over);
        if (state == SegmentState.DONE && over.what() == PieceStep.Kind.PICTURES) {
          attempt.ifPresent(runs -> runs.forecast.piece(Chronicle.took(over)));
        }
        return Optional.of(over);
      }
    }
    return Optional.empty();
  }

  private static Segment ended(Segment segment, Instant now, SegmentState state) {
    return new Segment(
        segment.number(),
        segment.what(),
        segment.rendition(),
        segment.lane(),
        segment.device(),
        segment.began(),
        Optional.of(now),
        state,
        segment.attempt());
  }

  private static Optional<Integer> boxed(OptionalInt value) {
    return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
  }

  /** The attempt ended, if one ran: what it had in hand is not done. */
  synchronized Tale over(JobState to, Instant now) {
    if (attempt.isPresent()) {
      segments.replaceAll(each ->
          each.state() == SegmentState.RUNNING ? ended(each, now, SegmentState.FAILED) : each);
      line(
          new Line(now, Source.NODE, "attempt " + attempt.get().number + " is over: " + words(to)));
      attempt = Optional.empty();
    }
    return tale();
  }

  private static String words(JobState to) {
    return switch (to) {
      case JobState.Failed(var failure) -> "failed, " + failure.diagnosis().line();
      case JobState.Quarantined(var failure, _) -> "set aside, " + failure.diagnosis().line();
      case JobState.Backoff backoff -> "to be tried again, " + backoff.last().diagnosis().line();
      case JobState.Queued _ -> "gave way, and is queued again";
      default -> to.label();
    };
  }

  synchronized Tale tale() {
    return new Tale(
        plan.flatMap(bytes -> Tale.of(bytes).plan()),
        segments,
        List.copyOf(lines),
        Optional.of(new Tale.Coding(coding.all())));
  }

  synchronized Optional<JobDetails.Running> running(JobId id, Instant now) {
    return attempt.flatMap(
        runs -> shown(now).map(progress -> new JobDetails.Running(id, runs.tenant, progress)));
  }

  synchronized Optional<Progress> shown(Instant now) {
    return attempt.flatMap(runs -> runs.said.map(said -> shown(runs, said, now)));
  }

  private static Progress shown(Attempt runs, FromWorker.Progress said, Instant now) {
    Optional<dev.penstock.model.Progress> known = said.progress();
    OptionalDouble done =
        known.map(dev.penstock.model.Progress::done).orElse(OptionalDouble.empty());
    Optional<Segments> segments =
        known
            .flatMap(dev.penstock.model.Progress::segments)
            .map(each -> new Segments(each.done(), each.all()));
    boolean encodes = said.phase() == FromWorker.Phase.ENCODING;
    Optional<Forecast.Band> band =
        encodes
            ? runs.forecast.band(segments.map(each -> each.all() - each.done()).orElse(0), now)
            : Optional.empty();
    return new Progress(
        Phase.valueOf(said.phase().name()),
        done.orElse(0),
        known.filter(_ -> encodes).map(dev.penstock.model.Progress::speed),
        known.filter(_ -> encodes).map(dev.penstock.model.Progress::framesPerSecond),
        band.map(Forecast.Band::soonest),
        band.map(Forecast.Band::latest),
        segments,
        known.map(dev.penstock.model.Progress::rungs).orElse(List.of()).stream()
            .map(each -> new Rung(each.name(), each.done(), each.framesPerSecond()))
            .toList(),
        known.flatMap(dev.penstock.model.Progress::waiting),
        known.map(dev.penstock.model.Progress::warnings).orElse(List.of()));
  }
}
