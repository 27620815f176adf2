package dev.penstock.cli;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.Failure;
import dev.penstock.model.Filter;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Loudness;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Metric;
import dev.penstock.model.PerTitle;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Probes;
import dev.penstock.model.Progress;
import dev.penstock.model.Quality;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.Report;
import dev.penstock.model.Scan;
import dev.penstock.model.Size;
import dev.penstock.model.Stage;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import dev.penstock.model.Verification;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Examples of what the engine and the planner hand over, with every field used at least once. */
final class Fixtures {
  private Fixtures() {}

  /** Names that are data, not shape. */
  static final Set<String> FREE_NAMES =
      Set.of(
          "title",
          "encoder",
          "language",
          "movflags",
          "preset",
          "crf",
          "aac_coder",
          "w",
          "h",
          "pix_fmts");

  static final Rational NTSC = new Rational(30000, 1001);

  static StreamFacts stream(int index, String codec, Map<String, String> tags) {
    return new StreamFacts(
        index,
        codec,
        Optional.of("Main"),
        new Rational(1, 90000),
        Optional.of(Duration.ZERO),
        Optional.of(Duration.ofMillis(90_500)),
        OptionalLong.of(4_000_000),
        OptionalLong.of(2712),
        List.of("default"),
        tags);
  }

  static StreamFacts bare(int index, String codec) {
    return new StreamFacts(
        index,
        codec,
        Optional.empty(),
        new Rational(1, 1000),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        List.of(),
        Map.of());
  }

  static Track.Video hdrVideo() {
    return new Track.Video(
        stream(0, "hevc", Map.of("language", "und")),
        1440,
        1080,
        new Rational(4, 3),
        Optional.of(NTSC),
        Optional.of(new Rational(60, 1)),
        true,
        new PixelFormat("yuv420p10le", 10, 1, 1, false, false),
        new Color("tv", "bt2020", "smpte2084", "bt2020nc", "left"),
        new HdrMetadata(
            Optional.of(new HdrMetadata.MasteringDisplay("P3-D65", 0.0001, 1000)),
            Optional.of(new HdrMetadata.ContentLight(1000, 400)),
            true,
            true),
        90,
        true,
        Scan.TOP_FIELD_FIRST,
        true);
  }

  static Track.Audio audio() {
    return new Track.Audio(
        stream(1, "flac", Map.of("language", "eng", "title", "Director")),
        48_000,
        6,
        "5.1(side)",
        "s32",
        OptionalInt.of(24),
        Optional.of(new Loudness(-21.34, 7.5, -0.8)));
  }

  static MediaInfo input() {
    return new MediaInfo(
        "in.mkv",
        "matroska,webm",
        "Matroska / WebM",
        Optional.of(Duration.ofMillis(90_500)),
        Duration.ofMillis(1_400),
        OptionalLong.of(5_210_000),
        OptionalLong.of(58_938_125),
        true,
        Map.of("title", "A film", "encoder", "x"),
        List.of(
            new Chapter("Intro", Duration.ZERO, Duration.ofSeconds(10)),
            new Chapter("Rest", Duration.ofSeconds(10), Duration.ofMillis(90_500))),
        List.of(
            hdrVideo(),
            audio(),
            new Track.Subtitle(bare(2, "subrip"), true),
            new Track.Picture(bare(3, "mjpeg"), 600, 800),
            new Track.Attachment(bare(4, "ttf"), "a.ttf", "font/ttf"),
            new Track.Data(bare(5, "bin_data"))));
  }

  static MediaInfo small() {
    return new MediaInfo(
        "-",
        "mpegts",
        "MPEG-TS",
        Optional.empty(),
        Duration.ZERO,
        OptionalLong.empty(),
        OptionalLong.empty(),
        false,
        Map.of(),
        List.of(),
        List.of(
            new Track.Video(
                bare(0, "h264"),
                1280,
                720,
                Rational.ONE,
                Optional.empty(),
                Optional.empty(),
                false,
                new PixelFormat("yuv420p", 8, 1, 1, false, false),
                Color.UNKNOWN,
                HdrMetadata.NONE,
                0,
                false,
                Scan.PROGRESSIVE,
                false)));
  }

  static SequencedMap<String, String> options(String... namesAndValues) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  static Planning.Planned planned() {
    Plan.Labels labels = new Plan.Labels(Map.of("language", "eng"), List.of("default"));
    Plan.Labels none = new Plan.Labels(Map.of(), List.of());
    Plan plan =
        new Plan(
            new Plan.Input(
                "in.mkv", Optional.of(Duration.ofSeconds(90)), Optional.of(Duration.ofSeconds(20))),
            "out.mp4",
            List.of(
                new Plan.EncodeVideo(
                    0,
                    OptionalInt.empty(),
                    VideoCodec.HEVC,
                    "libx265",
                    List.of(
                        Filter.of("scale", "asked for 720p", "w", 1280, "h", 720),
                        Filter.of("format", "the encoder takes it", "pix_fmts", "yuv420p10le")),
                    new Size(1280, 720),
                    "yuv420p10le",
                    options("preset", "medium", "crf", "23"),
                    Optional.of(NTSC),
                    new Rational(1, 90000),
                    new Color("tv", "bt709", "bt709", "bt709", "left"),
                    new HdrMetadata(
                        Optional.empty(),
                        Optional.of(new HdrMetadata.ContentLight(1000, 400)),
                        false,
                        false),
                    Optional.of(new Plan.KeyGrid(Duration.ofSeconds(2), 1)),
                    Optional.of(
                        new Plan.Joints(
                            5_000_000,
                            10_000_000,
                            0.5,
                            Optional.of("x265-params"),
                            Optional.of(
                                new Plan.Average(2_500_000, options("x265-params", "pass=1"))))),
                    Optional.of("hvc1"),
                    Plan.Rotation.CARRIED,
                    none),
                new Plan.EncodeAudio(
                    1,
                    AudioCodec.AAC,
                    "aac",
                    List.of(),
                    48_000,
                    "stereo",
                    "fltp",
                    options("aac_coder", "twoloop"),
                    labels),
                new Plan.Copy(3, "mjpeg", Optional.empty(), none),
                new Plan.ConvertSubtitle(2, "mov_text", "mov_text", none)),
            List.of(
                new Plan.File(
                    "out.mp4",
                    List.of(0, 1, 2, 3),
                    "mp4",
                    options("movflags", "+faststart"),
                    Map.of("title", "A film"),
                    List.of(new Chapter("Intro", Duration.ZERO, Duration.ofSeconds(10))))),
            Optional.empty(),
            true);
    Receipt receipt =
        new Receipt(
            List.of(
                new Receipt.Decision(
                    "video track 0",
                    "HEVC with libx265",
                    "--codec hevc",
                    List.of(new Receipt.Rejected("hevc_nvenc", "no such device"))),
                new Receipt.Decision("audio track 1", "AAC", "", List.of())),
            List.of("track 4 is left out: mp4 cannot hold fonts"));
    return new Planning.Planned(plan, receipt);
  }

  private static Verification.Check check(String name, Optional<String> track, Result result) {
    return new Verification.Check("out.mp4", track, name, result);
  }

  static Report report() {
    return new Report(
        input(),
        planned().plan(),
        planned().receipt(),
        List.of(
            new Report.TrackResult(
                0,
                "video",
                "hevc",
                700,
                601,
                1,
                2,
                3,
                600,
                600,
                4_200_000,
                OptionalDouble.of(27.25)),
            new Report.TrackResult(
                1,
                "audio",
                "aac",
                900,
                960_000,
                0,
                0,
                0,
                960_000,
                938,
                320_000,
                OptionalDouble.empty()),
            new Report.TrackResult(
                3, "copy", "mjpeg", 1, 0, 0, 0, 0, 0, 1, 80_000, OptionalDouble.empty())),
        Duration.ofMillis(5_080),
        Optional.of(Duration.ofMillis(240)),
        Map.of("encode 0", Duration.ofMillis(4_900), "decode 0", Duration.ofMillis(1_250)),
        Optional.empty(),
        List.of(new Report.Buffer(0, 5_000_000, 10_000_000, 0.25)),
        List.of(
            new MediaInfo(
                "out.mp4",
                "mov,mp4,m4a",
                "QuickTime / MOV",
                Optional.of(Duration.ofSeconds(20)),
                Duration.ZERO,
                OptionalLong.of(1_840_000),
                OptionalLong.of(4_600_000),
                true,
                Map.of(),
                List.of(),
                List.of())),
        new Verification(
            Verification.Level.STRUCTURE,
            List.of(
                check("container", Optional.empty(), new Result.Passed("read to its end")),
                check("packets", Optional.of("track 0 of the plan"), new Result.Passed("600")),
                check("duration", Optional.empty(), new Result.NotChecked("none is stated")))),
        Optional.of(
            new Report.Cached(
                java.time.Instant.parse("2030-01-02T03:04:05Z"), Duration.ofSeconds(90))),
        List.of("1 damaged frame was shown as it was"));
  }

  /** Of a source that looks as good as it gets at 2.1 Mbit/s. */
  static PerTitle perTitle() {
    Probes.Point best = probe(1080, 21, 2_100_000, 42.125);
    Probes.Point good = probe(1080, 27.5, 950_000, 39);
    Probes.Point fair = probe(720, 27.5, 480_000, 36.5);
    Probes.Point poor = probe(720, 21, 1_000_000, 38);
    return new PerTitle(
        new Probes(
            Metric.XPSNR,
            Preset.P4,
            List.of(
                new Probes.Stretch(Duration.ofSeconds(9), Duration.ofSeconds(2)),
                new Probes.Stretch(Duration.ofSeconds(49), Duration.ofSeconds(2))),
            List.of(best, poor, good, fair),
            Duration.ofMillis(8_250),
            Optional.empty(),
            List.of()),
        List.of(fair, good, best),
        List.of(
            new PerTitle.Found(
                "1080p", best, 4_200_000, "it measures 42.1 dB, and more is not seen"),
            new PerTitle.Found("720p", fair, 960_000, "the lowest, for slow lines")));
  }

  private static Probes.Point probe(int lines, double quality, long rate, double score) {
    return new Probes.Point(VideoCodec.H264, lines, quality, rate, rate * 5 / 4, score);
  }

  static Progress progress() {
    return new Progress(
        OptionalDouble.of(0.4235),
        1234,
        118.25,
        3.944,
        Duration.ofSeconds(38),
        Duration.ofMillis(9_700),
        4_210_000,
        20_000_000,
        Optional.of(Duration.ofMillis(13_200)));
  }

  static Progress progressAt(Duration elapsed) {
    return new Progress(
        OptionalDouble.empty(),
        10,
        2,
        0.1,
        Duration.ofSeconds(3),
        elapsed,
        900_000,
        1000,
        Optional.empty());
  }

  /** Three seconds compared: one worse than the others, one without a difference. */
  static Quality quality() {
    return new Quality(
        new Quality.Side("in.mkv", 0, "ffv1", new Size(640, 360), "yuv420p", Optional.of(NTSC), 0),
        new Quality.Side(
            "<out>.mp4", 1, "h264", new Size(320, 180), "yuv420p", Optional.of(NTSC), 2),
        new Size(640, 360),
        "yuv420p",
        75,
        1,
        2,
        false,
        List.of(
            new Quality.Score(
                Metric.XPSNR,
                levels(38.126, 31.004, 32.5),
                List.of(
                    new Quality.Component("y", levels(38.126, 31.004, 32.5)),
                    new Quality.Component("u", levels(40, 39, 39)),
                    new Quality.Component("v", SAME))),
            new Quality.Score(
                Metric.SSIM,
                levels(0.98765, 0.9, 0.91),
                List.of(
                    new Quality.Component("y", levels(0.98, 0.9, 0.91)),
                    new Quality.Component("u", levels(0.99, 0.9, 0.91)),
                    new Quality.Component("v", levels(1, 1, 1))))),
        List.of(
            second(10, OptionalDouble.of(39), 0.99),
            second(11, OptionalDouble.of(31.5), 0.95),
            second(13, OptionalDouble.empty(), 1)),
        List.of(new Quality.Unavailable("VMAF", "the linked libavfilter has no libvmaf")),
        List.of("the copy was scaled from 320x180 to 640x360"));
  }

  private static final Quality.Levels SAME =
      new Quality.Levels(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  private static Quality.Levels levels(double mean, double lowest, double percentile) {
    return new Quality.Levels(
        OptionalDouble.of(mean), OptionalDouble.of(lowest), OptionalDouble.of(percentile));
  }

  private static Quality.Second second(int start, OptionalDouble xpsnr, double ssim) {
    return new Quality.Second(
        Duration.ofSeconds(start), 25, xpsnr, OptionalDouble.of(ssim), OptionalDouble.empty());
  }

  static Failure.Diagnosis diagnosis() {
    return new Failure.Diagnosis(
        "in.mkv", Stage.OPEN, "cannot be read", "No such file or directory", "check the name");
  }
}
