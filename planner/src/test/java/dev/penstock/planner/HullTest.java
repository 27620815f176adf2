package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HullTest {
  private static Spot spot(int lines, double rate, double score) {
    return new Spot(lines, /* quality= */ 20, rate, rate, score);
  }

  @Test
  void spotsBelowALineBetweenOthers_areNotOnIt() {
    Spot low = spot(360, 100, 30);
    Spot weak = spot(360, 200, 31);
    Spot good = spot(720, 300, 36);
    Spot high = spot(720, 900, 40);

    assertThat(Hull.of(List.of(high, weak, low, good))).containsExactly(low, good, high);
  }

  @Test
  void moreBitsForNoMoreQuality_areNotOnIt() {
    Spot low = spot(360, 100, 30);
    Spot best = spot(720, 300, 36);
    Spot wasted = spot(1080, 900, 36);
    Spot worse = spot(1080, 1000, 35);

    assertThat(Hull.of(List.of(low, best, wasted, worse))).containsExactly(low, best);
  }

  @Test
  void ofSpotsWithOneRate_theBestIsOnIt() {
    Spot worse = spot(360, 100, 30);
    Spot better = spot(720, 100, 31);

    assertThat(Hull.of(List.of(worse, better))).containsExactly(better);
  }

  @Test
  void ofEqualSpots_theLargestSizeIsOnIt() {
    assertThat(Hull.of(List.of(spot(360, 100, 30), spot(720, 100, 30))))
        .containsExactly(spot(720, 100, 30));
  }

  @Test
  void oneSpot_isAllOfIt() {
    assertThat(Hull.of(List.of(spot(360, 100, 30)))).containsExactly(spot(360, 100, 30));
  }

  @Test
  void betweenSpots_itIsALine() {
    List<Spot> hull = List.of(spot(360, 100, 30), spot(720, 300, 36), spot(720, 900, 40));

    assertThat(Hull.scoreAt(hull, 200)).isEqualTo(33);
    assertThat(Hull.scoreAt(hull, 600)).isEqualTo(38);
    assertThat(Hull.scoreAt(hull, 5000)).isEqualTo(40);
  }
}
