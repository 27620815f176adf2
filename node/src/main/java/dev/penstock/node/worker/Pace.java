package dev.penstock.node.worker;

import dev.penstock.model.Progress;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a task gets on.
 *
 * @param phase it is in
 * @param since when that began; times are durations since some beginning
 * @param moved when it last got on
 * @param last what it said then
 */
record Pace(FromWorker.Phase phase, Duration since, Duration moved, Optional<Progress> last) {
  /** Of one that was handed over. */
  static Pace from(Duration now) {
    return new Pace(FromWorker.Phase.OPENING, now, now, Optional.empty());
  }

  /** After it said how it gets on. */
  Pace told(FromWorker.Progress said, Duration now) {
    if (said.phase() != phase) {
      return new Pace(said.phase(), now, now, said.progress());
    }
    boolean moves = said.progress().map(each -> moves(last, each)).orElse(false);
    return new Pace(phase, since, moves ? now : moved, said.progress());
  }

  private static boolean moves(Optional<Progress> before, Progress now) {
    // What waits for others is not stuck.
    return now.waiting().isPresent()
        || before.isEmpty()
        || now.frames() != before.get().frames()
        || now.bytes() != before.get().bytes()
        || !now.done().equals(before.get().done())
        || !now.position().equals(before.get().position())
        || !now.segments().equals(before.get().segments());
  }

  /** What is wrong with it, in words. */
  Optional<String> overdue(Timeouts timeouts, Duration now) {
    return switch (phase) {
      case OPENING -> late(since, timeouts.opening(), now, "was not planned within ");
      case MEASURING, ENCODING ->
          late(moved, timeouts.stall(), now, "stalled: there was no packet for ");
      case FINISHING -> late(since, timeouts.finishing(), now, "was not finished within ");
    };
  }

  private static Optional<String> late(Duration from, Duration most, Duration now, String words) {
    return now.minus(from).compareTo(most) > 0
        ? Optional.of(words + most.toSeconds() + " s")
        : Optional.empty();
  }
}
