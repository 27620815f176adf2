package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.planner.Placing.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacingTest {
  private static final Map<Integer, Long> USUAL =
      Map.of(1080, 5_000_000L, 720, 2_800_000L, 480, 1_400_000L, 360, 800_000L);
  private static final Placing PLACING =
      new Placing(lines -> USUAL.getOrDefault(lines, 0L), 800_000 / 1.5, 4, 0.5);

  private static Spot spot(int lines, double quality, double kilobits, double score) {
    return new Spot(lines, quality, 1000 * kilobits, 1200 * kilobits, score);
  }

  /** A film: quality grows with bits, and larger sizes win as there are more of them. */
  private static List<Spot> film() {
    return List.of(
        spot(1080, 21, 6500, 43.3),
        spot(1080, 27.5, 2750, 39.5),
        spot(1080, 34.5, 1200, 35.1),
        spot(720, 21, 3000, 39),
        spot(720, 27.5, 1240, 36.4),
        spot(720, 34.5, 540, 32.9),
        spot(480, 21, 1510, 34.8),
        spot(480, 27.5, 630, 33.1),
        spot(480, 34.5, 265, 30.6),
        spot(360, 21, 940, 32.4),
        spot(360, 27.5, 410, 31.2),
        spot(360, 34.5, 180, 29.2));
  }

  private static List<Integer> sizes(Placed placed) {
    return placed.rungs().stream().map(Spot::lines).toList();
  }

  @Test
  void aFilm_getsSmallerSizesForFewerBits() {
    Placed placed = PLACING.of(film());

    assertThat(sizes(placed)).containsExactly(480, 720, 720, 1080);
    // 3.33 Mbit/s is what a maximum of 5 Mbit/s leaves for the average.
    assertThat(placed.rungs().getLast().rate()).isBetween(3.0e6, 3.334e6);
    assertThat(placed.rungs().getFirst().score()).isGreaterThan(Placing.FLOOR);
  }

  @Test
  void moreThanIsSeen_isNotSpent() {
    Placed placed =
        PLACING.of(
            List.of(
                spot(1080, 21, 1600, 46),
                spot(1080, 27.5, 700, 43),
                spot(1080, 34.5, 300, 39),
                spot(720, 27.5, 400, 38)));

    Spot best = placed.rungs().getLast();
    assertThat(best.score()).isBetween(Placing.CEILING, Placing.CEILING + 0.4);
    assertThat(best.rate()).isLessThan(700_000);
    assertThat(placed.rungs()).hasSizeLessThan(4);
  }

  @Test
  void whatTheMaximumDoesNotHold_isHeldByIt() {
    Placed placed = PLACING.of(List.of(spot(1080, 34.5, 40_000, 30), spot(360, 34.5, 4000, 20)));

    assertThat(placed.rungs()).extracting(Spot::rate).containsExactly(800e3 / 1.5, 5e6 / 1.5);
  }

  @Test
  void oneMeasuredSpot_isTheOnlyRung() {
    Spot only = spot(360, 30, 400, 33);

    assertThat(PLACING.of(List.of(only)).rungs()).containsExactly(only);
  }

  @Test
  void whatAnyLineCarries_isTheLargest() {
    Placed placed =
        PLACING.of(
            List.of(spot(1080, 21, 20, 100), spot(720, 21, 12, 100), spot(360, 34.5, 7, 100)));

    assertThat(sizes(placed)).containsExactly(1080);
  }

  @Test
  void noise_thatTurnsACurveRound_isPassedOver() {
    Placed placed =
        PLACING.of(
            List.of(spot(720, 21, 900, 38), spot(720, 27.5, 950, 37.9), spot(720, 34.5, 400, 34)));

    assertThat(placed.rungs()).extracting(Spot::quality).doesNotContain(27.5);
    assertThat(placed.rungs()).isSortedAccordingTo(java.util.Comparator.comparing(Spot::score));
  }

  @Test
  void betweenTwoQualities_bitsGrowEvenly() {
    Spot between = spot(720, 20, 1000, 40).between(spot(720, 30, 250, 36), 25);

    assertThat(between.rate()).isCloseTo(500e3, within(1.0));
    assertThat(between.peak()).isCloseTo(600e3, within(1.0));
    assertThat(between.score()).isEqualTo(38);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverIsMeasured_rungsAreOnTheHull(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      check(measured(random));
    }
  }

  /** Curves with noise in them, of sources from still pictures to confetti. */
  private static List<Spot> measured(Random random) {
    List<Spot> spots = new ArrayList<>();
    double hardness = Math.exp(random.nextDouble() * 9 - 3);
    for (int lines : List.of(1080, 720, 480, 360)) {
      for (double quality : List.of(21.0, 27.5, 34.5)) {
        double pixels = lines * lines / 1e6;
        double rate = 2000 * hardness * pixels * Math.exp((21 - quality) / 7);
        double score = 44 - (quality - 21) / 2 - random.nextDouble() * hardness / pixels;
        spots.add(
            spot(
                lines,
                quality,
                Math.max(0.001, rate * (0.7 + 0.6 * random.nextDouble())),
                Math.clamp(score + random.nextGaussian(), 5, 100)));
      }
    }
    return spots;
  }

  private static void check(List<Spot> measured) {
    Placed placed = PLACING.of(measured);
    List<Spot> rungs = placed.rungs();

    assertThat(rungs).isNotEmpty().hasSizeLessThanOrEqualTo(4);
    for (int i = 1; i < placed.hull().size(); i++) {
      assertThat(placed.hull().get(i).rate()).isGreaterThan(placed.hull().get(i - 1).rate());
      assertThat(placed.hull().get(i).score()).isGreaterThan(placed.hull().get(i - 1).score());
    }
    for (int i = 1; i < rungs.size(); i++) {
      assertThat(rungs.get(i).rate())
          .isGreaterThanOrEqualTo(Placing.LEAST_RATIO * rungs.get(i - 1).rate());
      assertThat(rungs.get(i).score()).isGreaterThan(rungs.get(i - 1).score());
    }
    for (Spot rung : rungs) {
      assertThat(rung.score())
          .isBetween(
              Hull.scoreAt(placed.hull(), rung.rate()) - Placing.AS_GOOD,
              Hull.scoreAt(placed.hull(), rung.rate()) + 1e-9);
      assertThat(rung.rate()).isLessThanOrEqualTo(USUAL.getOrDefault(rung.lines(), 0L) / 1.5);
      assertThat(rung.quality()).isBetween(21.0, 34.5);
    }
    for (Spot spot : measured) {
      boolean allowed = spot.rate() <= USUAL.getOrDefault(spot.lines(), 0L) / 1.5;
      if (allowed && spot.rate() >= placed.hull().getFirst().rate()) {
        assertThat(spot.score())
            .isLessThanOrEqualTo(Hull.scoreAt(placed.hull(), spot.rate()) + 1e-9);
      }
    }
  }
}
