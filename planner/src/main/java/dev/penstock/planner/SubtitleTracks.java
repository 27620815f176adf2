package dev.penstock.planner;

import dev.penstock.model.JobSpec.Subtitles;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Track;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what becomes of the subtitles. */
final class SubtitleTracks {
  /** Text that libav decodes to styled events and can write again in another format. */
  private static final Set<String> CONVERTIBLE =
      Set.of(
          "subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "microdvd", "sami", "ttml");

  private final Request request;
  private final Subtitles asked;
  private final Ledger ledger;

  private SubtitleTracks(Request request) {
    this.request = request;
    this.asked = request.spec().subtitles();
    this.ledger = request.ledger();
  }

  static List<TrackPlan> plan(Request request) {
    SubtitleTracks subtitles = new SubtitleTracks(request);
    return request.input().subtitles().stream()
        .flatMap(track -> subtitles.plan(track).stream())
        .toList();
  }

  private static String subject(Track.Subtitle track) {
    return "subtitle track " + track.index();
  }

  private Optional<TrackPlan> plan(Track.Subtitle track) {
    return switch (asked) {
      case NONE -> {
        ledger.decide(subject(track), "left out", "--subtitles none asks for it");
        yield Optional.empty();
      }
      case COPY -> copyAsAsked(track);
      case AUTO -> holds(track) ? Optional.of(copy(track, "as it is")) : convert(track);
      case CONVERT -> isTarget(track) ? Optional.of(copy(track, "already")) : convert(track);
    };
  }

  private boolean holds(Track.Subtitle track) {
    return request.holds(track.codec());
  }

  private boolean isTarget(Track.Subtitle track) {
    return request.container().textSubtitles().filter(track.codec()::equals).isPresent();
  }

  private TrackPlan copy(Track.Subtitle track, String how) {
    ledger.decide(
        subject(track),
        "copy",
        request.container().label() + " holds " + track.codec() + " " + how);
    return packets(track);
  }

  private TrackPlan packets(Track.Subtitle track) {
    return new Plan.Copy(
        track.index(), track.codec(), Optional.empty(), Labelling.of(request, track));
  }

  private Optional<TrackPlan> copyAsAsked(Track.Subtitle track) {
    if (!holds(track)) {
      ledger.refuse(
          subject(track),
          request.container().label() + " cannot hold " + track.codec(),
          "--subtitles copy keeps the format",
          "use --subtitles auto or none, or write to .mkv");
      return Optional.empty();
    }
    ledger.decide(subject(track), "copy", "--subtitles copy asks for it");
    return Optional.of(packets(track));
  }

  private Optional<TrackPlan> convert(Track.Subtitle track) {
    Optional<String> format = request.container().textSubtitles();
    if (format.isPresent() && track.text() && CONVERTIBLE.contains(track.codec())) {
      return Optional.of(converted(track, format.get()));
    }
    return leaveOut(track, format);
  }

  private TrackPlan converted(Track.Subtitle track, String format) {
    ledger.decide(
        subject(track),
        "convert to " + format,
        "it is " + track.codec() + ", and this is the text format of " + containerLabel());
    return new Plan.ConvertSubtitle(track.index(), format, format, Labelling.of(request, track));
  }

  private Optional<TrackPlan> leaveOut(Track.Subtitle track, Optional<String> format) {
    String because;
    if (!track.text()) {
      because = "it holds pictures (" + track.codec() + "), which cannot become text";
    } else if (format.isEmpty()) {
      because = containerLabel() + " has no text format that libav writes";
    } else {
      because = track.codec() + " cannot be converted to " + format.get();
    }
    if (asked == Subtitles.CONVERT) {
      ledger.refuse(
          subject(track), "it cannot be converted", because, "use --subtitles auto or none");
      return Optional.empty();
    }
    ledger.decide(subject(track), "left out", because);
    ledger.note(subject(track) + " is left out: " + because + "; .mkv holds it as it is");
    return Optional.empty();
  }

  private String containerLabel() {
    return request.container().label();
  }
}
