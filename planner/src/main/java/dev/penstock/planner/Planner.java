package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Planning;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Decides how a job is done. Pure: the same arguments give the same answer. */
public final class Planner {
  private Planner() {}

  /** As {@link #plan(JobSpec, MediaInfo, Capabilities, Optional)}, without a frame index. */
  public static Planning plan(JobSpec spec, MediaInfo input, Capabilities capabilities) {
    return plan(spec, input, capabilities, Optional.empty());
  }

  /**
   * Plans the job.
   *
   * @param index of the video track, where {@link Cutting#wantsIndex} says so
   */
  public static Planning plan(
      JobSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    Planning planning =
        Routes.plan(
            spec.hardware(),
            capabilities.devices(),
            route -> plan(spec, input, capabilities, index, route));
    return Occupied.in(planning, capabilities.loads());
  }

  private static Planning plan(
      JobSpec spec,
      MediaInfo input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Route route) {
    boolean inPieces = Cutting.Wish.of(spec, route.averagesBySegment()).isLikely(input, index);
    Planning planning = plan(spec, input, capabilities, index, route, inPieces);
    // Only the tracks show whether it can be cut, and encoders are told beforehand.
    return inPieces
            && planning instanceof Planning.Planned planned
            && planned.plan().segmentation().isEmpty()
        ? plan(spec, input, capabilities, index, route, false)
        : planning;
  }

  private static Planning plan(
      JobSpec spec,
      MediaInfo input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Route route,
      boolean inPieces) {
    Ledger ledger = new Ledger();
    Optional<Container> container = container(spec, ledger);
    if (container.isEmpty()) {
      return new Planning.Refused(ledger.refusals());
    }
    Request request =
        new Request(
            spec,
            input,
            capabilities,
            container.get(),
            Optional.empty(),
            inPieces,
            Optional.empty(),
            route,
            ledger);
    Plan plan = route.given(plan(request, index));
    return ledger.refusals().isEmpty()
        ? new Planning.Planned(plan, ledger.receipt())
        : new Planning.Refused(ledger.refusals());
  }

  private static Optional<Container> container(JobSpec spec, Ledger ledger) {
    Optional<Container> container = Container.of(spec.output());
    container.ifPresentOrElse(
        found ->
            ledger.decide(
                "container",
                found.format(),
                "the output's name ends in ." + Container.extension(spec.output())),
        () ->
            ledger.refuseRequest(
                spec.output(),
                "its name does not say which container to write",
                "the container follows from the extension",
                "end it in one of " + Container.supportedExtensions()));
    return container;
  }

  private static Plan plan(Request request, Optional<FrameIndex> index) {
    checkWritable(request);
    Trimming.check(request);
    List<TrackPlan> tracks = new ArrayList<>();
    tracks.addAll(VideoTracks.plan(request));
    tracks.addAll(AudioTracks.plan(request));
    tracks.addAll(SubtitleTracks.plan(request));
    boolean playable = !tracks.isEmpty();
    tracks.addAll(OtherTracks.plan(request));
    if (!playable) {
      refuseEmpty(request);
    }
    return new Plan(
        new Plan.Input(
            request.spec().input(),
            request.spec().trim().start(),
            request.spec().trim().duration()),
        request.spec().output(),
        tracks,
        List.of(file(request, tracks)),
        Cutting.Wish.of(request.spec(), request.route().averagesBySegment())
            .of(request, index, tracks),
        request.spec().strict());
  }

  private static void checkWritable(Request request) {
    String format = request.container().format();
    if (request.capabilities().container(format).isEmpty()) {
      request
          .ledger()
          .refuse(
              request.container().label(),
              "this build (" + request.capabilities().build() + ") cannot write it",
              "libavformat was built without the muxer " + format,
              "choose another extension, or another build");
    }
  }

  /** Tracks that were refused are not missing: their own refusals say more. */
  private static void refuseEmpty(Request request) {
    if (request.ledger().refusals().isEmpty()) {
      request
          .ledger()
          .refuse(
              request.input().source(),
              "nothing of it would be in the output",
              "it has no track that " + request.container().label() + " can hold and was asked for",
              "run penstock probe to see its tracks, or write to .mkv");
    }
  }

  private static Plan.File file(Request request, List<TrackPlan> tracks) {
    FileTags tags =
        FileTags.of(request, tracks.stream().anyMatch(track -> isCover(request, track)));
    return new Plan.File(
        request.spec().output(),
        IntStream.range(0, tracks.size()).boxed().toList(),
        request.container().format(),
        tags.options(),
        tags.tags(),
        Trimming.chapters(request));
  }

  private static boolean isCover(Request request, TrackPlan plan) {
    return request.input().tracks().stream()
        .anyMatch(track -> track.index() == plan.source() && track instanceof Track.Picture);
  }
}
