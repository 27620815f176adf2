package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.model.FailureException;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Writes the poster of a ladder. */
final class Poster {
  /** How many key frames are looked at, at most, and again where all of those are black. */
  private static final int MOST_LOOKED_AT = 40;

  private static final String LOOK =
      "scale=w=64:h=36:flags=area+accurate_rnd+bitexact:out_range=pc,format=pix_fmts=gray";

  private final Plan.Poster plan;
  private final Assembly assembly;
  private final LogScope log;

  Poster(Plan.Poster plan, Assembly assembly, LogScope log) {
    this.plan = plan;
    this.assembly = assembly;
    this.log = log;
  }

  void write(Path file) {
    try {
      Duration at = plan.at().isPresent() ? plan.at().get() : best();
      try (TrackPictures top = pictures(0);
          Frame picture = top.at(at);
          StillFilter still =
              new StillFilter(
                  plan.path(), Filter.chain(plan.filters()), "mjpeg", plan.options(), log)) {
        Files.write(file, still.take(picture).getFirst());
      }
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }

  private TrackPictures pictures(int index) throws IOException {
    return new TrackPictures(assembly.track(plan.tracks().get(index)), plan.path(), log);
  }

  /** The time of the best key frame: of the first third, or else of the rest. */
  private Duration best() throws IOException {
    try (TrackPictures small = pictures(1)) {
      Duration third = small.end().dividedBy(3);
      int early =
          (int)
              IntStream.range(0, small.keyCount())
                  .takeWhile(i -> i == 0 || small.shown(i).compareTo(third) <= 0)
                  .count();
      OptionalInt found = best(small, 0, early);
      if (found.isEmpty()) {
        found = best(small, early, small.keyCount());
      }
      return small.shown(found.orElse(0));
    }
  }

  private OptionalInt best(TrackPictures small, int from, int to) throws IOException {
    int step = Math.max(1, Math.ceilDiv(to - from, MOST_LOOKED_AT));
    List<Integer> numbers = IntStream.iterate(from, i -> i < to, i -> i + step).boxed().toList();
    PosterChoice choice = new PosterChoice();
    try (StillFilter look =
        new StillFilter(plan.path(), LOOK, "rawvideo", new LinkedHashMap<>(), log)) {
      for (int number : numbers) {
        assembly.checkStop();
        try (Frame picture = small.key(number)) {
          choice.add(look.take(picture).getFirst());
        }
      }
    }
    OptionalInt best = choice.best();
    return best.isPresent() ? OptionalInt.of(numbers.get(best.getAsInt())) : best;
  }
}
