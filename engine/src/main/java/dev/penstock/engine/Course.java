package dev.penstock.engine;

import dev.penstock.av.CodedQuality;
import dev.penstock.av.Timestamp;
import dev.penstock.model.CodedStretch;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Rational;
import dev.penstock.planner.Starvation;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells how a track is coded over time: a stretch as soon as all of its pictures are there. Fed in
 * the order of decoding, by one thread.
 */
final class Course {
  /** Above it x264 and others say no more. */
  private static final double MOST_DB = 100;

  private static final Pattern DEPTH = Pattern.compile("(9|10|12|14|16)(le|be)$");

  private final EncodeVideo video;
  private final String rendition;
  private final Grid grid;
  private final Consumer<CodedStretch> told;
  private final TreeMap<Long, Sum> open = new TreeMap<>();
  private final OptionalInt coarsest;
  private Duration last;

  /**
   * Where stretches begin and end.
   *
   * @param begin of the first
   * @param length of all of them; of each, where there is no end
   * @param parts how many there are; empty where there is no end
   */
  record Grid(Duration begin, Duration length, OptionalLong parts) {
    private long index(Duration at) {
      long index = at.minus(begin).toNanos() * parts.orElse(1) / length.toNanos();
      return Math.clamp(index, 0, parts.orElse(Long.MAX_VALUE) - (parts.isPresent() ? 1 : 0));
    }

    private Duration from(long index) {
      return begin.plus(length.multipliedBy(index).dividedBy(parts.orElse(1)));
    }
  }

  /** What is known of a stretch. */
  private static final class Sum {
    private long pictures;
    private long bytes;
    private long withQuantiser;
    private double quantisers;
    private long withError;
    private double errors;
  }

  /**
   * Of a track, or a piece of it.
   *
   * @param grid of times from the beginning of the output
   */
  Course(EncodeVideo video, String rendition, Grid grid, Consumer<CodedStretch> told) {
    this.video = video;
    this.rendition = rendition;
    this.grid = grid;
    this.told = told;
    this.last = grid.begin();
    this.coarsest = Starvation.coarsest(video.encoder());
  }

  /** Times are in {@code base}. */
  void feed(long pts, long dts, long duration, Rational base, int bytes, CodedQuality quality) {
    Duration shown = base.toDuration(pts);
    Duration end = base.toDuration(pts + Math.max(0, duration));
    last = end.compareTo(last) > 0 ? end : last;
    add(open.computeIfAbsent(grid.index(shown), _ -> new Sum()), bytes, quality);
    if (dts != Timestamp.NONE) {
      // Nothing that is shown before it follows.
      tellBefore(grid.index(base.toDuration(dts)));
    }
  }

  private void add(Sum to, int bytes, CodedQuality quality) {
    to.pictures++;
    to.bytes += bytes;
    if (coarsest.isPresent() && quality.quantiser().isPresent()) {
      to.withQuantiser++;
      to.quantisers += Starvation.onScale(video.encoder(), quality.quantiser().getAsDouble());
    }
    if (quality.lumaError().isPresent()) {
      to.withError++;
      to.errors += quality.lumaError().getAsLong();
    }
  }

  private void tellBefore(long index) {
    while (!open.isEmpty() && open.firstKey() < index) {
      tell(open.pollFirstEntry(), false);
    }
  }

  /** No more pictures come. */
  void end() {
    while (!open.isEmpty()) {
      tell(open.pollFirstEntry(), open.isEmpty());
    }
  }

  private void tell(Map.Entry<Long, Sum> entry, boolean isLast) {
    Duration from = grid.from(entry.getKey());
    Duration full = grid.from(entry.getKey() + 1);
    boolean endsEarly = isLast && grid.parts().isEmpty();
    boolean isShort = endsEarly && last.compareTo(from) > 0 && last.compareTo(full) < 0;
    Sum sum = entry.getValue();
    told.accept(
        new CodedStretch(
            rendition,
            from,
            isShort ? last : full,
            sum.pictures,
            sum.bytes,
            sum.withQuantiser == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sum.quantisers / sum.withQuantiser),
            coarsest,
            sum.withError == 0 ? OptionalDouble.empty() : OptionalDouble.of(psnr(sum))));
  }

  private double psnr(Sum sum) {
    double pixels = (double) video.size().width() * video.size().height();
    double mean = sum.errors / sum.withError / pixels;
    double peak = (1 << depth(video.pixelFormat())) - 1;
    return mean <= 0 ? MOST_DB : Math.min(MOST_DB, 10 * Math.log10(peak * peak / mean));
  }

  private static int depth(String pixelFormat) {
    Matcher found = DEPTH.matcher(pixelFormat);
    return found.find() ? Integer.parseInt(found.group(1)) : 8;
  }
}
