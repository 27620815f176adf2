package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.penstock.model.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampTest {
  private static final List<Rational> BASES =
      List.of(
          new Rational(1, 90_000),
          new Rational(1, 1000),
          new Rational(1, 1_000_000),
          new Rational(1001, 30_000),
          new Rational(1001, 24_000),
          new Rational(1, 44_100),
          new Rational(1, 3),
          new Rational(7, 1),
          new Rational(Integer.MAX_VALUE, 1),
          new Rational(1, Integer.MAX_VALUE));

  @Test
  void rescale_agreesWithExactArithmetic() {
    Random random = new Random(20260101);
    for (int i = 0; i < 200_000; i++) {
      Rational from = BASES.get(random.nextInt(BASES.size()));
      Rational to = BASES.get(random.nextInt(BASES.size()));
      long ticks = random.nextLong() >> random.nextInt(63);
      long exact = exact(ticks, from, to);
      if (Timestamp.rescale(ticks, from, to) != exact) {
        fail("%d of %s in %s is %d".formatted(ticks, from, to, exact));
      }
    }
  }

  private static long exact(long ticks, Rational from, Rational to) {
    if (ticks == Timestamp.NONE) {
      return ticks;
    }
    BigInteger rounded =
        new BigDecimal(BigInteger.valueOf(ticks).multiply(factor(from.num(), to.den())))
            .divide(new BigDecimal(factor(from.den(), to.num())), 0, RoundingMode.HALF_UP)
            .toBigInteger();
    return rounded.bitLength() < 64 ? rounded.longValue() : Timestamp.NONE;
  }

  private static BigInteger factor(int a, int b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "-1, -1", "3, 2", "-3, -2", "2, 1", "0, 0", "5, 3", "-5, -3"})
  void halves_areRoundedAwayFromZero(long halves, long whole) {
    assertThat(Timestamp.rescale(halves, new Rational(1, 2), Rational.ONE)).isEqualTo(whole);
  }

  @Test
  void unknown_staysUnknown() {
    assertThat(Timestamp.rescale(Timestamp.NONE, new Rational(1, 1000), Rational.ONE))
        .isEqualTo(Timestamp.NONE);
  }

  @Test
  void tooLarge_isUnknown() {
    assertThat(Timestamp.rescale(Long.MAX_VALUE, Rational.ONE, new Rational(1, 90_000)))
        .isEqualTo(Timestamp.NONE);
  }

  @Test
  void ticks_ofADuration_areTheNearest() {
    Rational base = new Rational(1, 90_000);
    assertThat(Timestamp.ticks(Duration.ofSeconds(2), base)).isEqualTo(180_000);
    assertThat(Timestamp.ticks(Duration.ofNanos(-11_111), base)).isEqualTo(-1);
    assertThat(Timestamp.ticks(Duration.ofNanos(333_333_333), new Rational(1, 30))).isEqualTo(10);
    assertThat(Timestamp.ticks(Duration.ofDays(3650), base)).isEqualTo(3650L * 86_400 * 90_000);
  }

  @Test
  void toDuration_ofNegativeTicks() {
    assertThat(new Timestamp(-45_000, new Rational(1, 90_000)).toDuration())
        .isEqualTo(Duration.ofMillis(-500));
  }
}
