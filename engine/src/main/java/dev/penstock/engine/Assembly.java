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
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Makes the outputs of a plan from the spools of its pieces: reads them track by track, in the
 * order of decoding, and muxes each output once.
 */
final class Assembly implements AutoCloseable {
  private final Plan plan;
  private final List<Spool> all = new ArrayList<>();
  private final List<Spool> pictures = new ArrayList<>();
  private final List<Spool> rest = new ArrayList<>();
  private final Map<Integer, List<Spool>> mended = new TreeMap<>();
  private final Set<Place> again = new HashSet<>();
  private final WorkFolder work;
  private final BooleanSupplier stop;

  /** A segment of a track. */
  private record Place(int slot, int segment) {}

  /**
   * @param stop whether to leave off
   */
  Assembly(Plan plan, List<Piece> pieces, WorkFolder work, BooleanSupplier stop) {
    this.plan = plan;
    this.work = work;
    this.stop = stop;
    try {
      for (Piece piece : pieces) {
        Spool spool = open(piece);
        switch (piece) {
          case Piece.Pictures _ -> pictures.add(spool);
          case Piece.Rest _ -> rest.add(spool);
          case Piece.Whole _ -> {
            pictures.add(spool);
            rest.add(spool);
          }
          case Piece.Analysis _, Piece.Again _, Piece.Leaner _ ->
              throw new IllegalArgumentException("no part of the outputs: " + piece);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Spool open(Piece piece) {
    Path path = work.finished(piece.name());
    try {
      Spool spool = Spool.open(path);
      all.add(spool);
      return spool;
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
    Set<Spool> pieces = new LinkedHashSet<>(rest);
    pieces.addAll(pictures);
    try {
      for (Spool spool : pieces) {
        accounts.add(spool.note());
      }
      for (int slot : mended.keySet()) {
        Account account = accounts.bySlot().get(slot);
        Objects.requireNonNull(account, "mended, and never made").bytes.set(track(slot).bytes());
      }
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool has no accounts", e);
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

  /**
   * Segments that must be encoded again, because what comes before them leaves less in the
   * decoder's buffer than they were encoded for, and it would run empty: of each track the first.
   */
  List<Piece.Again> late() {
    List<Piece.Again> late = new ArrayList<>();
    for (int slot : bounded()) {
      late(slot).ifPresent(late::add);
    }
    return late;
  }

  private Optional<Piece.Again> late(int slot) {
    List<Segment> segments = plan.segmentation().orElseThrow().segments();
    List<RateBuffer.Stretch> course = course(slot);
    for (int i = 1; i < course.size(); i++) {
      RateBuffer.Stretch stretch = course.get(i);
      boolean leftShort = stretch.begin() < joints(slot).fullness();
      if (stretch.least() < 0 && leftShort && !again.contains(new Place(slot, i))) {
        int permille = (int) Math.max(0, stretch.begin() * 1000);
        return Optional.of(new Piece.Again(segments.get(i), slot, permille));
      }
    }
    return Optional.empty();
  }

  /** Takes the pictures of a track and segment from there, which is not tried again. */
  void mend(Piece.Again piece) {
    again.add(new Place(piece.slot(), piece.segment().index()));
    take(piece, piece.slot(), piece.segment());
  }

  /** Takes the pictures of a track and segment from there. */
  void mend(Piece.Leaner piece) {
    take(piece, piece.slot(), piece.segment());
  }

  /**
   * Unless the encoder gave them other headers: what cannot be joined helps nobody, and what it was
   * to mend is said in the report.
   */
  private void take(Piece piece, int slot, Segment segment) {
    Spool made = open(piece);
    if (fits(slot, made)) {
      mended.computeIfAbsent(slot, _ -> new ArrayList<>(pictures)).set(segment.index(), made);
    }
  }

  /** The bits that each segment of a track takes. */
  long[] bits(int slot) {
    try {
      List<Spool> from = spools(slot);
      long[] bits = new long[from.size()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = 8 * new StitchedTrack(slot, List.of(from.get(i)), /* segmented= */ false).bytes();
      }
      return bits;
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool cannot be read", e);
    }
  }

  private boolean fits(int slot, Spool made) {
    try {
      return new StitchedTrack(slot, List.of(pictures.getFirst(), made), /* segmented= */ false)
          .misfit()
          .isEmpty();
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool cannot be read", e);
    }
  }

  /** How many segments of tracks were encoded again. */
  int mended() {
    return mended.keySet().stream()
        .mapToInt(slot -> {
          List<Spool> kept = new ArrayList<>(spools(slot));
          kept.removeAll(pictures);
          return kept.size();
        })
        .sum();
  }

  /** The buffers of the tracks that were made in segments under a maximum bit rate. */
  List<Report.Buffer> buffers() {
    List<Report.Buffer> buffers = new ArrayList<>();
    for (int slot : bounded()) {
      Plan.Joints joints = joints(slot);
      buffers.add(new Report.Buffer(slot, joints.rate(), joints.buffer(), lowest(course(slot))));
    }
    return buffers;
  }

  private static double lowest(List<RateBuffer.Stretch> course) {
    return course.stream().mapToDouble(RateBuffer.Stretch::least).min().orElse(0);
  }

  /** Tracks made in segments under a maximum bit rate. */
  private List<Integer> bounded() {
    return IntStream.range(0, plan.segmentation().isPresent() ? plan.tracks().size() : 0)
        .filter(slot ->
            plan.tracks().get(slot) instanceof EncodeVideo video && video.joints().isPresent())
        .boxed()
        .toList();
  }

  private Plan.Joints joints(int slot) {
    return ((EncodeVideo) plan.tracks().get(slot)).joints().orElseThrow();
  }

  private List<RateBuffer.Stretch> course(int slot) {
    Plan.Joints joints = joints(slot);
    try {
      return new StitchedTrack(slot, spools(slot), /* segmented= */ true)
          .follow(new RateBuffer(joints.rate(), joints.buffer(), joints.fullness()));
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool cannot be read", e);
    }
  }

  private List<Spool> spools(int slot) {
    return plan.tracks().get(slot) instanceof EncodeVideo
        ? mended.getOrDefault(slot, pictures)
        : rest;
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
    StitchedTrack stitched = new StitchedTrack(slot, spools(slot), segmented);
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
