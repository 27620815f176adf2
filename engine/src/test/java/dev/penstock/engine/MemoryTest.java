package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
  @TempDir Path folder;

  @Test
  void whatIsAvailable_isRead() throws IOException {
    Path facts =
        Files.writeString(
            folder.resolve("meminfo"),
            "MemTotal:       24670504 kB\nMemFree:   1 kB\nMemAvailable:   23000000 kB\n");
    assertThat(Memory.available(facts)).hasValue(23_000_000L * 1024);
  }

  @Test
  void withoutFacts_nothingIsMadeUp() throws IOException {
    assertThat(Memory.available(folder.resolve("none"))).isEmpty();
    assertThat(Memory.available(Files.writeString(folder.resolve("old"), "MemTotal: 1 kB\n")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"16, 1000, 100, 5", "4, 1000, 100, 4", "16, 100, 100, 1", "16, 0, 100, 1"})
  void lanes_fitIntoHalfOfIt(int wanted, long free, long lane, int expected) {
    assertThat(Memory.fitting(wanted, OptionalLong.of(free), lane)).isEqualTo(expected);
  }

  @Test
  void whereNothingIsKnown_allAreTaken() {
    assertThat(Memory.fitting(7, OptionalLong.empty(), 100)).isEqualTo(7);
  }
}
