package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Preset;
import dev.penstock.model.Report;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is encoded in segments is, for whoever decodes it, what was encoded in one. */
@ExtendWith(NoLeaks.class)
class SegmentsTest {
  private static final int FRAMES = 200;
  private static final Segments EVERY_TWO_SECONDS = new Segments.Every(Duration.ofSeconds(2));

  @TempDir Path folder;

  /** Eight seconds whose pictures say their numbers, a key frame a second. */
  private static Path source(String name, String coding) {
    return Clips.make(
        name,
        "-f lavfi -i " + Clips.numbered(160, 96, "25", 8) + " -f lavfi -i " + Clips.beeping(8),
        coding + " -g 25 -c:a aac");
  }

  private static Path source() {
    return source("numbered.mp4", "-c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p");
  }

  private Transcoding job(Path source, String output, VideoCodec codec) {
    return Transcoding.of(source, folder.resolve(output))
        .codec(codec)
        .quick()
        .segments(EVERY_TWO_SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"H264, mp4", "H264, mkv", "H264, ts", "HEVC, mp4", "VP9, webm"})
  void joined_isLikeMadeInOne(VideoCodec codec, String extension) {
    Transcoding.Done cut = job(source(), "cut." + extension, codec).run();
    Transcoding.Done whole =
        job(source(), "whole." + extension, codec).segments(new Segments.Off()).run();

    assertThat(cut.report().pieces()).map(Report.Pieces::segments).contains(4);
    assertThat(Pictures.numbers(cut.file())).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(cut.media().video().relativeTimes())
        .isEqualTo(whole.media().video().relativeTimes());
    assertThat(cut.media().audio().packetHashes()).isEqualTo(whole.media().audio().packetHashes());
    assertThat(decodingTimes(cut.file())).isEqualTo(decodingTimes(whole.file()));
    assertThat(cut.report().warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "ts"})
  void theEncodersNote_standsInItOnce(String extension) throws IOException {
    Path file = job(source(), "out." + extension, VideoCodec.H264).run().file();

    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(bytes.split("x264 - core", -1)).hasSize(2);
  }

  private static List<Long> decodingTimes(Path file) {
    return Media.packets(file, "stream_index", "dts_time").stream()
        .filter(row -> row.fact("stream_index").equals("0"))
        .map(row -> row.micros("dts_time"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"H264, mp4", "HEVC, mkv"})
  void lanes_changeNoByte(VideoCodec codec, String extension) {
    Path first = null;
    for (int lanes : new int[] {1, 2, 5, 16}) {
      Transcoding job = job(source(), lanes + "." + extension, codec).audio(AudioCodec.AAC, 64_000);
      Path file = job.lanes(lanes).run().file();
      first = first == null ? file : first;
      assertThat(file).hasSameBinaryContentAs(first);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VideoCodec.class,
      names = {"H264", "HEVC"})
  void anAverage_isSharedOutAmongTheSegments(VideoCodec codec) {
    long bits = 150_000;
    Path first = null;
    for (int lanes : new int[] {1, 3}) {
      Transcoding.Done done =
          job(unevenlyHard(), lanes + ".mp4", codec).bitrate(bits).lanes(lanes).run();
      first = first == null ? done.file() : first;

      assertThat(done.file()).hasSameBinaryContentAs(first);
      assertThat(done.report().pieces()).map(Report.Pieces::segments).contains(4);
      // Its hard parts do want more bits than that.
      assertThat(done.report().warnings()).allMatch(line -> line.contains(": too few bits for"));
      double rate = done.report().tracks().getFirst().bytes() * 8 / 8.0;
      assertThat(rate).isCloseTo(bits, withPercentage(8));
    }
  }

  /** Notes of an analysis fit only an encoding that makes the same kinds of pictures. */
  @ParameterizedTest
  @CsvSource({
    "H264, tune, animation",
    "H264, bf, 0",
    "H264, x264-params, bframes=5:ref=2",
    "HEVC, x265-params, bframes=1:weightp=0",
  })
  void anAverage_isKeptWithOptionsOfTheUser(VideoCodec codec, String option, String value) {
    Transcoding.Done done =
        job(source(), "out.mp4", codec).bitrate(100_000).encoderOption(option, value).run();

    assertThat(done.report().pieces()).map(Report.Pieces::segments).contains(4);
    assertThat(Media.packets(done.file(), "size", "stream_index")).isNotEmpty();
  }

  /** What is noted of motion and headers alone is more than was asked for. */
  @Test
  void tooLowAnAverage_isMissedAndSaid() {
    Transcoding.Done done = job(unevenlyHard(), "out.mp4", VideoCodec.H264).bitrate(5_000).run();

    assertThat(done.report().pieces()).map(Report.Pieces::segments).contains(4);
    assertThat(done.report().warnings()).anyMatch(line -> line.contains("are too few"));
  }

  /** Noise at each joint, which the encoder of the segment before does not see coming. */
  private static Path unevenlyHard() {
    return Clips.make(
        "hard-joints.mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d=8"
            + ",noise=alls=60:allf=t:enable='gt(mod(t\\,2)\\,1.5)+lt(mod(t\\,2)\\,0.3)'",
        "-c:v libx264 -preset ultrafast -crf 10 -pix_fmt yuv420p -g 25");
  }

  /** With presets at which the encoder itself keeps to the buffer. */
  @ParameterizedTest
  @CsvSource({"H264, P4", "HEVC, P1"})
  void aBufferThatWouldRunEmpty_isMended(VideoCodec codec, Preset preset) {
    Path first = null;
    for (int lanes : new int[] {1, 3}) {
      Transcoding.Done done =
          job(unevenlyHard(), lanes + ".mp4", codec)
              .preset(preset)
              .quality(8)
              .maxBitrate(600_000)
              .buffer(600_000)
              .lanes(lanes)
              .run();
      first = first == null ? done.file() : first;

      assertThat(done.file()).hasSameBinaryContentAs(first);
      assertThat(done.report().pieces().orElseThrow().again()).isPositive();
      assertThat(done.report().buffers().getFirst().leastFullness()).isNotNegative();
      List<Media.Row> packets = Media.packets(done.file(), "size");
      assertThat(packets).hasSize(FRAMES);
      // Lengths in the file take a byte more than some start codes.
      assertThat(packets.stream().mapToLong(row -> Long.parseLong(row.fact("size"))).sum())
          .isCloseTo(done.report().tracks().getFirst().bytes(), withPercentage(1));
    }
  }

  /** What decoding from the middle has to get right: open GOPs, no index, uneven times. */
  @ParameterizedTest
  @CsvSource({
    "open.ts, -c:v mpeg2video -bf 2 -q:v 3",
    "open.mkv, -c:v libx264 -preset ultrafast -bf 3 -x264-params open-gop=1:keyint=25 -pix_fmt yuv420p",
    "open-hevc.mp4, -c:v libx265 -preset ultrafast -x265-params open-gop=1:log-level=error -pix_fmt yuv420p",
    "plain.avi, -c:v mpeg4 -q:v 3",
    "edited.mp4, -ss 0.5 -c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p",
  })
  void everySource_keepsItsPictures(String name, String coding) {
    Path source = source(name, coding);
    List<Integer> there = Pictures.numbers(source);

    Transcoding.Done done = job(source, "out.mkv", VideoCodec.H264).run();

    assertThat(done.report().pieces())
        .map(Report.Pieces::segments)
        .hasValueSatisfying(count -> assertThat(count).isGreaterThan(1));
    assertThat(Pictures.numbers(done.file())).isEqualTo(there);
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
  }

  @Test
  void uneventimes_areKept() {
    Path source =
        Clips.make(
            "variable.mkv",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 4) + ",setpts='N*(N+1)/400/TB'",
            "-fps_mode vfr -enc_time_base 1:1000 -c:v mpeg4 -bf 2 -g 10");

    Transcoding.Done done = job(source, "out.mp4", VideoCodec.H264).run();

    assertThat(done.report().pieces()).isPresent();
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 99));
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
  }

  @Test
  void encodersThatDisturbEachOther_areNotRunSideBySide() {
    Transcoding.Done done = job(source(), "out.mkv", VideoCodec.AV1).run();

    assertThat(done.report().pieces()).isEmpty();
    assertThat(done.choice("segments")).isEqualTo("one");
  }

  @Test
  void aFilterWithMemory_isNotCut() {
    Transcoding.Done done = job(source(), "out.mp4", VideoCodec.H264).fps("15").run();

    assertThat(done.report().pieces()).isEmpty();
    assertThat(done.choice("segments")).isEqualTo("one");
  }

  @Test
  void aRunThatWasEnded_isGoneOnWith() throws IOException {
    Path undisturbed = job(source(), "undisturbed.mp4", VideoCodec.H264).run().file();
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);

    job.endAfter(FRAMES / 2);
    assertThat(folder.resolve("out.mp4")).doesNotExist();
    Path work = WorkFolder.beside(folder.resolve("out.mp4"));
    Path finished = work.resolve("segment-00000");
    assertThat(finished).exists();

    Transcoding.Done done = job.run();

    assertThat(done.report().pieces().orElseThrow().reused()).isPositive();
    assertThat(done.file()).hasSameBinaryContentAs(undisturbed);
    assertThat(done.report().tracks().getFirst().encoded()).isEqualTo(FRAMES);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("out.mp4", "undisturbed.mp4");
    }
  }

  @ParameterizedTest
  @CsvSource({"H264, 100", "H264, 300", "HEVC, 300"})
  void anAverage_isGoneOnWith(VideoCodec codec, int frames) throws IOException {
    Path undisturbed = job(source(), "undisturbed.mp4", codec).bitrate(100_000).run().file();
    Transcoding job = job(source(), "out.mp4", codec).bitrate(100_000).lanes(1);

    job.endAfter(frames);

    assertThat(job.run().file()).hasSameBinaryContentAs(undisturbed);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("out.mp4", "undisturbed.mp4");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost", "cut off"})
  void anAnalysisWithoutItsNotes_isMadeAgain(String how) throws IOException {
    Path undisturbed =
        job(source(), "undisturbed.mp4", VideoCodec.H264).bitrate(100_000).run().file();
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).bitrate(100_000).lanes(1);
    job.endAfter(FRAMES / 2);
    Path notes =
        WorkFolder.beside(folder.resolve("out.mp4")).resolve("analysis-00000-track-0.stats");
    if (how.equals("lost")) {
      Files.delete(notes);
    } else {
      Files.writeString(notes, Files.readString(notes).substring(0, 200));
    }

    assertThat(job.run().file()).hasSameBinaryContentAs(undisturbed);
  }

  @ParameterizedTest
  @CsvSource({"0, cut off", "100, altered", "-20, altered"})
  void aSpoiledSegment_isMadeAgain(int at, String how) throws IOException {
    Path undisturbed = job(source(), "undisturbed.mp4", VideoCodec.H264).run().file();
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);
    job.endAfter(FRAMES / 2);
    Path spool = WorkFolder.beside(folder.resolve("out.mp4")).resolve("segment-00000");

    try (RandomAccessFile file = new RandomAccessFile(spool.toFile(), "rw")) {
      if (how.equals("cut off")) {
        file.setLength(file.length() / 2);
      } else {
        file.seek(at < 0 ? file.length() + at : at);
        int old = file.read();
        file.seek(at < 0 ? file.length() + at : at);
        file.write(old ^ 1);
      }
    }

    assertThat(job.run().file()).hasSameBinaryContentAs(undisturbed);
  }

  /** Whole spools in the wrong place, and files that are no spools. */
  @ParameterizedTest
  @ValueSource(strings = {"another segment", "another job", "text", "nothing"})
  void aForeignSegment_isMadeAgain(String what) throws IOException {
    Path undisturbed = job(source(), "undisturbed.mp4", VideoCodec.H264).run().file();
    Transcoding other = job(source(), "other.mp4", VideoCodec.H264).quality(40).lanes(1);
    other.endAfter(FRAMES / 2);
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);
    job.endAfter(FRAMES / 2);
    Path work = WorkFolder.beside(folder.resolve("out.mp4"));
    Path spool = work.resolve("segment-00000");
    switch (what) {
      case "another segment" ->
          Files.copy(spool, work.resolve("segment-00003"), StandardCopyOption.REPLACE_EXISTING);
      case "another job" ->
          Files.copy(
              WorkFolder.beside(folder.resolve("other.mp4")).resolve("segment-00000"),
              spool,
              StandardCopyOption.REPLACE_EXISTING);
      case "text" -> Files.writeString(spool, "a note that somebody left here");
      default -> Files.write(spool, new byte[0]);
    }

    assertThat(job.run().file()).hasSameBinaryContentAs(undisturbed);
    assertThat(work).doesNotExist();
  }

  @Test
  void segmentsWithoutTheirJob_areMadeAgain() throws IOException {
    Path undisturbed = job(source(), "undisturbed.mp4", VideoCodec.H264).run().file();
    for (String manifest : List.of("", "another job", "\u0000\uFFFF")) {
      Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);
      job.endAfter(FRAMES / 2);
      Path work = WorkFolder.beside(folder.resolve("out.mp4"));
      Files.writeString(work.resolve("job"), manifest);

      Transcoding.Done done = job.run();

      assertThat(done.report().pieces().orElseThrow().reused()).isZero();
      assertThat(done.file()).hasSameBinaryContentAs(undisturbed);
      assertThat(work).doesNotExist();
      Files.delete(done.file());
    }
  }

  @Test
  void whatARunLeftThatWasKilledOnceItsOutputWasThere_goesWithTheNext() throws IOException {
    Path out = folder.resolve("out.mp4");
    Path work = WorkFolder.beside(out);
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);
    job.endAfter(FRAMES / 2);
    Files.writeString(out, "complete");
    assertRefused(job);
    assertThat(work.resolve("segment-00000")).as("of a run that is not complete").exists();

    Files.writeString(
        work.resolve("published"),
        String.valueOf(Files.readAttributes(out, BasicFileAttributes.class).fileKey()));
    assertRefused(job);
    assertThat(work).doesNotExist();
    assertThat(out).hasContent("complete");
  }

  private static void assertRefused(Transcoding job) {
    assertThat(job.failure().diagnosis().problem()).isEqualTo("exists already");
  }

  @Test
  void segmentsOfAnotherJob_areNotTaken() {
    Transcoding job = job(source(), "out.mp4", VideoCodec.H264).lanes(1);
    job.endAfter(FRAMES / 2);

    Transcoding.Done done = job(source(), "out.mp4", VideoCodec.H264).quality(40).run();

    assertThat(done.report().pieces().orElseThrow().reused()).isZero();
  }
}
