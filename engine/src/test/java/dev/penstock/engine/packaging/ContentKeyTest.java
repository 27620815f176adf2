package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.engine.testing.Serving;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentKeyTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String HEX = "8a1b2c3d4e5f60718293a4b5c6d7e8f9";
  private static final byte[] KEY = HexFormat.of().parseHex(HEX);

  @TempDir Path folder;

  private static String line(String source) {
    FailureException thrown =
        catchThrowableOfType(FailureException.class, () -> ContentKey.read(source, TIMEOUT));
    assertThat(thrown.failure()).isInstanceOf(Failure.BadInput.class);
    return thrown.failure().diagnosis().line();
  }

  @Test
  void key_comesFromAServer() throws IOException {
    Path file = Files.write(folder.resolve("key"), KEY);
    try (Serving server = Serving.of(file, /* ranges= */ false)) {
      ContentKey key = ContentKey.read(server.url("key"), TIMEOUT);
      assertThat(key.bytes()).isEqualTo(KEY);
      assertThat(key.uri()).isEqualTo(server.url("key"));
      assertThat(key.at("elsewhere").uri()).isEqualTo("elsewhere");
    }
  }

  @Test
  void whatIsNoKey_isNamedAndNotShown() throws IOException {
    Path long17 = Files.writeString(folder.resolve("long.bin"), "seventeen letters");
    Path page = Files.writeString(folder.resolve("page"), "<html>".repeat(1000));

    assertThat(line(long17.toString()))
        .startsWith(long17.toString())
        .contains("is not a key", "it has 17 bytes", "openssl rand 16")
        .doesNotContain("seventeen");
    assertThat(line(page.toString())).contains("1024 bytes or more");
    assertThat(line(folder.toString())).contains("it is a folder");
    assertThat(line(folder.resolve("none").toString())).contains("No such file or directory");
    assertThat(line("ftp://host/key")).contains("by http and https");
    assertThat(line("https:///")).contains("cannot be read");
  }

  @Test
  void serversThatDoNotGiveIt_areNamed() throws IOException {
    String gone;
    Path file = Files.write(folder.resolve("key"), KEY);
    try (Serving server = Serving.of(file, /* ranges= */ false)) {
      gone = server.url("key");
    }
    assertThat(line(gone)).contains(gone, "no server answers there");
    assertThat(line("http://host.invalid/key")).contains("there is no server of that name");
  }

  @Test
  void id_followsFromTheKeyAndDoesNotTellIt() {
    ContentKey key = ContentKey.of(KEY, "a");

    assertThat(key.idText())
        .hasSize(32)
        .isEqualTo(ContentKey.of(KEY, "b").idText())
        .isNotEqualTo(
            ContentKey.of("sixteen bytes ok".getBytes(StandardCharsets.UTF_8), "a").idText())
        .isNotEqualTo(HEX);
    assertThat(key.toString()).doesNotContain(HEX);
  }
}
