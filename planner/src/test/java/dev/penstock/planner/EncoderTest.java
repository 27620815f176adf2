package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.Failure;
import dev.penstock.model.Gop;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderTest {
  private static final TestMedia HD = TestMedia.of(new Pictures().codec("mpeg2video"));

  static Stream<Arguments> recipes() {
    return Stream.of(
        arguments(
            VideoCodec.H264,
            Preset.P4,
            "libx264 preset=fast crf=21 g=125 forced-idr=1 threads=6 x264-params=cpu-independent=1:force-cfr=1"),
        arguments(
            VideoCodec.H264,
            Preset.P7,
            "libx264 preset=veryslow crf=21 g=125 forced-idr=1 threads=6 x264-params=cpu-independent=1:force-cfr=1"),
        arguments(
            VideoCodec.HEVC,
            Preset.P7,
            "libx265 preset=slower crf=24 g=125 forced-idr=1 threads=3 a53cc=1"
                + " x265-params=open-gop=0:info=0"),
        arguments(VideoCodec.AV1, Preset.P1, "libsvtav1 preset=12 crf=32 g=125 svtav1-params=lp=5"),
        arguments(VideoCodec.AV1, Preset.P7, "libsvtav1 preset=2 crf=32 g=125 svtav1-params=lp=5"),
        arguments(
            VideoCodec.VP9,
            Preset.P1,
            "libvpx-vp9 deadline=realtime cpu-used=8 crf=32 b=0 g=125 threads=8 row-mt=1"
                + " tile-columns=2"),
        arguments(
            VideoCodec.VP9,
            Preset.P2,
            "libvpx-vp9 deadline=good cpu-used=5 crf=32 b=0 g=125 threads=8 row-mt=1"
                + " tile-columns=2"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("recipes")
  void recipe_turnsTheWordsOfTheJobIntoOptions(VideoCodec codec, Preset preset, String expected) {
    assertThat(text(Job.to("o.mkv").codec(codec).preset(preset).encoded(HD))).isEqualTo(expected);
  }

  @Test
  void otherEncoders_standInForTheMissing() {
    assertThat(text(Job.to("o.mp4").encoded(HD, TestBuild.LGPL)))
        .isEqualTo(
            "libopenh264 profile=high rc_mode=quality qmin=24 qmax=24 g=125 threads=4 slices=4");
    assertThat(
            text(
                Job.to("o.mp4")
                    .codec(VideoCodec.AV1)
                    .encoded(HD, TestBuild.without("small", "libsvtav1"))))
        .isEqualTo(
            "libaom-av1 usage=good cpu-used=4 crf=32 b=0 g=125 threads=8 row-mt=1"
                + " tile-columns=2");
  }

  static Stream<Arguments> rates() {
    return Stream.of(
        arguments(Job.to("o.mp4").bitrate(4_000_000), "b=4000000"),
        arguments(
            Job.to("o.mp4").bitrate(4_000_000).maxBitrate(6_000_000),
            "b=4000000 maxrate=6000000 bufsize=12000000"),
        arguments(
            Job.to("o.mp4").quality(18.5).maxBitrate(6_000_000).buffer(3_000_000),
            "crf=18.5 maxrate=6000000 bufsize=3000000"),
        arguments(
            Job.to("o.mp4").bitrate(4_000_000).buffer(3_000_000),
            "b=4000000 maxrate=4000000 bufsize=3000000"),
        arguments(
            Job.to("o.webm").maxBitrate(2_000_000),
            "crf=32 b=2000000 maxrate=2000000 bufsize=4000000"),
        arguments(
            Job.to("o.mkv").codec(VideoCodec.AV1).quality(40).maxBitrate(2_000_000),
            "crf=40 maxrate=2000000 bufsize=4000000"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("rates")
  void rateControl_isTold(Job job, String expected) {
    assertThat(text(job.encoded(HD))).contains(" " + expected + " ");
  }

  static Stream<Arguments> tunings() {
    return Stream.of(
        arguments(h264(), Tuning.QUALITY, "libx264 preset=fast crf=21 g=125"),
        arguments(
            h264(),
            Tuning.LOW_LATENCY,
            "libx264 preset=fast tune=zerolatency crf=21 g=125 forced-idr=1 threads=4"),
        arguments(h264(), Tuning.LOSSLESS, "libx264 preset=fast qp=0 g=125 forced-idr=1 threads=6"),
        arguments(
            hevc(),
            Tuning.ULTRA_LOW_LATENCY,
            "libx265 preset=fast tune=zerolatency crf=24 g=125 forced-idr=1 threads=1"),
        arguments(
            hevc(),
            Tuning.LOSSLESS,
            "libx265 preset=fast g=125 forced-idr=1 threads=3 a53cc=1"
                + " x265-params=open-gop=0:info=0:lossless=1"),
        arguments(
            av1(),
            Tuning.LOW_LATENCY,
            "libsvtav1 preset=8 crf=32 g=125 svtav1-params=lp=5:pred-struct=1"),
        arguments(
            av1().bitrate(2_000_000),
            Tuning.ULTRA_LOW_LATENCY,
            "libsvtav1 preset=8 b=2000000 g=125 svtav1-params=lp=1:pred-struct=1:rtc=1:rc=2"),
        arguments(av1(), Tuning.LOSSLESS, "libsvtav1 preset=8 g=125 svtav1-params=lp=5:lossless=1"),
        arguments(
            Job.to("o.webm"),
            Tuning.LOW_LATENCY,
            "libvpx-vp9 deadline=realtime cpu-used=3 crf=32 b=0 g=125 threads=8 row-mt=1"
                + " tile-columns=2 lag-in-frames=0"),
        arguments(
            Job.to("o.webm"),
            Tuning.LOSSLESS,
            "libvpx-vp9 deadline=good cpu-used=3 b=0 g=125 threads=8 row-mt=1 tile-columns=2"
                + " lossless=1"));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("tunings")
  void tuning_becomesOptions(Job job, Tuning tune, String expected) {
    assertThat(text(job.tune(tune).encoded(HD))).startsWith(expected);
  }

  @Test
  void tuning_standsInTheReceiptWhenItIsAskedFor() {
    assertThat(h264().tune(Tuning.LOSSLESS).planned(HD).receipt().decisions())
        .anyMatch(decision -> decision.choice().equals("lossless"))
        .anyMatch(decision -> decision.subject().endsWith("tuning"));
    assertThat(h264().planned(HD).receipt().decisions())
        .noneMatch(decision -> decision.subject().endsWith("tuning"));
  }

  static Stream<Arguments> badTunings() {
    return Stream.of(
        arguments(h264().quality(20), "--tune lossless and --quality: only one of them can lead"),
        arguments(
            h264().bitrate(2_000_000).maxBitrate(2_000_000),
            "--tune lossless and --bitrate, --max-bitrate: only one"),
        arguments(
            av1().pixelFormat("yuv420p10le"),
            "--tune lossless: libsvtav1 cannot do it with yuv420p10le"),
        arguments(h264().option("profile", "high"), "the profile high cannot be lossless"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("badTunings")
  void whatContradictsLossless_isRefused(Job job, String expected) {
    assertThat(job.tune(Tuning.LOSSLESS).refused(HD)).singleElement().asString().contains(expected);
  }

  @Test
  void openH264_hasNoLosslessMode() {
    assertThat(Job.to("o.mp4").tune(Tuning.LOSSLESS).refused(HD, TestBuild.LGPL))
        .singleElement()
        .asString()
        .contains("--tune lossless: libopenh264 cannot do it");
    assertThat(Job.to("o.mp4").tune(Tuning.LOW_LATENCY).planned(HD, TestBuild.LGPL)).isNotNull();
  }

  static Stream<Arguments> keepingToARate() {
    return Stream.of(
        arguments(h264().bitrate(4_000_000), "6", "cpu-independent=1:force-cfr=1"),
        arguments(
            h264().bitrate(4_000_000).maxBitrate(6_000_000),
            "4",
            "cpu-independent=1:sliced-threads=1:force-cfr=1"),
        arguments(
            h264().quality(20).maxBitrate(6_000_000).threads(2),
            "2",
            "cpu-independent=1:sliced-threads=1:force-cfr=1"),
        arguments(hevc().bitrate(4_000_000), "1", "open-gop=0:info=0"),
        arguments(
            hevc().bitrate(4_000_000).maxBitrate(6_000_000), "1", "open-gop=0:info=0:const-vbv=1"),
        arguments(hevc().quality(20).maxBitrate(6_000_000), "1", "open-gop=0:info=0:const-vbv=1"),
        arguments(hevc().quality(20), "3", "open-gop=0:info=0"));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("keepingToARate")
  void keepingToARate_threadsDoNotRaceForBits(Job job, String threads, String params) {
    assertThat(job.encoded(HD).options().entrySet().stream().map(Map.Entry::toString))
        .contains("threads=" + threads)
        .anyMatch(option -> option.endsWith("-params=" + params));
    assertThat(job.planned(HD).receipt().notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HEVC, 2, true", "HEVC, 1, false", "AV1, 2, true", "H264, 2, false", "VP9, 2, false"})
  void askedThreads_thatRaceForBits_areNoted(VideoCodec codec, int threads, boolean noted) {
    Job rated = Job.to("o.mkv").codec(codec).threads(threads).bitrate(1_000_000);
    Job free = Job.to("o.mkv").codec(codec).threads(threads).quality(30);
    assertThat(rated.planned(HD).receipt().notes().toString().contains("other bytes"))
        .isEqualTo(noted);
    assertThat(free.planned(HD).receipt().notes()).isEmpty();
  }

  static Stream<Arguments> levels() {
    return Stream.of(
        arguments(av1().quality(40), "5"),
        arguments(av1().quality(40).maxBitrate(2_000_000), "1"),
        arguments(av1().bitrate(2_000_000), "1"),
        arguments(av1().bitrate(2_000_000).threads(3), "3"));
  }

  private static Job h264() {
    return Job.to("o.mp4").codec(VideoCodec.H264);
  }

  private static Job hevc() {
    return Job.to("o.mp4").codec(VideoCodec.HEVC);
  }

  private static Job av1() {
    return Job.to("o.mkv").codec(VideoCodec.AV1);
  }

  @ParameterizedTest
  @MethodSource("levels")
  void svtAv1_worksInOrderWhereItKeepsToARate(Job job, String level) {
    assertThat(job.encoded(HD).options()).containsEntry("svtav1-params", "lp=" + level);
  }

  static Stream<Arguments> badRates() {
    return Stream.of(
        arguments(Job.to("o.mp4").quality(20).bitrate(1000), "only one of them can lead"),
        arguments(Job.to("o.mp4").buffer(1000), "a buffer without a bit rate"),
        arguments(Job.to("o.mp4").bitrate(2000).maxBitrate(1000), "below --bitrate"),
        arguments(Job.to("o.mp4").bitrate(0), "out of range"),
        arguments(Job.to("o.mp4").quality(52), "crf is a number from 0 (best) to 51"),
        arguments(Job.to("o.mp4").quality(Double.NaN), "does not take it"),
        arguments(Job.to("o.mkv").codec(VideoCodec.AV1).quality(0), "from 1 (best) to 63"),
        arguments(Job.to("o.webm").quality(20.5), "a whole number"),
        arguments(
            Job.to("o.mkv").codec(VideoCodec.AV1).bitrate(1000).maxBitrate(2000),
            "takes no maximum with an average bit rate"),
        arguments(
            Job.to("o.mkv").codec(VideoCodec.AV1).bitrate(4000).buffer(4000),
            "--buffer: libsvtav1 takes no buffer with an average bit rate"),
        arguments(Job.to("o.mp4").gop(new Gop.Frames(0)), "is not a distance"),
        arguments(Job.to("o.mp4").gop(new Gop.Time(Duration.ZERO)), "is not a distance"),
        arguments(Job.to("o.mp4").fps(0, 1), "not a frame rate"),
        arguments(Job.to("o.mp4").threads(0), "out of range"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("badRates")
  void senselessNumbers_areRefused(Job job, String expected) {
    assertThat(job.refused(HD)).singleElement().asString().contains(expected);
  }

  @Test
  void openH264_takesNoMaximumWithConstantQuality() {
    assertThat(Job.to("o.mp4").maxBitrate(1_000_000).refused(HD, TestBuild.LGPL))
        .singleElement()
        .asString()
        .contains("libopenh264 takes no maximum with constant quality");
  }

  static Stream<Arguments> openH264Buffers() {
    return Stream.of(
        arguments(Job.to("o.mp4").bitrate(4000).buffer(4000)),
        arguments(Job.to("o.mp4").bitrate(4000).maxBitrate(4000).buffer(4000)));
  }

  @ParameterizedTest
  @MethodSource("openH264Buffers")
  void openH264_takesNoBuffer(Job job) {
    assertThat(job.refused(HD, TestBuild.LGPL))
        .singleElement()
        .asString()
        .contains("--buffer: libopenh264 has no buffer");
  }

  @ParameterizedTest
  @CsvSource({"GPL, true", "LGPL, false"})
  void rateBuffer_isDecidedWhereThereIsOne(String build, boolean expected) {
    assertThat(
            Job.to("o.mp4")
                .bitrate(4000)
                .maxBitrate(4000)
                .planned(HD, build.equals("GPL") ? TestBuild.GPL : TestBuild.LGPL)
                .receipt()
                .decisions()
                .stream()
                .anyMatch(decision -> decision.subject().equals("rate buffer")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "3840, 2160, 12",
    "1920, 1080, 6",
    "1080, 1920, 6",
    "1280, 720, 4",
    "854, 480, 3",
    "320, 240, 2"
  })
  void x264Threads_followThePictureSize(int width, int height, String threads) {
    TestMedia media = TestMedia.of(new Pictures().codec("mpeg4").size(width, height));
    assertThat(Job.to("o.mp4").encoded(media).options()).containsEntry("threads", threads);
    assertThat(Job.to("o.mp4").threads(9).encoded(media).options()).containsEntry("threads", "9");
  }

  @Test
  void keyFrames_areCountedAtConstantRatesAndForcedOnAGridAtVariableOnes() {
    TestMedia ntsc = TestMedia.of(new Pictures().codec("mpeg4").rate(30000, 1001));
    Plan.EncodeVideo constant = Job.to("o.mp4").encoded(ntsc);
    assertThat(constant.options()).containsEntry("g", "150");
    assertThat(constant.grid()).isEmpty();
    Plan.EncodeVideo variable =
        Job.to("o.mp4")
            .gop(new Gop.Time(Duration.ofSeconds(2)))
            .encoded(TestMedia.of(new Pictures().codec("mpeg4").rate(30, 1).variable()));
    assertThat(variable.options())
        .containsEntry("g", "120")
        .containsEntry("x264-params", "cpu-independent=1");
    assertThat(variable.grid()).contains(new Plan.KeyGrid(Duration.ofSeconds(2), 1));
    assertThat(Job.to("o.mp4").gop(new Gop.Frames(48)).encoded(ntsc).options())
        .containsEntry("g", "48");
  }

  @Test
  void timing_isTheSourcesUnlessARateIsAskedFor() {
    assertThat(Job.to("o.mp4").encoded(HD).timeBase().toString()).isEqualTo("1/1000");
    Plan.EncodeVideo resampled = Job.to("o.mp4").fps(30000, 1001).encoded(HD);
    assertThat(resampled.timeBase().toString()).isEqualTo("1001/30000");
    assertThat(resampled.frameRate())
        .hasValueSatisfying(rate -> assertThat(rate.num()).isEqualTo(30000));
    assertThat(resampled.options()).containsEntry("g", "150");
  }

  @Test
  void droppedEncoders_areNamedWithReasons() {
    assertThat(Job.to("o.mp4").planned(HD).receipt().decisions())
        .filteredOn(decision -> decision.subject().equals("video encoder"))
        .singleElement()
        .satisfies(decision ->
            assertThat(decision.dropped())
                .extracting(Rejected::candidate)
                .containsExactly("h264_nvenc", "libopenh264"));
  }

  @Test
  void missingEncoders_areRefusedWithTheAlternatives() {
    assertThat(Job.to("o.mp4").codec(VideoCodec.HEVC).refused(HD, TestBuild.LGPL))
        .singleElement()
        .asString()
        .contains("(LGPL)", "libx265 is GPL software", "h264, av1, vp9");
  }

  @Test
  void withoutH264_theDefaultIsTheNextCodecThatFits() {
    Plan.EncodeVideo video =
        Job.to("o.mp4").encoded(HD, TestBuild.without("bare", "libx264", "libopenh264", "libx265"));
    assertThat(video.encoder()).isEqualTo("libsvtav1");
  }

  static Stream<Arguments> userOptions() {
    return Stream.of(
        arguments("tune", "film", "tune=film"),
        arguments("aq-mode", "variance", "aq-mode=variance"),
        arguments("aq-mode", "2", "aq-mode=2"),
        arguments("mbtree", "0", "mbtree=0"),
        arguments("preset", "placebo", "preset=placebo"),
        arguments("x264-params", "keyint=9", "x264-params=cpu-independent=1:force-cfr=1:keyint=9"));
  }

  @ParameterizedTest
  @MethodSource("userOptions")
  void encoderOptions_comeLastAndWin(String name, String value, String last) {
    assertThat(text(Job.to("o.mp4").option(name, value).encoded(HD))).endsWith(" " + last);
  }

  @ParameterizedTest
  @CsvSource({
    "aq_mode, 1, did you mean aq-mode?",
    "tun, film, did you mean tune?",
    "aq-mode, 4, a number from -1 to 3",
    "aq-mode, lots, a number from -1 to 3",
    "mbtree, maybe, 0 or 1"
  })
  void encoderOptions_areChecked(String name, String value, String expected) {
    assertThat(Job.to("o.mp4").option(name, value).refused(HD))
        .singleElement()
        .asString()
        .contains(expected);
  }

  @Test
  void overriddenOption_isNoted() {
    assertThat(Job.to("o.mp4").option("threads", "1").planned(HD).receipt().notes())
        .containsExactly("--encoder-option threads=1 replaces Penstock's own 6");
  }

  @ParameterizedTest
  @CsvSource({
    "AV1, 62, 64, 64x64 to 16384x8704",
    "AV1, 8800, 16000, 64x64 to 16384x8704",
    "H264, 16500, 100, 2x2 to 16384x16384",
  })
  void sizesBeyondTheEncoder_areRefused(VideoCodec codec, int width, int height, String range) {
    TestMedia media = TestMedia.of(new Pictures().codec("mpeg4").size(width, height));
    assertThat(Job.to("o.mkv").codec(codec).refused(media))
        .singleElement()
        .asString()
        .contains(range);
  }

  @Test
  void everyReason_isToldAtOnce() {
    List<String> reasons =
        Job.to("o.mp4").quality(99).crop(5000, 10, 0, 0).option("nope", "1").start(11).refused(HD);
    assertThat(reasons).hasSize(4);
  }

  @Test
  void encodedHevc_isTaggedForApple() {
    assertThat(Job.to("o.mp4").codec(VideoCodec.HEVC).encoded(HD).codecTag()).contains("hvc1");
    assertThat(Job.to("o.mkv").codec(VideoCodec.HEVC).encoded(HD).codecTag())
        .isEqualTo(Optional.empty());
  }

  private static String text(Plan.EncodeVideo video) {
    return video.options().entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(" ", video.encoder() + " ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "yuv420p10le, baseline, ''",
    "yuv420p10le, high, ''",
    "yuv422p, high10, ''",
    "yuv444p, high422, ''",
    "yuv420p, baseline, 0",
    "yuv420p, high422, 0.5",
  })
  void profilesThatCannotHoldThePictures_areRefused(String format, String profile, String crf) {
    Job job = Job.to("o.mp4").pixelFormat(format).option("profile", profile);
    assertThat((crf.isEmpty() ? job : job.quality(Double.parseDouble(crf))).refused(HD))
        .singleElement()
        .asString()
        .contains("libx264 does not take these options for these pictures", "profile " + profile);
  }

  @ParameterizedTest
  @CsvSource({
    "yuv420p10le, high10, 0",
    "yuv422p, high422, 1",
    "yuv444p, high444, 0",
    "yuv420p, baseline, 1",
    "yuv420p, high, 21",
  })
  void profilesThatHoldThePictures_areTaken(String format, String profile, double crf) {
    assertThat(
            Job.to("o.mp4")
                .pixelFormat(format)
                .option("profile", profile)
                .quality(crf)
                .encoded(HD)
                .options())
        .containsEntry("profile", profile);
  }

  @Test
  void bitRatesBeyondTheEncoder_areRefused() {
    assertThat(Job.to("o.mp4").codec(VideoCodec.AV1).bitrate(200_000_000).refused(HD))
        .singleElement()
        .asString()
        .contains("libsvtav1 does not take 200000000 bit/s", "at most 100000000");
    assertThat(Job.to("o.mp4").codec(VideoCodec.AV1).maxBitrate(100_000_001).refused(HD))
        .singleElement()
        .asString()
        .contains("--max-bitrate");
    assertThat(Job.to("o.mp4").codec(VideoCodec.AV1).bitrate(100_000_000).encoded(HD).options())
        .containsEntry("b", "100000000");
    assertThat(Job.to("o.mp4").bitrate(200_000_000).encoded(HD).options())
        .containsEntry("b", "200000000");
  }

  static Stream<Job> senseless() {
    return Stream.of(
        Job.to("o.mp4").quality(20).bitrate(2_000_000),
        Job.to("o.mp4").bitrate(2_000_000).maxBitrate(1_000_000),
        Job.to("o.mp4").buffer(1_000_000),
        Job.to("o.mp4").bitrate(1),
        Job.to("o.mp4").duration(0),
        Job.to("o"),
        Job.to("o.doc"),
        Job.to("o.webm").codec(VideoCodec.H264),
        Job.to("o.m4a").lines(720),
        Job.to("o.mp4").copyVideo().lines(720),
        Job.to("o.mp4").fps(1_000_000, 1));
  }

  /** Nothing about the input or the build would help. */
  @ParameterizedTest
  @MethodSource("senseless")
  void requestsWithoutSense_areToldFromThoseThatCannotBeMet(Job job) {
    assertThat(job.plan(HD, TestBuild.GPL))
        .isInstanceOfSatisfying(
            Planning.Refused.class,
            refused ->
                assertThat(refused.reasons())
                    .singleElement()
                    .isInstanceOf(Failure.BadRequest.class));
    assertThat(Job.to("o.mp4").crop(10_000, 10, 0, 0).plan(HD, TestBuild.GPL))
        .isInstanceOfSatisfying(
            Planning.Refused.class,
            refused ->
                assertThat(refused.reasons())
                    .singleElement()
                    .isInstanceOf(Failure.Unsupported.class));
  }
}
