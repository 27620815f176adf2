package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Pairing.Match;
import dev.penstock.engine.Pairing.Timed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Frames named by when they are shown, in milliseconds. */
class PairingTest {
  private int open;

  private Supplier<Optional<Timed<AutoCloseable>>> frames(long... millis) {
    Iterator<Long> times = LongStream.of(millis).boxed().iterator();
    return () -> {
      if (!times.hasNext()) {
        return Optional.empty();
      }
      open++;
      return Optional.of(new Timed<>(times.next() * 1000, () -> open--));
    };
  }

  /** {@code 40=40} for a pair, {@code 40-} for one only the reference has, {@code +40} the copy. */
  private String paired(long[] reference, long[] copy) {
    List<String> found = new ArrayList<>();
    try (Pairing<AutoCloseable> pairing = new Pairing<>(frames(reference), frames(copy))) {
      Optional<Match<AutoCloseable>> next = pairing.next();
      while (next.isPresent()) {
        try (Match<AutoCloseable> match = next.get()) {
          found.add(text(match));
        }
        next = pairing.next();
      }
    }
    assertThat(open).as("frames left open").isZero();
    return String.join(" ", found);
  }

  private static String text(Match<AutoCloseable> match) {
    return switch (match) {
      case Match.Both<AutoCloseable> both ->
          both.reference().micros() / 1000 + "=" + both.copy().micros() / 1000;
      case Match.OnlyReference<AutoCloseable> only -> only.reference().micros() / 1000 + "-";
      case Match.OnlyCopy<AutoCloseable> only -> "+" + only.copy().micros() / 1000;
    };
  }

  private static long[] at(long... millis) {
    return millis;
  }

  @Test
  void equalTimes() {
    assertThat(paired(at(0, 40, 80), at(0, 40, 80))).isEqualTo("0=0 40=40 80=80");
  }

  @Test
  void aDroppedFrame_shiftsNothing() {
    assertThat(paired(at(0, 40, 80, 120, 160), at(0, 40, 120, 160)))
        .isEqualTo("0=0 40=40 80- 120=120 160=160");
  }

  @Test
  void anAddedFrame_shiftsNothing() {
    assertThat(paired(at(0, 40, 120), at(0, 40, 80, 120))).isEqualTo("0=0 40=40 +80 120=120");
  }

  @Test
  void aSmallShift_isKept() {
    assertThat(paired(at(0, 40, 80), at(15, 55, 95))).isEqualTo("0=15 40=55 80=95");
  }

  @Test
  void aShiftOfMoreThanHalfAFrame_pairsWithTheNearest() {
    assertThat(paired(at(0, 40, 80), at(25, 65, 105))).isEqualTo("0- 40=25 80=65 +105");
  }

  @Test
  void halfTheRate() {
    assertThat(paired(at(0, 20, 40, 60, 80), at(0, 40, 80))).isEqualTo("0=0 20- 40=40 60- 80=80");
  }

  @Test
  void twiceTheRate() {
    assertThat(paired(at(0, 40, 80), at(0, 20, 40, 60, 80))).isEqualTo("0=0 +20 40=40 +60 80=80");
  }

  @Test
  void irregularTimes_roundedToMilliseconds() {
    assertThat(paired(at(0, 7, 207, 230, 1000), at(0, 8, 206, 231, 999)))
        .isEqualTo("0=0 7=8 207=206 230=231 1000=999");
  }

  @Test
  void endsApart() {
    assertThat(paired(at(0, 40), at(0, 40, 80, 120))).isEqualTo("0=0 40=40 +80 +120");
    assertThat(paired(at(0, 40, 80, 120), at(0, 40))).isEqualTo("0=0 40=40 80- 120-");
  }

  @Test
  void oneFrameEach() {
    assertThat(paired(at(0), at(10))).isEqualTo("0=10");
  }

  @Test
  void nothingOnOneSide() {
    assertThat(paired(at(0, 40), at())).isEqualTo("0- 40-");
    assertThat(paired(at(), at(0))).isEqualTo("+0");
    assertThat(paired(at(), at())).isEmpty();
  }

  @Test
  void close_freesWhatWasReadAhead() {
    try (Pairing<AutoCloseable> pairing = new Pairing<>(frames(0, 40, 80), frames(0, 40, 80))) {
      pairing.next().orElseThrow().close();
      assertThat(open).isPositive();
    }
    assertThat(open).isZero();
  }
}
