package dev.penstock.engine;

import dev.penstock.model.PieceStep;
import dev.penstock.model.Plan;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Tells what becomes of pieces. Any thread. */
final class PieceLog {
  private final RenditionNames names;
  private final Consumer<PieceStep> told;

  PieceLog(Plan plan, Consumer<PieceStep> told) {
    this.names = new RenditionNames(plan);
    this.told = told;
  }

  void reused(Piece piece) {
    tell(piece, OptionalInt.empty(), Optional.empty(), PieceStep.Fate.REUSED);
  }

  void begun(Piece piece, OptionalInt lane, Optional<String> device) {
    tell(piece, lane, device, PieceStep.Fate.BEGUN);
  }

  void over(Piece piece, OptionalInt lane, Optional<String> device, boolean done) {
    tell(piece, lane, device, done ? PieceStep.Fate.DONE : PieceStep.Fate.FAILED);
  }

  private void tell(Piece piece, OptionalInt lane, Optional<String> device, PieceStep.Fate fate) {
    OptionalInt segment =
        piece.ofSegment().map(each -> OptionalInt.of(each.index())).orElse(OptionalInt.empty());
    Optional<String> rendition =
        switch (piece) {
          case Piece.Again again -> Optional.of(names.of(again.slot()));
          case Piece.Leaner leaner -> Optional.of(names.of(leaner.slot()));
          case Piece.Whole _, Piece.Pictures _, Piece.Analysis _, Piece.Rest _ -> Optional.empty();
        };
    told.accept(new PieceStep(kind(piece), segment, rendition, lane, device, fate));
  }

  private static PieceStep.Kind kind(Piece piece) {
    return switch (piece) {
      case Piece.Whole _ -> PieceStep.Kind.WHOLE;
      case Piece.Pictures _ -> PieceStep.Kind.PICTURES;
      case Piece.Analysis _ -> PieceStep.Kind.ANALYSIS;
      case Piece.Again _ -> PieceStep.Kind.AGAIN;
      case Piece.Leaner _ -> PieceStep.Kind.LEANER;
      case Piece.Rest _ -> PieceStep.Kind.REST;
    };
  }
}
