package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
