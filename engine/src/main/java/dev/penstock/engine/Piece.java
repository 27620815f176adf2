package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Segmentation.Segment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** The part of a plan that one pipeline does. */
sealed interface Piece {
  /** All tracks of the plan, from the beginning to the end. */
  record Whole() implements Piece {}

  /** The pictures of one segment. */
  record Pictures(Segment segment) implements Piece {}

  /**
   * The pictures of one segment, encoded to learn how many bits they take at constant quality. What
   * comes out is counted and dropped.
   */
  record Analysis(Segment segment) implements Piece {}

  /**
   * One track of a segment once more.
   *
   * @param permille how full the decoder's buffer is when it begins, in thousandths of its size
   */
  record Again(Segment segment, int slot, int permille) implements Piece {}

  /**
   * One track of a segment once more, for fewer bits.
   *
   * @param bits a second
   */
  record Leaner(Segment segment, int slot, long bits) implements Piece {}

  /** What is not cut: sound, subtitles and what is copied. */
  record Rest() implements Piece {}

  /** The name of its spool. */
  default String name() {
    return switch (this) {
      case Whole _ -> "whole";
      case Pictures(Segment segment) -> "segment-%05d".formatted(segment.index());
      case Analysis(Segment segment) -> "analysis-%05d".formatted(segment.index());
      case Again(Segment segment, int slot, int permille) ->
          "segment-%05d-track-%d-from-%d".formatted(segment.index(), slot, permille);
      case Leaner(Segment segment, int slot, long bits) ->
          "segment-%05d-track-%d-at-%d".formatted(segment.index(), slot, bits);
      case Rest _ -> "rest";
    };
  }

  /** Which tracks of the plan it makes. */
  default List<Integer> slots(Plan plan) {
    return IntStream.range(0, plan.tracks().size())
        .filter(slot -> makes(slot, plan.tracks().get(slot)))
        .boxed()
        .toList();
  }

  private boolean makes(int slot, Plan.TrackPlan track) {
    return switch (this) {
      case Whole _ -> true;
      case Pictures _ -> track instanceof EncodeVideo;
      case Analysis _ -> track instanceof EncodeVideo video && keepsAverage(video);
      case Again again -> slot == again.slot();
      case Leaner leaner -> slot == leaner.slot();
      case Rest _ -> !(track instanceof EncodeVideo);
    };
  }

  private static boolean keepsAverage(EncodeVideo video) {
    return video.joints().flatMap(Plan.Joints::average).isPresent();
  }

  /** The segment that it is of; empty where it is not of one. */
  default Optional<Segment> ofSegment() {
    return switch (this) {
      case Pictures(Segment segment) -> Optional.of(segment);
      case Analysis(Segment segment) -> Optional.of(segment);
      case Again(Segment segment, _, _) -> Optional.of(segment);
      case Leaner(Segment segment, _, _) -> Optional.of(segment);
      case Whole _, Rest _ -> Optional.empty();
    };
  }

  /** Where reading begins, from the beginning of the plan's part of the input. */
  default Optional<Duration> from(Plan plan) {
    return ofSegment().flatMap(segment -> time(plan, segment.start()));
  }

  /** Where reading may end. */
  default Optional<Duration> to(Plan plan) {
    return ofSegment().flatMap(segment -> time(plan, segment.end()));
  }

  private static Optional<Duration> time(Plan plan, OptionalLong ticks) {
    return ticks.isEmpty()
        ? Optional.empty()
        : plan.segmentation().map(s -> s.timeBase().toDuration(ticks.getAsLong()));
  }
}
