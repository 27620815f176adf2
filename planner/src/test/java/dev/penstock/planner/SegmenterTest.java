package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.Rational;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Segmentation.Segment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {
  private static final Rational MILLIS = new Rational(1, 1000);

  /** Pictures every 40 ms, key frames at every {@code gop}th. */
  private static FrameIndex even(int frames, int gop) {
    return new FrameIndex(
        0,
        MILLIS,
        LongStream.range(0, frames).map(n -> 40 * n).toArray(),
        LongStream.range(0, frames).filter(n -> n % gop == 0).map(n -> 40 * n).toArray(),
        Optional.empty());
  }

  private static List<Long> starts(Segmentation cut) {
    return cut.segments().stream().skip(1).map(s -> s.start().orElseThrow()).toList();
  }

  private static Segmentation cut(FrameIndex index, int seconds) {
    return new Segmenter(index, Duration.ofSeconds(seconds), Optional.empty(), 1).cut();
  }

  @Test
  void cuts_areKeyFramesNearestToTheLength() {
    // Key frames at 0, 2.4, 4.8 ... s: 9.6 and 19.2 are nearest to 10 and 19.6.
    assertThat(starts(cut(even(750, 60), 10))).containsExactly(9_600L, 19_200L);
  }

  @Test
  void aGrid_isKeptToWhereTheSourceHasNoKeyFrame() {
    Segmentation cut =
        new Segmenter(even(750, 60), Duration.ofSeconds(10), Optional.of(Duration.ofSeconds(2)), 1)
            .cut();

    // 10 s lies 0.4 s after a key frame; 20 s lies 0.8 s after one.
    assertThat(starts(cut)).containsExactly(10_000L, 20_000L);
  }

  @Test
  void ofGridPlaces_theOneSoonAfterAKeyFrameIsTaken() {
    // Key frames every 12 s: at 10 s most of a GOP would be decoded in vain, at 12 s nothing.
    Segmentation cut =
        new Segmenter(
                even(1500, 300), Duration.ofSeconds(10), Optional.of(Duration.ofSeconds(2)), 1)
            .cut();

    assertThat(starts(cut)).startsWith(12_000L, 24_000L);
  }

  @Test
  void aMultiple_isKeptTo() {
    Segmentation cut =
        new Segmenter(even(1000, 25), Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(1)), 2)
            .cut();

    assertThat(starts(cut)).isNotEmpty().allMatch(start -> start / 40 % 2 == 0);
  }

  @Test
  void withoutKeyFramesInTheMiddle_nothingIsCut() {
    assertThat(cut(even(750, 10_000), 10).segments()).hasSize(1);
  }

  @Test
  void theLastSegment_isNoCrumb() {
    // 21 s in segments of 10: a third of 1 s would not be worth a lane.
    assertThat(cut(even(525, 25), 10).segments()).hasSize(2);
  }

  /** Every picture lies in one segment, whatever the times are. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void segments_partitionThePictures(long seed) {
    Random random = new Random(seed);
    int frames = 200 + random.nextInt(3000);
    long[] times = new long[frames];
    long time = random.nextInt(200) - 100;
    for (int i = 0; i < frames; i++) {
      times[i] = time;
      time += 1 + random.nextInt(80);
    }
    long[] keys =
        IntStream.range(0, frames)
            .filter(i -> i == 0 || random.nextInt(50) == 0)
            .mapToLong(i -> times[i])
            .toArray();
    FrameIndex index = new FrameIndex(0, MILLIS, times, keys, Optional.empty());

    List<Segment> segments = cut(index, 1 + random.nextInt(9)).segments();

    assertThat(segments.getFirst().start()).isEmpty();
    assertThat(segments.getLast().end()).isEmpty();
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      long from = segment.start().orElse(Long.MIN_VALUE);
      long to = segment.end().orElse(Long.MAX_VALUE);
      assertThat(LongStream.of(times).filter(t -> t >= from && t < to).count())
          .isEqualTo(segment.frames())
          .isPositive();
      if (i > 0) {
        assertThat(segment.start()).isEqualTo(segments.get(i - 1).end());
        assertThat(keys).contains(from);
      }
    }
  }
}
