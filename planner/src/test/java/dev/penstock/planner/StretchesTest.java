package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.Probes.Stretch;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StretchesTest {
  private static final Duration GOP = Duration.ofSeconds(2);

  private static List<Stretch> of(long millis, Duration gop) {
    return Stretches.of(Optional.of(Duration.ofMillis(millis)), gop, Optional.empty());
  }

  @Test
  void theyAreSpreadEvenly_awayFromTheEnds() {
    assertThat(of(60_000, GOP))
        .extracting(Stretch::start)
        .containsExactly(Duration.ofSeconds(9), Duration.ofSeconds(29), Duration.ofSeconds(49));
    assertThat(of(60_000, GOP)).extracting(Stretch::duration).containsOnly(GOP);
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 1, 5000",
    "7000, 3, 2000",
    "119000, 3, 2000",
    "600000, 4, 2000",
    "7200000, 5, 2000"
  })
  void thereAreMoreOfALongSource(long source, int count, long millis) {
    assertThat(of(source, GOP)).hasSize(count);
    assertThat(of(source, GOP)).extracting(s -> s.duration().toMillis()).containsOnly(millis);
  }

  @ParameterizedTest
  @CsvSource({"500, 2000", "1500, 3000", "3000, 3000", "10000, 4000"})
  void aStretch_holdsWholeDistancesOfKeyFrames(long gop, long millis) {
    assertThat(of(60_000, Duration.ofMillis(gop)))
        .extracting(s -> s.duration().toMillis())
        .containsOnly(millis);
  }

  @Test
  void ofUnknownLength_theBeginningIsTaken() {
    assertThat(Stretches.of(Optional.empty(), GOP, Optional.empty()))
        .containsExactly(new Stretch(Duration.ZERO, Duration.ofSeconds(10)));
  }

  @Test
  void theyBeginAtKeyFrames_whereOneIsNear() {
    long[] times = LongStream.range(0, 1500).map(n -> 40 * n).toArray();
    long[] keys = LongStream.range(0, 1500).filter(n -> n % 120 == 0).map(n -> 40 * n).toArray();
    FrameIndex index = new FrameIndex(0, new Rational(1, 1000), times, keys, Optional.empty());

    assertThat(Stretches.of(Optional.of(Duration.ofSeconds(60)), GOP, Optional.of(index)))
        .extracting(s -> s.start().toMillis())
        .containsExactly(9_000L, 28_800L, 48_000L);
  }

  @Test
  void farKeyFrames_areLeftWhereTheyAre() {
    FrameIndex index =
        new FrameIndex(
            0,
            new Rational(1, 1000),
            LongStream.range(0, 1500).map(n -> 40 * n).toArray(),
            new long[] {0},
            Optional.empty());

    assertThat(Stretches.of(Optional.of(Duration.ofSeconds(60)), GOP, Optional.of(index)))
        .extracting(s -> s.start().toMillis())
        .containsExactly(9_000L, 29_000L, 49_000L);
  }
}
