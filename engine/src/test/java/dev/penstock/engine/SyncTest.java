package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound and picture stay together: at the start, at the end and for as long as it lasts. */
@ExtendWith(NoLeaks.class)
class SyncTest {
  @TempDir Path folder;

  private enum Way {
    ENCODE,
    COPY,
    COPY_SOUND,
    COPY_PICTURES
  }

  @ParameterizedTest
  @CsvSource({
    "in.mp4, out.mp4, ENCODE",
    "in.mp4, out.mkv, ENCODE",
    "in.mp4, out.ts, ENCODE",
    "in.mkv, out.mp4, ENCODE",
    "in.mkv, out.mkv, ENCODE",
    "in.ts, out.mp4, ENCODE",
    "in.flv, out.mp4, ENCODE",
    "in.mp4, out.mp4, COPY",
    "in.mp4, out.mkv, COPY",
    "in.mp4, out.ts, COPY",
    "in.mkv, out.mp4, COPY",
    "in.mkv, out.mkv, COPY",
    "in.mkv, out.ts, COPY",
    "in.ts, out.mp4, COPY",
    "in.ts, out.mkv, COPY",
    "in.ts, out.ts, COPY",
    "in.mp4, out.mkv, COPY_SOUND",
    "in.mkv, out.mp4, COPY_SOUND",
    "in.ts, out.mp4, COPY_SOUND",
    "in.mp4, out.mkv, COPY_PICTURES",
    "in.mkv, out.mp4, COPY_PICTURES",
    "in.ts, out.mp4, COPY_PICTURES",
  })
  void soundAndPicture_stayTogether(String from, String to, Way way) {
    Path source = Clips.beacon(from, 3);
    Transcoding job = Transcoding.of(source, folder.resolve(to));

    Path file =
        (switch (way) {
              case ENCODE -> job.quick();
              case COPY -> job.copyVideo().copyAudio();
              case COPY_SOUND -> job.quick().copyAudio();
              case COPY_PICTURES -> job.copyVideo().audio(AudioCodec.AAC);
            })
            .run()
            .file();

    assertThat(soundBehindPicture(file)).isCloseTo(soundBehindPicture(source), Offset.offset(2L));
    assertThat(Pictures.numbers(file)).isEqualTo(Pictures.range(0, 74));
    assertThat(Sound.onsets(file)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "in.mkv, out.mp4",
    "in.mkv, out.mkv",
    "in.mp4, out.mp4",
    "in.mp4, out.mkv",
    "in.webm, out.mp4",
    "in.webm, out.webm"
  })
  void theOutput_beginsWithItsFirstPicture(String from, String to) {
    Path source = from.endsWith("webm") ? webm(from) : Clips.beacon(from, 3);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(to)).quick().run();

    // Matroska and WebM count the codec's start-up samples in front of the picture.
    assertThat(done.report().output().start().isNegative()).isFalse();
    assertThat(done.media().video().times().getFirst())
        .isBetween(0L, to.endsWith("mp4") ? 0L : 22_000L);
    assertThat(done.report().input().video().getFirst().stream().start().orElseThrow()).isZero();
    assertThat(done.report().input().duration().orElseThrow().toMillis()).isBetween(2980L, 3030L);
  }

  private static Path webm(String name) {
    return Clips.make(
        name,
        "-f lavfi -i " + Clips.numbered(160, 96, "25", 3),
        "-f lavfi -i " + Clips.beeping(3),
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.3", "-0.3"})
  void soundThatBeginsEarlierOrLater_stillDoes(String offset) {
    Path whole = Clips.beacon("source.mp4", 3);
    Path source =
        Clips.make(
            "offset.mkv",
            "-i " + whole + " -itsoffset " + offset + " -i " + whole,
            "-map 0:v -map 1:a -c:v copy -c:a flac");

    for (String name : List.of("out.mp4", "out.mkv", "out.ts")) {
      Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).quick().run();
      assertThat(soundBehindPicture(done.file()))
          .isCloseTo(soundBehindPicture(source), Offset.offset(2L));
      long start =
          done.media().audio().times().getFirst() - done.media().video().times().getFirst();
      long was =
          Media.of(source).audio().times().getFirst() - Media.of(source).video().times().getFirst();
      assertThat(start).isCloseTo(was, Offset.offset(22_000L));
    }
  }

  @Test
  void shorterSound_staysShorter() {
    Path source =
        Clips.make(
            "short.mp4",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 3),
            "-f lavfi -i " + Clips.beeping(1.2),
            "-c:v mpeg4 -c:a aac");

    Media media = Transcoding.of(source, folder.resolve("out.mp4")).quick().run().media();

    assertThat(Double.parseDouble(media.audio().fact("duration")))
        .isCloseTo(1.2, Offset.offset(0.03));
    assertThat(Double.parseDouble(media.video().fact("duration")))
        .isCloseTo(3, Offset.offset(0.001));
  }

  @Test
  void overSixMinutes_nothingDrifts() {
    // Two frames a second keep it small; the sound is as long as any.
    Path source =
        Clips.make(
            "long.mkv",
            "-f lavfi -i color=gray:s=64x64:r=2:d=360",
            "-f lavfi -i aevalsrc='if(between(mod(t,10),5,5.05),0.5*sin(2*PI*1000*t),0)':s=22050:c=mono:d=360",
            "-c:v mpeg4 -c:a libmp3lame -b:a 48k");

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).quick().run().file();

    List<Long> beeps = Sound.onsets(file);
    assertThat(beeps).hasSize(36);
    assertThat(beeps.getLast() - beeps.getFirst()).isCloseTo(350_000, Offset.offset(2L));
    assertThat(beeps.getFirst()).isCloseTo(5000, Offset.offset(2L));
    assertThat(Media.of(file).video().times().getLast()).isEqualTo(359_500_000);
  }

  /** Milliseconds by which the last beep comes later than it should, by the last frame's number. */
  private static long soundBehindPicture(Path file) {
    List<Long> times = Media.of(file).video().times();
    long number = Pictures.numbers(file).getLast() * 40L;
    return (Sound.onsets(file).getLast() - 2500) - (times.getLast() / 1000 - number);
  }
}
