package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Rational;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "812, 812 B",
    "999, 999 B",
    "1000, 1 kB",
    "3414000, 3.41 MB",
    "99940000, 99.9 MB",
    "999600000, 1 GB",
    "58938125, 58.9 MB"
  })
  void bytes_haveThreeDigits(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void bitRate_isDecimal() {
    assertThat(Amounts.bitRate(128_000)).isEqualTo("128 kb/s");
  }

  @Test
  void frameRate_showsTheFractionWhereTheDecimalIsNotExact() {
    assertThat(Amounts.frameRate(new Rational(25, 1))).isEqualTo("25 fps");
    assertThat(Amounts.frameRate(new Rational(30000, 1001))).isEqualTo("29.97 fps (30000/1001)");
  }
}
