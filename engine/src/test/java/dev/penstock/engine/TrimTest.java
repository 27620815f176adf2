package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Failure;
import dev.penstock.model.VideoCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --start} and {@code --duration} cut to the frame, and copying as near as it can. */
@ExtendWith(NoLeaks.class)
class TrimTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "source.mp4, 0, 1000, 0, 24",
    "source.mp4, 1000, 1000, 25, 49",
    "source.mp4, 1240, 520, 31, 43",
    "source.mp4, 1230, 520, 31, 43",
    "source.mp4, 960, 40, 24, 24",
    "source.mkv, 1240, 520, 31, 43",
    "source.mkv, 960, 40, 24, 24",
    "source.ts, 1000, 1000, 25, 49",
    "source.ts, 1240, 520, 31, 43",
    "source.ts, 2960, 40, 74, 74",
    "source.flv, 1240, 520, 31, 43",
  })
  void encodedPictures_areCutToTheFrame(
      String name, long start, long duration, int first, int last) {
    Path source = Clips.beacon(name, 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .start(start)
            .duration(duration)
            .run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(first, last));
    Report.check(done, last - first + 1);
  }

  /** The account of the video track. */
  private static final class Report {
    static void check(Transcoding.Done done, int frames) {
      var track = done.track(0);
      assertThat(track.encoded()).isEqualTo(frames);
      assertThat(track.decoded() + track.duplicated() - track.dropped()).isEqualTo(frames);
    }
  }

  @Test
  void theFirstFrame_isTheOneTheOracleShowsThen() {
    Path source =
        Clips.make(
            "source.mp4",
            "-f lavfi -i testsrc2=s=160x120:r=25:d=4",
            "-c:v libx264 -preset veryfast -bf 3 -g 50 -pix_fmt yuv420p");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv"))
            .with("libx264") // OpenH264 has no lossless mode
            .quick()
            .quality(0)
            .start(2560)
            .run();

    Path oracle = Clips.make("from.mkv", "-ss 2.56 -i " + source + " -c:v ffv1");
    assertThat(done.media().video().frameHashes())
        .isEqualTo(Media.of(oracle).video().frameHashes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"source.mp4", "source.mkv", "source.ts"})
  void sound_isCutWithThePictures(String name) {
    Path source = Clips.beacon(name, 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().start(1240).duration(1400).run();

    // Beeps at 1.5 and 2.5 s.
    assertThat(Sound.onsets(done.file())).hasSize(2);
    assertThat(Sound.onsets(done.file()).get(0)).isCloseTo(260, Offset.offset(25L));
    assertThat(Sound.onsets(done.file()).get(1)).isCloseTo(1260, Offset.offset(25L));
    // The pictures end with the part; where they begin between two frames they are that shorter.
    assertThat(seconds(done.media().video())).isCloseTo(1.4, Offset.offset(0.022));
    assertThat(seconds(done.media().audio())).isCloseTo(1.4, Offset.offset(0.022));
    assertThat(firstOffset(done.file())).isCloseTo(firstOffset(source), Offset.offset(22L));
  }

  /** Four pictures, of four seconds each. */
  private static Path slides(String name) {
    return Clips.make(
        name, "-f lavfi -i " + Clips.numbered(160, 96, "1/4", 16), "-c:v mpeg4 -q:v 2");
  }

  @ParameterizedTest
  @CsvSource({
    "slides.mp4, 6000, 5000, 1 2, 0 2000, 5.0",
    "slides.mkv, 6000, 5000, 1 2, 0 2000, 5.0",
    "slides.mp4, 6000, 1000, 1, 0, 1.0",
    "slides.mp4, 4000, 1000, 1, 0, 1.0",
    "slides.mp4, 15000, 60000, 3, 0, 1.0",
    "slides.mkv, 15000, 60000, 3, 0, 1.0",
  })
  void thePictureOnScreen_isShownFromTheStart_andTheLastOneToTheEnd(
      String name, long start, long duration, String numbers, String times, double seconds) {
    Transcoding.Done done =
        Transcoding.of(slides(name), folder.resolve("out.mp4"))
            .quick()
            .start(start)
            .duration(duration)
            .run();

    assertThat(Pictures.numbers(done.file()).stream().map(String::valueOf))
        .containsExactly(numbers.split(" "));
    assertThat(done.media().video().times().stream().map(micros -> "" + micros / 1000))
        .containsExactly(times.split(" "));
    assertThat(seconds(done.media().video())).isCloseTo(seconds, Offset.offset(0.002));
    assertThat(done.report().warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"H264", "HEVC", "AV1", "VP9"})
  void theLastPicture_endsWithThePart(VideoCodec codec) {
    Transcoding.Done done =
        Transcoding.of(slides("slides.mp4"), folder.resolve("out.mp4"))
            .codec(codec)
            .quick()
            .duration(5000)
            .run();

    assertThat(seconds(done.media().video())).isCloseTo(5, Offset.offset(0.002));
  }

  @Test
  void aStartInsideTheLastFrame_givesThatFrame() {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().start(2970).run();

    assertThat(Pictures.numbers(done.file())).containsExactly(74);
  }

  @Test
  void copiedFromInsideTheLastFrame_itIsThere() {
    Transcoding.Done done =
        Transcoding.of(slides("slides.mp4"), folder.resolve("out.mkv"))
            .copyVideo()
            .start(15_000)
            .run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 3));
  }

  /** A long video track, a short one, and sound. */
  private static Path uneven() {
    return Clips.make(
        "uneven.mkv",
        "-f lavfi -i " + Clips.numbered(160, 96, "25", 3),
        "-f lavfi -i " + Clips.numbered(96, 160, "25", 1) + " -f lavfi -i sine=d=3",
        "-map 0 -map 1 -map 2 -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a flac");
  }

  @Test
  void aTrackWithoutPicturesInThePart_isLeftOutBesideOneThatHasSome() {
    Transcoding.Done done =
        Transcoding.of(uneven(), folder.resolve("out.mkv")).quick().start(1500).duration(500).run();

    assertThat(done.media().streams("video")).hasSize(1);
    assertThat(done.media().video().size()).isEqualTo("160x96");
    assertThat(done.report().warnings())
        .containsExactly(
            uneven() + ", track 1: has no pictures in the wanted part and is left out");
  }

  @Test
  void aPartWithoutPictures_isSaidToBeOne() {
    Path source = Clips.make("short.mkv", "-i " + uneven() + " -map 0:1 -map 0:2 -c copy");

    Failure failure =
        Transcoding.of(source, folder.resolve("out.mkv")).quick().start(1500).failure();

    assertThat(failure.diagnosis().line())
        .contains("track 0", "no pictures in the wanted part", "change --start or --duration");
    assertThat(folder.resolve("out.mkv")).doesNotExist();
  }

  @Test
  void aRateAboveTheLength_givesOneFrame() {
    Path source = Clips.beacon("short.mp4", 0.3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().fps("1").run();

    assertThat(Pictures.numbers(done.file())).containsExactly(0);
  }

  /** Milliseconds from the time of a frame's number to its time, on the sound's clock. */
  private static long firstOffset(Path file) {
    Media media = Media.of(file);
    long video = media.video().times().getFirst() / 1000;
    long number = Pictures.numbers(file).getFirst() * 40L;
    long beep = Sound.onsets(file).getLast();
    return (beep - 2500) - (video - number);
  }

  private static double seconds(Media.Stream stream) {
    return Double.parseDouble(stream.fact("duration"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source.mp4", "source.mkv", "source.ts"})
  void copiedPictures_beginAtTheKeyFrameBefore(String name) {
    Path source = Clips.beacon(name, 4);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).copyVideo().copyAudio().start(2400).run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(50, 99));
    assertThat(done.notes()).anyMatch(note -> note.contains("key frame before --start"));
    assertThat(Sound.onsets(done.file())).hasSize(2);
    assertThat(firstOffset(done.file())).isCloseTo(firstOffset(source), Offset.offset(2L));
    assertThat(done.report().warnings()).isEmpty();
  }

  @Test
  void copiedIntoMp4_theFramesBeforeTheStartAreHidden() {
    Path source = Clips.beacon("source.mp4", 4);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).copyVideo().copyAudio().start(2400).run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(60, 99));
    assertThat(done.media().video().packetHashes()).hasSize(50);
    assertThat(firstOffset(done.file())).isCloseTo(firstOffset(source), Offset.offset(2L));
  }

  @Test
  void anExactStart_onAKeyFrameCopiesFromThere() {
    Path source = Clips.beacon("source.mp4", 4);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).copyVideo().copyAudio().start(2000).run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(50, 99));
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void aCopiedEnd_losesNoFrameThatIsWanted(String name) {
    Path source = Clips.beacon("source.mp4", 3);

    // The frame at 1.48 s is decoded before those at 1.40 and 1.44 s, which need it.
    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(name)).copyVideo().copyAudio().duration(1480).run();

    List<String> frames = done.media().video().frameHashes();
    assertThat(frames)
        .startsWith(Media.of(source).video().frameHashes().subList(0, 37).toArray(String[]::new));
    assertThat(frames.size()).isBetween(37, 38);
    assertThat(Sound.onsets(done.file())).hasSize(1);
  }

  @Test
  void copiedSound_beginsWithEncodedPictures() {
    Path source = Clips.beacon("source.mkv", 4);

    for (String name : List.of("out.mkv", "out.mp4")) {
      Transcoding.Done done =
          Transcoding.of(source, folder.resolve(name)).quick().copyAudio().start(2400).run();

      assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(60, 99));
      assertThat(firstOffset(done.file())).isCloseTo(firstOffset(source), Offset.offset(2L));
      assertThat(done.media().video().times().getFirst()).isBetween(0L, 45_000L);
    }
  }

  @Test
  void encodedSound_goesWithCopiedPictures() {
    Path source = Clips.beacon("source.mp4", 4);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv"))
            .copyVideo()
            .audio(AudioCodec.OPUS)
            .start(2400)
            .run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(50, 99));
    assertThat(firstOffset(done.file())).isCloseTo(firstOffset(source), Offset.offset(2L));
  }

  @Test
  void aPipe_isReadUpToTheStart() throws Exception {
    Path source = Clips.beacon("source.mkv", 4);
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    Thread.startVirtualThread(() -> copy(source, pipe));
    Path encoded = Transcoding.of(pipe, folder.resolve("a.mp4")).quick().start(2400).run().file();
    assertThat(Pictures.numbers(encoded)).isEqualTo(Pictures.range(60, 99));

    Thread.startVirtualThread(() -> copy(source, pipe));
    Path copied =
        Transcoding.of(pipe, folder.resolve("b.mkv"))
            .copyVideo()
            .copyAudio()
            .start(2400)
            .run()
            .file();
    assertThat(Pictures.numbers(copied)).isEqualTo(Pictures.range(50, 99));
    assertThat(firstOffset(copied)).isCloseTo(firstOffset(source), Offset.offset(2L));
  }

  private static void copy(Path source, Path pipe) {
    try (var out = Files.newOutputStream(pipe)) {
      Files.copy(source, out);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void chapters_areMovedAndCut() {
    Path chapters =
        Clips.text(
            "chapters.txt",
            """
            ;FFMETADATA1
            [CHAPTER]
            TIMEBASE=1/1000
            START=0
            END=1000
            title=One
            [CHAPTER]
            TIMEBASE=1/1000
            START=1000
            END=2000
            title=Two
            [CHAPTER]
            TIMEBASE=1/1000
            START=2000
            END=3000
            title=Three
            """);
    Path source =
        Clips.make(
            "chapters.mkv",
            "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -i " + chapters,
            "-map 0 -map_chapters 1 -c:v mpeg4");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).quick().start(1500).duration(1000).run();

    assertThat(done.media().chapters()).containsExactly("0-500 Two", "500-1000 Three");
  }

  @ParameterizedTest
  @CsvSource({"in.mkv, out.mkv", "in.mkv, out.mp4"})
  void subtitles_areCutWithThePictures(String from, String to) {
    Path srt =
        Clips.text(
            "cut.srt",
            """
            1
            00:00:00,500 --> 00:00:01,000
            Before

            2
            00:00:01,200 --> 00:00:02,000
            Across the start

            3
            00:00:02,100 --> 00:00:02,300
            Within

            4
            00:00:02,400 --> 00:00:03,800
            Across the end

            5
            00:00:03,500 --> 00:00:03,900
            Behind
            """);
    Path source =
        Clips.make(
            from,
            "-i "
                + Clips.beacon("source.mp4", 4)
                + " -i "
                + srt
                + " -map 0:v -map 1 -c copy -c:s srt");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(to)).quick().start(1600).duration(1400).run();

    List<Media.Row> packets = done.media().subtitle().packets("pts_time", "duration_time", "size");
    long first = done.media().video().times().getFirst();
    List<String> shown =
        packets.stream()
            .filter(packet -> Integer.parseInt(packet.fact("size")) > 2) // MP4 fills gaps
            .map(
                p -> (p.micros("pts_time") - first) / 1000 + "+" + p.micros("duration_time") / 1000)
            .toList();
    assertThat(shown).containsExactly("0+400", "500+200", "800+600");
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(40, 74));
  }

  @Test
  void aDuration_beyondTheEndIsTheEnd() {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .start(2000)
            .duration(60_000)
            .run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(50, 74));
  }

  @ParameterizedTest
  @CsvSource({"HEVC", "AV1", "VP9"})
  void otherEncoders_areCutToTheFrameToo(VideoCodec codec) {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv"))
            .codec(codec)
            .quick()
            .start(1240)
            .duration(520)
            .run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(31, 43));
  }

  @Test
  void aRateAsked_countsFromTheStart() {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .fps("5")
            .start(1000)
            .duration(1000)
            .run();

    assertThat(done.media().video().frameCount()).isEqualTo(5);
    assertThat(done.media().video().times().getFirst()).isZero();
  }
}
