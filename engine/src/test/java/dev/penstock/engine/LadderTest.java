package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.LadderPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ladders of a clip of 6 s at 50 frames a second, cut into two segments. */
@ExtendWith(NoLeaks.class)
class LadderTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int FRAMES = 300;

  @TempDir Path parent;

  private static Path source() {
    Path text =
        Clips.text(
            "a.srt",
            "1\n00:00:00,500 --> 00:00:01,500\nOne\n\n2\n00:00:04,000 --> 00:00:05,000\nTwo\n");
    return Clips.make(
        "fast.mkv",
        "-f lavfi -i testsrc2=s=384x216:r=50:d=6 -f lavfi -i sine=d=6:r=48000"
            + " -f lavfi -i sine=f=900:d=6:r=48000 -i "
            + text,
        "-map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -bf 2 -g 35 -pix_fmt yuv420p"
            + " -c:a aac -c:s srt -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu");
  }

  private LadderSpec spec(Path folder, Form... forms) {
    RungSpec large = rung(216);
    RungSpec small = rung(120);
    return spec(source(), folder, new LadderSpec.Rungs.Listed(List.of(large, small)), forms);
  }

  private static LadderSpec spec(Path source, Path folder, LadderSpec.Rungs rungs, Form... forms) {
    return new LadderSpec(
        source.toString(),
        folder.toString(),
        rungs,
        List.of(VideoCodec.H264),
        Set.of(forms),
        quick(),
        List.of(),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.AUTO,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        new JobSpec.Segments.Every(Duration.ofSeconds(2)),
        JobSpec.Hardware.AUTO,
        OptionalInt.empty(),
        /* strict= */ false);
  }

  private static RungSpec rung(int lines) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(30));
  }

  private static JobSpec.Video quick() {
    JobSpec.Video all = JobSpec.Video.DEFAULT;
    return new JobSpec.Video(
        all.target(),
        Optional.of(Preset.P1),
        all.tune(),
        all.bitrate(),
        all.maxBitrate(),
        all.buffer(),
        all.quality(),
        all.gop(),
        all.size(),
        all.fps(),
        all.crop(),
        all.pad(),
        all.deinterlace(),
        all.rotate(),
        all.hdr(),
        all.pixelFormat(),
        all.encoderOptions());
  }

  private static Outcome run(
      LadderSpec spec,
      int lanes,
      boolean overwrite,
      Cancellation end,
      Consumer<Progress> progress) {
    Input.Options reading = new Input.Options(TIMEOUT, _ -> {});
    try (Input input = Input.open(spec.input(), reading, end)) {
      Planning planning =
          LadderPlanner.plan(spec, input.info(), Survey.declared(), input.indexFor(spec));
      return Engine.execute(
          (Planning.Planned) planning,
          input,
          new Engine.Options(overwrite, OptionalInt.of(lanes), Optional.empty(), progress, _ -> {}),
          end);
    }
  }

  private static Report done(LadderSpec spec, int lanes) {
    return switch (run(spec, lanes, false, new Cancellation(), _ -> {})) {
      case Outcome.Done(Report report) -> report;
      case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.diagnosis().line());
      case Outcome.Uncuttable(String why) -> throw new AssertionError(why);
      case Outcome.Cancelled _ -> throw new AssertionError("cancelled");
    };
  }

  @Test
  void files_haveTheSameKeyFrames() {
    Path folder = parent.resolve("out");
    Report report = done(spec(folder, Form.FILES), 2);

    Media large = Media.of(folder.resolve("216p.mp4"));
    Media small = Media.of(folder.resolve("120p.mp4"));
    assertThat(large.video().frameCount()).isEqualTo(FRAMES);
    assertThat(small.video().frameCount()).isEqualTo(FRAMES);
    assertThat(keys(large)).isEqualTo(keys(small)).hasSize(6);
    assertThat(large.codecs()).containsExactly("h264", "aac", "aac", "mov_text");
    assertThat(report.pieces()).map(Report.Pieces::segments).contains(2);
    assertThat(report.outputs()).hasSize(2);
  }

  /** The first picture comes one picture after the sound, and pictures are counted from there. */
  @ParameterizedTest
  @CsvSource({"off", "cut"})
  void rungsWithHalfThePictures_haveTheSameKeyFrames(String how) {
    Path source =
        Clips.make(
            "late.mkv",
            "-f lavfi -itsoffset 0.02 -i testsrc2=s=1280x720:r=50:d=6 -f lavfi -i sine=d=6:r=48000",
            "-c:v libx264 -preset ultrafast -bf 0 -g 35 -pix_fmt yuv420p -c:a aac");
    Path folder = parent.resolve("out");
    LadderSpec spec = spec(source, folder, new LadderSpec.Rungs.Auto(), Form.FILES);

    Report report =
        done(how.equals("off") ? spec.withSegments(new JobSpec.Segments.Off()) : spec, 2);

    assertThat(report.pieces().map(Report.Pieces::segments)).contains(how.equals("off") ? 1 : 2);
    Media large = Media.of(folder.resolve("720p.mp4"));
    Media small = Media.of(folder.resolve("360p.mp4"));
    assertThat(large.video().frameCount()).isEqualTo(FRAMES);
    assertThat(small.video().frameCount()).isEqualTo(FRAMES / 2);
    assertThat(keys(large)).isEqualTo(keys(small)).hasSizeGreaterThan(5);
  }

  private static List<Long> keys(Media media) {
    return media.video().packets("pts_time", "flags").stream()
        .filter(row -> row.fact("flags").startsWith("K"))
        .map(row -> row.micros("pts_time"))
        .toList();
  }

  @Test
  void lanes_changeNoByte() throws Exception {
    Map<String, String> first = null;
    for (int lanes : new int[] {1, 2, 5}) {
      Path folder = parent.resolve("lanes" + lanes);
      Report _ = done(spec(folder, Form.HLS, Form.DASH), lanes);
      Map<String, String> sums = sums(folder);
      first = first == null ? sums : first;
      assertThat(sums).isEqualTo(first);
    }
    assertThat(first).containsKeys("master.m3u8", "manifest.mpd", "216p.mp4", "text-1.vtt");
  }

  private static Map<String, String> sums(Path folder) throws Exception {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        sums.put(folder.relativize(file).toString(), HexFormat.of().formatHex(sum));
      }
    }
    return sums;
  }

  @Test
  void hls_isReadBack() {
    Path folder = parent.resolve("out");
    Report _ = done(spec(folder, Form.HLS), 2);

    Media large = Media.of(folder.resolve("216p.m3u8"));
    assertThat(large.video().frameCount()).isEqualTo(FRAMES);
    assertThat(folder.resolve("text-1.vtt")).content().contains("One", "Two");
    assertThat(folder.resolve("master.m3u8"))
        .content()
        .contains("LANGUAGE=\"en\"", "LANGUAGE=\"de\"", "TYPE=SUBTITLES", "RESOLUTION=384x216");
  }

  @Test
  void aRunThatWasEnded_isGoneOnWith() throws Exception {
    Path undisturbed = parent.resolve("undisturbed");
    Report _ = done(spec(undisturbed, Form.HLS), 2);
    Path folder = parent.resolve("out");
    Cancellation end = new Cancellation();

    Outcome outcome =
        run(
            spec(folder, Form.HLS),
            1,
            false,
            end,
            progress -> {
              if (progress.frames() >= FRAMES / 2) {
                end.cancel();
              }
            });
    assertThat(outcome).isInstanceOf(Outcome.Cancelled.class);
    assertThat(folder).doesNotExist();

    Report report = done(spec(folder, Form.HLS), 2);

    assertThat(report.pieces().orElseThrow().reused()).isPositive();
    assertThat(sums(folder)).isEqualTo(sums(undisturbed));
    assertThat(names(parent)).containsExactlyInAnyOrder("undisturbed", "out");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aFolderWithOtherFiles_isLeftAlone() throws IOException {
    Path folder = Files.createDirectory(parent.resolve("out"));
    Path other = Files.writeString(folder.resolve("thesis.txt"), "years of work");

    Outcome outcome =
        run(spec(folder, Form.FILES), 1, /* overwrite= */ true, new Cancellation(), _ -> {});

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.failure().diagnosis().line()).contains("thesis.txt"));
    assertThat(other).hasContent("years of work");
    assertThat(names(parent)).containsExactly("out");
  }

  @Test
  void anotherLadder_isReplacedWhenAskedFor() throws IOException {
    Path folder = parent.resolve("out");
    Report _ = done(spec(folder, Form.FILES), 2);

    assertThat(run(spec(folder, Form.HLS), 2, false, new Cancellation(), _ -> {}))
        .isInstanceOf(Outcome.Failed.class);
    assertThat(run(spec(folder, Form.HLS), 2, true, new Cancellation(), _ -> {}))
        .isInstanceOf(Outcome.Done.class);

    assertThat(names(folder)).contains("master.m3u8").doesNotContain("text.mp4");
    assertThat(names(parent)).containsExactly("out");
  }
}
