package dev.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RationalTest {
  @ParameterizedTest
  @CsvSource({
    "25, 25, 1",
    "25.0, 25, 1",
    "30000/1001, 30000, 1001",
    "60000/2002, 30000, 1001",
    "' 24 / 1 ', 24, 1",
    "23.976, 24000, 1001",
    "23.98, 24000, 1001",
    "29.97, 30000, 1001",
    "59.94, 60000, 1001",
    "119.88, 120000, 1001",
    "14.985, 15000, 1001",
    "12.5, 25, 2",
    "0.5, 1, 2",
    "0.001, 1, 1000",
    "0.003, 3, 1000",
    "1000000, 1000000, 1",
    "1/2147483647, 1, 2147483647"
  })
  void parse(String text, int num, int den) {
    Rational parsed = Rational.parse(text);
    assertThat(parsed.num()).isEqualTo(num);
    assertThat(parsed.den()).isEqualTo(den);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "/",
        "1/",
        "/2",
        "1/0",
        "0/1",
        "0",
        "-25",
        "-1/2",
        "1/-2",
        "NaN",
        "Infinity",
        "1000001",
        "0.0004",
        "1/2/3",
        "99999999999/1"
      })
  void parse_whatIsNoRate_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rational.parse(text))
        .withMessageContaining("not a rate");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 4, 1, 2",
    "-2, 4, -1, 2",
    "2, -4, -1, 2",
    "-2, -4, 1, 2",
    "0, 5, 0, 1",
    "0, -5, 0, 1",
    "-2147483648, 2, -1073741824, 1",
    "-2147483648, -2147483648, 1, 1",
    "2147483647, 1, 2147483647, 1"
  })
  void isAlwaysReduced_withAPositiveDenominator(int num, int den, int rnum, int rden) {
    Rational reduced = new Rational(num, den);
    assertThat(reduced.num()).isEqualTo(rnum);
    assertThat(reduced.den()).isEqualTo(rden);
  }

  @Test
  void whatCannotBeWritten_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rational(1, 0));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new Rational(1, Integer.MIN_VALUE));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new Rational(50_000, 1).times(new Rational(50_001, 1)));
  }

  @Test
  void arithmetic() {
    assertThat(new Rational(3, 4).times(new Rational(2, 3))).isEqualTo(new Rational(1, 2));
    assertThat(new Rational(3, 4).inverse()).isEqualTo(new Rational(4, 3));
    assertThat(new Rational(30_000, 1001)).isLessThan(new Rational(30, 1));
    assertThat(new Rational(30_000, 1001)).hasToString("30000/1001");
    assertThat(new Rational(50, 2)).hasToString("25");
    assertThat(Rational.ofPositive(0, 1)).isEmpty();
    assertThat(Rational.ofPositive(1, 0)).isEmpty();
    assertThat(Rational.ofPositive(2, 2)).contains(Rational.ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 90000, 90000, PT1S",
    "1, 90000, -90000, PT-1S",
    "1, 90000, -1, PT-0.000011111S",
    "1, 90000, 1, PT0.000011111S",
    "1001, 30000, 30000, PT16M41S",
    "1, 1000, 0, PT0S",
    "1, 3, 2, PT0.666666667S"
  })
  void toDuration(int num, int den, long ticks, Duration expected) {
    assertThat(new Rational(num, den).toDuration(ticks)).isEqualTo(expected);
  }

  @Test
  void toDuration_ofAnyTicks_isExactToTheNanosecond() {
    Random random = new Random(20260101);
    for (int i = 0; i < 20_000; i++) {
      Rational base = new Rational(1 + random.nextInt(100_000), 1 + random.nextInt(1_000_000));
      long ticks = random.nextLong() >> (20 + random.nextInt(43));
      BigInteger nanos =
          new BigDecimal(BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(base.num())))
              .movePointRight(9)
              .divide(BigDecimal.valueOf(base.den()), 0, RoundingMode.FLOOR)
              .toBigInteger();
      Duration duration = base.toDuration(ticks);
      BigInteger actual =
          BigInteger.valueOf(duration.getSeconds())
              .multiply(BigInteger.valueOf(1_000_000_000))
              .add(BigInteger.valueOf(duration.getNano()));
      BigInteger above = actual.subtract(nanos);
      if (above.signum() < 0 || above.compareTo(BigInteger.ONE) > 0) {
        fail("%d of %s is not %s".formatted(ticks, base, duration));
      }
    }
  }

  @Test
  void toDuration_ofHugeTicks_doesNotOverflow() {
    assertThat(new Rational(1001, 30_000).toDuration(Long.MAX_VALUE))
        .isEqualTo(Duration.ofSeconds(307_753_180_296_387_686L));
    assertThat(new Rational(2, 1).toDuration(Long.MAX_VALUE))
        .isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(new Rational(2, 1).toDuration(Long.MIN_VALUE))
        .isEqualTo(Duration.ofSeconds(Long.MIN_VALUE));
    assertThat(Rational.ONE.toDuration(Long.MIN_VALUE))
        .isEqualTo(Duration.ofSeconds(Long.MIN_VALUE));
  }
}
