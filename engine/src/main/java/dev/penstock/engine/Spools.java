package dev.penstock.engine;

import dev.penstock.av.Muxer;
import dev.penstock.av.SpoolWriter;
import dev.penstock.model.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Puts each piece into a spool of its own.
 *
 * @param work where they lie
 */
record Spools(Plan plan, WorkFolder work) implements Shelf {
  @Override
  public boolean has(Piece piece) {
    return work.has(piece.name());
  }

  @Override
  public Path kept(Piece piece) {
    return work.finished(piece.name());
  }

  @Override
  public Path path(Piece piece) {
    return work.unfinished(piece.name());
  }

  @Override
  public Place place(Piece piece) throws IOException {
    return new Spooling(piece, SpoolWriter.create(path(piece), work.owner(piece.name())));
  }

  private final class Spooling implements Place {
    private final Piece piece;
    private final SpoolWriter spool;

    Spooling(Piece piece, SpoolWriter spool) {
      this.piece = piece;
      this.spool = spool;
    }

    @Override
    public Destination destination() {
      return new Destination.Spooled(
          path(piece),
          spool,
          wants(plan, Muxer::wantsGlobalHeader),
          wants(plan, Muxer::holdsAttachments),
          piece.slots(plan).size(),
          piece);
    }

    @Override
    public void finish(Pipeline by) throws IOException {
      if (piece instanceof Piece.Analysis(var analysed)) {
        work.keepNotes(analysed.index());
      }
      work.finish(piece.name());
    }

    /** It is closed all the same: whoever writes then fails. */
    @Override
    public void abandon() {}

    @Override
    public void close() throws IOException {
      spool.close();
    }
  }

  /** What spools depend on of the outputs that are made of them. */
  static String traits(Plan plan) {
    return wants(plan, Muxer::wantsGlobalHeader)
        + " "
        + wants(plan, Muxer::holdsAttachments)
        + " "
        + wants(plan, "mpegts"::equals);
  }

  /** Of the formats of the plan's files; those of one plan agree. */
  private static boolean wants(Plan plan, Predicate<String> trait) {
    return plan.outputs().stream()
        .anyMatch(output ->
            switch (output) {
              case Plan.File file -> trait.test(file.format());
              case Plan.Presentation _ -> trait.test("mp4");
              case Plan.Poster _, Plan.Thumbnails _ -> false;
            });
  }
}
