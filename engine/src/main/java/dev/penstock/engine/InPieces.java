package dev.penstock.engine;

import dev.penstock.av.Muxer;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Segmentation.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does a plan in pieces: the segments of the pictures and what is not cut become a spool each, by
 * several lanes at once, and the output is made of the spools. Spools that are there from a run
 * before are taken as they are.
 */
final class InPieces {
  private final Plan plan;
  private final Segmentation segmentation;
  private final Input input;
  private final Engine.Options options;
  private final Cancellation cancellation;

  InPieces(
      Planning.Planned planned, Input input, Engine.Options options, Cancellation cancellation) {
    this.plan = planned.plan();
    this.segmentation = plan.segmentation().orElseThrow();
    this.input = input;
    this.options = options;
    this.cancellation = cancellation;
  }

  /** Writes the output and closes the muxer; empty when it was cancelled. */
  Optional<Engine.Done> run(Muxer muxer) {
    try (muxer) {
      WorkFolder work = WorkFolder.open(folder(), job());
      boolean handedOn = false;
      try {
        Optional<Engine.Done> done = run(work, muxer);
        handedOn = done.isPresent();
        return done;
      } finally {
        if (!handedOn) {
          work.close();
        }
      }
    }
  }

  private Path folder() {
    return options.work().orElseGet(() -> WorkFolder.beside(Path.of(plan.file().path())));
  }

  private Optional<Engine.Done> run(WorkFolder work, Muxer muxer) {
    Lanes lanes = new Lanes(plan, input, work, options, cancellation);
    lanes.run(pieces());
    if (cancellation.isCancelled()) {
      return Optional.empty();
    }
    Accounts accounts = new Accounts(plan, input.info());
    try (Assembly assembly =
        new Assembly(plan, spools(work), rest(work), cancellation::isCancelled)) {
      assembly.account(accounts);
      assembly.write(plan.file(), muxer, muxed());
    } catch (Aborted _) {
      return Optional.empty();
    }
    accounts.check();
    List<String> warnings = new ArrayList<>(accounts.warnings());
    warnings.addAll(lanes.warnings());
    return Optional.of(
        new Engine.Done(
            accounts.results(),
            lanes.firstPacket(),
            lanes.stageTimes(),
            warnings,
            Optional.of(
                new Report.Pieces(segmentation.segments().size(), lanes.reused(), lanes.count())),
            () -> {
              work.done();
              work.close();
            }));
  }

  /** Counted while muxing; that what comes out is what was spooled is checked by the caller. */
  private Accounts muxed() {
    Accounts accounts = new Accounts(plan, input.info());
    for (int slot : plan.file().tracks()) {
      accounts.open(slot, "muxed", "");
    }
    return accounts;
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    // First, because it takes as long as reading all of the input does.
    if (!new Piece.Rest(segmentation).slots(plan).isEmpty()) {
      pieces.add(new Piece.Rest(segmentation));
    }
    for (Segment segment : segmentation.segments()) {
      pieces.add(new Piece.Pictures(segmentation, segment));
    }
    return pieces;
  }

  private List<Path> spools(WorkFolder work) {
    return pieces().stream()
        .filter(Piece.Pictures.class::isInstance)
        .map(piece -> work.finished(Lanes.name(piece)))
        .toList();
  }

  private Optional<Path> rest(WorkFolder work) {
    return pieces().stream()
        .filter(Piece.Rest.class::isInstance)
        .map(piece -> work.finished(Lanes.name(piece)))
        .findFirst();
  }

  /** Spools fit only the same plan, made of the same input by the same build. */
  private String job() {
    MediaInfo info = input.info();
    Path source = Path.of(info.source().replaceFirst("^file:(//)?", ""));
    return String.join("\n", "penstock spools 1", String.valueOf(plan), Identity.of(source), "");
  }
}
