package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.SizeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files from cameras, phones and archives, where there are some beside the checkout. */
class RealMediaTest {
  private static final Path MEDIA = Path.of("..", "..", "shared", "media").toAbsolutePath();

  /** Longer files are taken up to here, in milliseconds. */
  private static final long LENGTH = 20_000;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyFrameComesOut() throws IOException {
    if (Files.notExists(MEDIA)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(MEDIA)) {
      List<Path> clips = files.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
      return clips.stream()
          .map(file -> dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private void check(Path file) {
    Media source = Media.of(file);
    List<List<Long>> expected = source.streams("video").stream().map(RealMediaTest::shown).toList();
    Transcoding job =
        Transcoding.of(file, folder.resolve(file.getFileName())).quick().duration(LENGTH);
    if (source.streams("audio").size() > 0) {
      job.audio(AudioCodec.AAC);
    }
    if (source.video().number("height") > 720) {
      job.size(new SizeSpec.Percent(25));
    }

    Transcoding.Done done = job.run();

    List<Media.Stream> video = done.media().streams("video");
    assertThat(video).hasSameSizeAs(expected);
    for (int i = 0; i < video.size(); i++) {
      assertThat(video.get(i).fact("codec_name")).isEqualTo("h264");
      assertThat(video.get(i).times()).isEqualTo(expected.get(i));
      assertThat(done.track(i).damaged()).isZero();
    }
    assertThat(done.media().streams("audio")).hasSameSizeAs(source.streams("audio"));
    assertThat(done.media().streams("audio")).allMatch(s -> s.fact("codec_name").equals("aac"));
  }

  /** Times of the frames that are to come out, in microseconds. */
  private static List<Long> shown(Media.Stream stream) {
    return stream.timesBefore(LENGTH / 1000);
  }
}
