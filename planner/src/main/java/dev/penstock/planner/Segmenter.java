package dev.penstock.planner;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Segmentation.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Cuts a source into segments of about one length, from its frame index alone.
 *
 * <p>A cut before the picture shown at <i>t</i> costs the decoding of what lies between the last
 * key frame and <i>t</i>, so of the places near the wanted one the cheapest is taken: a key frame
 * of the source where any place will do, and otherwise the first picture of a cell of the grid that
 * key frames have to stand on.
 */
final class Segmenter {
  private final FrameIndex index;
  private final long length;
  private final Optional<Duration> grid;
  private final int multiple;

  /**
   * @param length about how long a segment is
   * @param grid the distance of the places where a segment may begin; empty for any key frame of
   *     the source
   * @param multiple a segment begins at a picture whose number this divides
   */
  Segmenter(FrameIndex index, Duration length, Optional<Duration> grid, int multiple) {
    this.index = index;
    this.length = ticks(index, length);
    this.grid = grid;
    this.multiple = multiple;
  }

  private static long ticks(FrameIndex index, Duration length) {
    return Math.max(1, Math.round(length.toNanos() / 1e9 / index.timeBase().value()));
  }

  /** The segments; one where no cut is worth it. */
  Segmentation cut() {
    List<Integer> firsts = new ArrayList<>();
    firsts.add(0);
    for (Optional<Integer> next = next(0); next.isPresent(); next = next(firsts.getLast())) {
      firsts.add(next.get());
    }
    return new Segmentation(index.track(), index.timeBase(), segments(firsts));
  }

  private List<Segment> segments(List<Integer> firsts) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < firsts.size(); i++) {
      int first = firsts.get(i);
      boolean last = i == firsts.size() - 1;
      int behind = last ? index.frames() : firsts.get(i + 1);
      segments.add(
          new Segment(
              i,
              i == 0 ? OptionalLong.empty() : OptionalLong.of(index.time(first)),
              last ? OptionalLong.empty() : OptionalLong.of(index.time(behind)),
              behind - first));
    }
    return segments;
  }

  /** The picture that the segment after the one beginning at {@code first} begins with. */
  private Optional<Integer> next(int first) {
    long begin = index.time(first);
    long end = index.time(index.frames() - 1);
    if (end - begin < length + length / 2) {
      return Optional.empty(); // one segment, rather than two short ones
    }
    int from = index.frameAt(begin + length / 2);
    int best = -1;
    for (int frame = from; frame < index.frames(); frame++) {
      // What is left must be worth a segment too.
      if (end - index.time(frame) < length / 2) {
        break;
      }
      if (index.time(frame) > begin + length + length / 2 && best >= 0) {
        break;
      }
      if (mayBegin(frame) && (best < 0 || cost(frame, begin) < cost(best, begin))) {
        best = frame;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(best);
  }

  private boolean mayBegin(int frame) {
    if (frame % multiple != 0 || index.keyAtOrBefore(index.time(frame)).isEmpty()) {
      return false;
    }
    return grid.isPresent() ? isFirstOfCell(frame) : preroll(frame) == 0;
  }

  private boolean isFirstOfCell(int frame) {
    return cell(frame) > cell(frame - multiple);
  }

  private long cell(int frame) {
    return Math.floorDiv(index.time(frame), ticks(index, grid.orElseThrow()));
  }

  /** What is decoded in vain, and how far the length is missed, which counts for less. */
  private long cost(int frame, long begin) {
    return preroll(frame) + Math.abs(index.time(frame) - begin - length) / 4;
  }

  private long preroll(int frame) {
    long time = index.time(frame);
    return time - index.keyAtOrBefore(time).orElse(Long.MIN_VALUE / 2);
  }
}
