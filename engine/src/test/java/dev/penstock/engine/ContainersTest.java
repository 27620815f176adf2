package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every container that is written holds every frame and all of the sound, in step. */
@ExtendWith(NoLeaks.class)
class ContainersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "out.mp4, 'mov,mp4,m4a,3gp,3g2,mj2', h264, aac",
    "out.m4v, 'mov,mp4,m4a,3gp,3g2,mj2', h264, aac",
    "out.mov, 'mov,mp4,m4a,3gp,3g2,mj2', h264, aac",
    "out.mkv, 'matroska,webm', h264, aac",
    "out.webm, 'matroska,webm', vp9, opus",
    "out.ts, mpegts, h264, aac",
  })
  void eachContainer_holdsEveryFrameInStepWithTheSound(
      String name, String format, String video, String audio) {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).quick().run();

    Media media = done.media();
    assertThat(media.fact("format_name")).isEqualTo(format);
    assertThat(media.codecs()).containsExactly(video, audio);
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 74));
    assertThat(media.video().relativeTimes()).isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(beepsAfterFirstFrame(done.file())).isEqualTo(beepsAfterFirstFrame(source));
    assertThat(done.notes()).allMatch(note -> note.contains("libopenh264 has none"));
    assertThat(done.report().warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mov", "out.m4a"})
  void quickTimeFiles_beginWithTheirIndex(String name) throws IOException {
    Path source = Clips.beacon("source.mp4", 3);

    Path file = Transcoding.of(source, folder.resolve(name)).run().file();

    List<String> boxes = boxes(file);
    assertThat(boxes).contains("moov", "mdat");
    assertThat(boxes.indexOf("moov")).isLessThan(boxes.indexOf("mdat"));
  }

  @ParameterizedTest
  @CsvSource({"out.m4a, aac", "out.mka, aac"})
  void audioContainers_holdTheSoundOnly(String name, String codec) {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).run();

    assertThat(done.media().codecs()).containsExactly(codec);
    assertThat(done.notes()).anyMatch(note -> note.contains("video is left out"));
    assertThat(Sound.onsets(done.file())).hasSize(3);
  }

  @Test
  void hevcInMp4_isMarkedSoThatAppleDevicesPlayIt() {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).codec(VideoCodec.HEVC).quick().run();

    assertThat(done.media().video().fact("codec_tag_string")).isEqualTo("hvc1");
  }

  /** Milliseconds from the first frame to each beep. */
  private static List<Long> beepsAfterFirstFrame(Path file) {
    long first = Math.round(Media.of(file).video().times().getFirst() / 1000.0);
    return Sound.onsets(file).stream().map(beep -> beep - first).toList();
  }

  /** Types of the top-level boxes of an ISO base media file. */
  private static List<String> boxes(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<String> types = new ArrayList<>();
    while (bytes.remaining() >= 8) {
      int size = bytes.getInt();
      byte[] type = new byte[4];
      bytes.get(type);
      types.add(new String(type, StandardCharsets.US_ASCII));
      bytes.position(Math.min(bytes.limit(), bytes.position() + size - 8));
    }
    return types;
  }
}
