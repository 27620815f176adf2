package dev.penstock.planner;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Track;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what becomes of covers, attached files and data. */
final class OtherTracks {
  private OtherTracks() {}

  static List<TrackPlan> plan(Request request) {
    return request.input().tracks().stream().flatMap(track -> plan(request, track)).toList();
  }

  private static Stream<TrackPlan> plan(Request request, Track track) {
    return switch (track) {
      case Track.Video _, Track.Audio _, Track.Subtitle _ -> Stream.empty();
      case Track.Picture picture -> cover(request, picture).stream();
      case Track.Attachment attachment -> attachment(request, attachment).stream();
      case Track.Data data -> {
        leaveOut(
            request,
            track,
            "data track " + data.index(),
            "Penstock does not carry " + data.codec());
        yield Stream.empty();
      }
    };
  }

  private static Optional<TrackPlan> cover(Request request, Track.Picture picture) {
    String subject = "cover picture " + picture.index();
    boolean known = picture.codec().equals("mjpeg") || picture.codec().equals("png");
    // M4A holds covers although nothing else that moves or stands still.
    if (known && (request.holds(picture.codec()) || request.container().audioOnly())) {
      return copy(request, picture, subject, Labelling.ofCover(request, picture));
    }
    String reason = request.container().label() + " holds no cover in " + picture.codec();
    return leaveOut(request, picture, subject, reason);
  }

  private static Optional<TrackPlan> attachment(Request request, Track.Attachment attachment) {
    String subject = "attachment " + attachment.index() + " (" + attachment.fileName() + ")";
    return request.container().holdsAttachments()
        ? copy(request, attachment, subject, Labelling.of(request, attachment))
        : leaveOut(
            request, attachment, subject, request.container().label() + " holds no attachments");
  }

  private static Optional<TrackPlan> copy(
      Request request, Track track, String subject, Plan.Labels labels) {
    request.ledger().decide(subject, "copy", request.container().label() + " holds it");
    return Optional.of(new Plan.Copy(track.index(), track.codec(), Optional.empty(), labels));
  }

  private static Optional<TrackPlan> leaveOut(
      Request request, Track track, String subject, String because) {
    request.ledger().decide(subject, "left out", because);
    request.ledger().note(subject + title(track) + " is left out: " + because);
    return Optional.empty();
  }

  private static String title(Track track) {
    return track.stream().title().map(text -> " (" + text + ")").orElse("");
  }
}
