package dev.penstock.engine;

import dev.penstock.av.Muxer;
import dev.penstock.av.Packet;
import dev.penstock.av.Spool;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes the outputs of a plan from the spools of its pieces: reads them track by track, in the
 * order of decoding, and muxes each output once.
 */
final class Assembly implements AutoCloseable {
  private final Plan plan;
  private final List<Spool> all = new ArrayList<>();
  private final List<Spool> pictures = new ArrayList<>();
  private final List<Spool> rest = new ArrayList<>();
  private final BooleanSupplier stop;

  /**
   * @param stop whether to leave off
   */
  Assembly(Plan plan, List<Piece> pieces, WorkFolder work, BooleanSupplier stop) {
    this.plan = plan;
    this.stop = stop;
    try {
      for (Piece piece : pieces) {
        Spool spool = open(work.finished(Lanes.name(piece)));
        all.add(spool);
        switch (piece) {
          case Piece.Pictures _ -> pictures.add(spool);
          case Piece.Rest _ -> rest.add(spool);
          case Piece.Whole _ -> {
            pictures.add(spool);
            rest.add(spool);
          }
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Spool open(Path path) {
    try {
      return Spool.open(path);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Diagnosis(
                  path.toString(),
                  Stage.MUX,
                  "cannot be read back",
                  Failures.words(e),
                  "run the job again: only this segment is done again; check the disk")),
          e);
    }
  }

  /** What the pieces say of their tracks, added up. */
  void account(Accounts accounts) {
    for (Spool spool : all) {
      try {
        accounts.add(spool.note());
      } catch (IOException e) {
        throw new IllegalStateException("a checked spool has no accounts", e);
      }
    }
  }

  /** Writes one file. */
  void write(Plan.File file, Muxer muxer, Accounts accounts) {
    try (MuxStage mux = new MuxStage(muxer, plan, file, new Link<>(1), accounts)) {
      List<StitchedTrack> tracks = new ArrayList<>();
      for (int slot : file.tracks()) {
        tracks.add(track(slot));
      }
      for (StitchedTrack track : tracks) {
        announce(track, mux);
      }
      for (Optional<StitchedTrack> next = next(tracks); next.isPresent(); next = next(tracks)) {
        pass(next.get(), mux);
      }
      mux.finish();
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(Path.of(file.path()), e), e);
    }
  }

  /** The buffers of the tracks that were made in segments under a maximum bit rate. */
  List<Report.Buffer> buffers() {
    List<Report.Buffer> buffers = new ArrayList<>();
    for (int slot = 0; pictures.size() > 1 && slot < plan.tracks().size(); slot++) {
      if (plan.tracks().get(slot) instanceof EncodeVideo video
          && video.options().containsKey("maxrate")
          && video.options().containsKey("bufsize")) {
        buffers.add(buffer(slot, video));
      }
    }
    return buffers;
  }

  private Report.Buffer buffer(int slot, EncodeVideo video) {
    RateBuffer model =
        new RateBuffer(
            Long.parseLong(video.options().getOrDefault("maxrate", "0")),
            Long.parseLong(video.options().getOrDefault("bufsize", "0")));
    try {
      StitchedTrack track = new StitchedTrack(slot, pictures, /* segmented= */ true);
      return new Report.Buffer(slot, model.rate(), model.size(), track.leastFullness(model));
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool cannot be read", e);
    }
  }

  /** Whether a track of the plan is text. */
  boolean isText(int slot) {
    return switch (plan.tracks().get(slot)) {
      case Plan.ConvertSubtitle _ -> true;
      case Plan.Copy copy -> copy.codec().equals("webvtt");
      case EncodeVideo _, Plan.EncodeAudio _ -> false;
    };
  }

  /** One track, for the caller to read; its spools stay this assembly's. */
  StitchedTrack track(int slot) throws IOException {
    TrackPlan track = plan.tracks().get(slot);
    boolean segmented = track instanceof EncodeVideo;
    StitchedTrack stitched = new StitchedTrack(slot, segmented ? pictures : rest, segmented);
    if (segmented) {
      checkJoints(stitched, track);
    }
    return stitched;
  }

  /** What would play wrongly, or not at all, after a joint is never written. */
  private void checkJoints(StitchedTrack track, TrackPlan plan) throws IOException {
    Optional<Integer> misfit = track.misfit();
    if (misfit.isPresent()) {
      throw joint(plan, "the header of segment " + misfit.get() + " is not that of the first");
    }
    if (track.overlaps()) {
      throw joint(plan, "two pictures of different segments have the same time");
    }
  }

  private FailureException joint(TrackPlan track, String cause) {
    return new FailureException(
        new Failure.Bug(
            new Diagnosis(
                plan.input().source() + ", track " + track.source(),
                Stage.MUX,
                "its segments cannot be joined",
                cause,
                "please report it; --segments off encodes it in one")));
  }

  private static void announce(StitchedTrack track, MuxStage mux) throws IOException {
    Optional<TrackParameters> parameters = track.parameters();
    parameters.ifPresent(found -> mux.accept(new MuxItem.Ready(track.slot(), found)));
    tellNext(track, mux);
  }

  /** So that nothing waits for a track whose next packet is far off, as with subtitles. */
  private static void tellNext(StitchedTrack track, MuxStage mux) {
    mux.accept(
        track.isAtEnd()
            ? new MuxItem.End(track.slot())
            : new MuxItem.Reached(track.slot(), track.nextMicros()));
  }

  /** The track whose next packet is decoded first; of equals the one that stands first. */
  private static Optional<StitchedTrack> next(List<StitchedTrack> tracks) {
    StitchedTrack first = null;
    for (StitchedTrack track : tracks) {
      if (!track.isAtEnd() && (first == null || track.nextMicros() < first.nextMicros())) {
        first = track;
      }
    }
    return Optional.ofNullable(first);
  }

  private void pass(StitchedTrack track, MuxStage mux) throws IOException {
    checkStop();
    Packet packet = track.take();
    mux.accept(new MuxItem.Data(track.slot(), packet, track.timeBase()));
    tellNext(track, mux);
  }

  /** Leaves when the job is to end. */
  void checkStop() {
    if (stop.getAsBoolean()) {
      throw new Aborted();
    }
  }

  @Override
  public void close() {
    all.forEach(Closing::quietly);
  }
}
