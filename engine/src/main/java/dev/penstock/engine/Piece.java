package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Segmentation;
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
  record Pictures(Segmentation segmentation, Segment segment) implements Piece {}

  /** What is not cut: sound, subtitles and what is copied. */
  record Rest(Segmentation segmentation) implements Piece {}

  /** Which tracks of the plan it makes. */
  default List<Integer> slots(Plan plan) {
    return IntStream.range(0, plan.tracks().size())
        .filter(slot ->
            switch (this) {
              case Whole _ -> true;
              case Pictures _ -> plan.tracks().get(slot) instanceof EncodeVideo;
              case Rest _ -> !(plan.tracks().get(slot) instanceof EncodeVideo);
            })
        .boxed()
        .toList();
  }

  /** Where reading begins, from the beginning of the plan's part of the input. */
  default Optional<Duration> from() {
    return this instanceof Pictures(Segmentation segmentation, Segment segment)
        ? time(segmentation, segment.start())
        : Optional.empty();
  }

  /** Where reading may end. */
  default Optional<Duration> to() {
    return this instanceof Pictures(Segmentation segmentation, Segment segment)
        ? time(segmentation, segment.end())
        : Optional.empty();
  }

  private static Optional<Duration> time(Segmentation segmentation, OptionalLong ticks) {
    return ticks.isEmpty()
        ? Optional.empty()
        : Optional.of(segmentation.timeBase().toDuration(ticks.getAsLong()));
  }
}
