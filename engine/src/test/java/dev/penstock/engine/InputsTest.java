package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Serving;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are not files: what was read for probing is read again, not lost. */
@ExtendWith(NoLeaks.class)
class InputsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"source.mkv", "source.ts", "source.flv"})
  void aPipe_isReadFromItsFirstFrame(String name) throws Exception {
    Path source = Clips.beacon(name, 3);
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Thread writer = Thread.startVirtualThread(() -> copy(source, pipe));

    Transcoding.Done done = Transcoding.of(pipe, folder.resolve("out.mp4")).quick().run();

    writer.join();
    assertThat(done.report().input().seekable()).isFalse();
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 74));
    assertThat(Sound.onsets(done.file())).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"source.mp4, true", "source.mkv, true", "source.mkv, false", "source.ts, false"})
  void aUrl_isReadWithAndWithoutSeeking(String name, boolean ranges) throws Exception {
    Path source = Clips.beacon(name, 3);
    try (Serving server = Serving.of(source, ranges)) {
      Transcoding.Done done =
          Transcoding.of(server.url(name), folder.resolve("out.mp4")).quick().run();

      assertThat(done.report().input().seekable()).isEqualTo(ranges);
      assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 74));
      assertThat(Sound.onsets(done.file())).hasSize(3);
    }
  }

  @Test
  void aUrl_isSoughtInForAStart() throws Exception {
    Path source = Clips.beacon("source.mkv", 3);
    try (Serving server = Serving.of(source, true)) {
      Transcoding.Done done =
          Transcoding.of(server.url("source.mkv"), folder.resolve("out.mp4"))
              .quick()
              .start(2000)
              .run();

      assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(50, 74));
    }
  }

  @Test
  void oddNames_areOnlyNames() throws Exception {
    Path odd = folder.resolve("100% :a,b;[c] 'd' \"e\" \u00fc.mkv");
    Files.copy(Clips.beacon("source.mkv", 3), odd);

    Transcoding.Done done =
        Transcoding.of(odd, folder.resolve("-out%d: 'x'.mp4")).quick().size(half()).run();

    assertThat(Files.exists(folder.resolve("-out%d: 'x'.mp4"))).isTrue();
    assertThat(done.media().video().size()).isEqualTo("80x48");
  }

  private static dev.penstock.model.SizeSpec half() {
    return new dev.penstock.model.SizeSpec.Percent(50);
  }

  private static void copy(Path source, Path pipe) {
    try (var out = Files.newOutputStream(pipe)) {
      Files.copy(source, out);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
