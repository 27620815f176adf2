package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastTest {
  private static final Instant BEGAN = Instant.parse("2030-01-01T00:00:00Z");

  private static Instant at(double seconds) {
    return BEGAN.plusMillis(Math.round(seconds * 1000));
  }

  private static double width(Forecast.Band band) {
    return Duration.between(band.soonest(), band.latest()).toMillis() / 1000.0;
  }

  @Test
  void ofNothingDone_nothingIsSaid() {
    Forecast forecast = new Forecast();
    assertThat(forecast.band(10, at(0))).isEmpty();
    forecast.told(0.4, at(0));
    assertThat(forecast.band(10, at(60))).as("it was there before").isEmpty();
  }

  @Test
  void whatIsEven_hasANarrowBandAroundItsEnd() {
    Forecast forecast = new Forecast();
    for (int i = 0; i <= 50; i++) {
      forecast.told(i / 100.0, at(i));
      forecast.piece(Duration.ofSeconds(1));
    }
    Forecast.Band band = forecast.band(50, at(50)).orElseThrow();
    assertThat(band.soonest()).isBetween(at(90), at(100));
    assertThat(band.latest()).isBetween(at(100), at(110));
  }

  @Test
  void whatDiffers_andWhatIsFew_hasAWideOne() {
    Forecast even = new Forecast();
    Forecast uneven = new Forecast();
    Forecast few = new Forecast();
    for (int i = 0; i <= 40; i++) {
      even.told(i / 100.0, at(i));
      uneven.told(i / 100.0, at(i));
      few.told(i / 100.0, at(i));
      even.piece(Duration.ofMillis(1000));
      uneven.piece(Duration.ofMillis(i % 2 == 0 ? 100 : 1900));
      if (i < 3) {
        few.piece(Duration.ofMillis(i % 2 == 0 ? 100 : 1900));
      }
    }
    double narrow = width(even.band(60, at(40)).orElseThrow());
    double wide = width(uneven.band(60, at(40)).orElseThrow());
    double wider = width(few.band(60, at(40)).orElseThrow());
    assertThat(narrow).isLessThan(wide);
    assertThat(wide).isLessThan(wider);
  }

  /** Pieces of random length, in the order in which they come: most ends lie within the band. */
  @Test
  void mostJobs_endWithinTheirBand() {
    Random chance = new Random(7);
    int within = 0;
    for (int job = 0; job < 200; job++) {
      Forecast forecast = new Forecast();
      forecast.told(0, at(0));
      double now = 0;
      for (int i = 1; i <= 30; i++) {
        double took = 1 + 8 * chance.nextDouble();
        now += took;
        forecast.piece(Duration.ofMillis(Math.round(took * 1000)));
        forecast.told(i / 100.0, at(now));
      }
      Forecast.Band band = forecast.band(70, at(now)).orElseThrow();
      for (int i = 31; i <= 100; i++) {
        now += 1 + 8 * chance.nextDouble();
      }
      within += !at(now).isBefore(band.soonest()) && !at(now).isAfter(band.latest()) ? 1 : 0;
    }
    assertThat(within).isGreaterThan(180);
  }

  @Test
  void aJobThatWasResumed_isNotTakenToBeFast() {
    Forecast forecast = new Forecast();
    for (int i = 0; i <= 10; i++) {
      forecast.told(0.5 + i / 100.0, at(i * 2));
    }
    Forecast.Band band = forecast.band(0, at(20)).orElseThrow();
    assertThat(band.latest()).isAfter(at(100));
    assertThat(band.soonest()).isAfter(at(60));
  }
}
