package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  @ParameterizedTest
  @CsvSource({
    "90, PT1M30S",
    "90.5, PT1M30.5S",
    "0, PT0S",
    "90s, PT1M30S",
    "1m30s, PT1M30S",
    "1.5m, PT1M30S",
    "1h2m3.004s, PT1H2M3.004S",
    "250ms, PT0.25S",
    "1h, PT1H",
    "1:30, PT1M30S",
    "90:00, PT1H30M",
    "00:01:30.5, PT1M30.5S",
    "0.000000001, PT0.000000001S",
  })
  void parse_reads(String text, Duration time) {
    assertThat(Times.parse(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-1",
        "1s1s",
        "30s1m",
        "1d",
        "1 m",
        ":",
        "1:",
        ":30",
        "1:60",
        "1:60:00",
        "1:2:3:4",
        "1:-2",
        "99999999h",
        "999999999:00:00",
        "1e3",
        "m30s",
        "1m30",
        "--"
      })
  void parse_refuses(String text) {
    assertThat(Times.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0:00.000", "PT1M30.5S, 1:30.500", "PT1H2M3.004S, 1:02:03.004"})
  void exact_keepsMilliseconds(Duration time, String text) {
    assertThat(Times.exact(time)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT0.4S, 0:00", "PT59.6S, 1:00", "PT1H0M5S, 1:00:05"})
  void clock_rounds(Duration time, String text) {
    assertThat(Times.clock(time)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT0.421S, 0.42 s", "PT12.34S, 12.3 s", "PT3M5S, 3:05"})
  void taken_hasFewDigits(Duration time, String text) {
    assertThat(Times.taken(time)).isEqualTo(text);
  }
}
