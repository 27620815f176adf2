package dev.penstock.planner;

import dev.penstock.model.Chapter;
import dev.penstock.model.JobSpec.Trim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The part of the input that is wanted. */
final class Trimming {
  private Trimming() {}

  static void check(Request request) {
    Trim trim = request.spec().trim();
    trim.start().ifPresent(start -> checkStart(request, start));
    if (trim.duration().filter(length -> length.isZero() || length.isNegative()).isPresent()) {
      request
          .ledger()
          .refuseRequest(
              "--duration",
              "nothing would be left",
              "the duration asked for is not above zero",
              "give a duration above zero, or leave it away for the rest of the input");
    }
  }

  private static void checkStart(Request request, Duration start) {
    Optional<Duration> length = request.input().duration();
    if (start.isNegative()) {
      refuseStart(request, start, "it is before the beginning", "time counts from 0");
    } else if (length.filter(end -> start.compareTo(end) >= 0).isPresent()) {
      refuseStart(
          request,
          start,
          "it is beyond the end",
          "the input lasts " + KeyFrames.seconds(length.get()) + " s");
    }
  }

  private static void refuseStart(
      Request request, Duration start, String problem, String likelyCause) {
    request
        .ledger()
        .refuse(
            "--start " + KeyFrames.seconds(start),
            problem,
            likelyCause,
            "give a start inside the input");
  }

  /** The chapters of the output, on its own time line. */
  static List<Chapter> chapters(Request request) {
    if (!request.container().holdsChapters()) {
      if (!request.input().chapters().isEmpty()) {
        request
            .ledger()
            .note(request.container().label() + " holds no chapters; they are left out");
      }
      return List.of();
    }
    Trim trim = request.spec().trim();
    Duration start = trim.start().orElse(Duration.ZERO);
    return request.input().chapters().stream()
        .flatMap(chapter -> moved(chapter, start, trim.duration()))
        .toList();
  }

  private static Stream<Chapter> moved(
      Chapter chapter, Duration start, Optional<Duration> duration) {
    Duration from = later(chapter.start().minus(start), Duration.ZERO);
    Duration shifted = chapter.end().minus(start);
    Duration to = duration.map(length -> earlier(shifted, length)).orElse(shifted);
    return from.compareTo(to) < 0
        ? Stream.of(new Chapter(chapter.title(), from, to))
        : Stream.empty();
  }

  private static Duration later(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration earlier(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
