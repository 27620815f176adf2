package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.LadderSpec.Rungs;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Planning;
import dev.penstock.model.Planning.Planned;
import dev.penstock.model.Rational;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LadderPlannerTest {
  private static LadderSpec spec(Rungs rungs, List<VideoCodec> codecs, Form... forms) {
    return TestLadders.of(rungs, codecs, forms);
  }

  private static Planning planning(TestMedia media, LadderSpec spec) {
    return LadderPlanner.plan(spec, media.info(), TestBuild.GPL, Optional.empty());
  }

  private static Planned planned(TestMedia media, LadderSpec spec) {
    return (Planned) planning(media, spec);
  }

  private static Planned automatic(Pictures pictures) {
    return planned(
        TestMedia.of(pictures), spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS));
  }

  private static List<EncodeVideo> videos(Planned planned) {
    return planned.plan().tracks().stream()
        .filter(EncodeVideo.class::isInstance)
        .map(EncodeVideo.class::cast)
        .toList();
  }

  private static String sizes(Planned planned) {
    return String.join(
        " ",
        videos(planned).stream()
            .map(video ->
                video.size()
                    + "@"
                    + Math.round(video.frameRate().orElseThrow().value())
                    + "<"
                    + video.options().get("maxrate"))
            .toList());
  }

  static Stream<Arguments> sources() {
    return Stream.of(
        arguments(
            new Pictures(),
            "1920x1080@25<5000000 1280x720@25<2800000 854x480@25<1400000 640x360@25<800000"),
        arguments(
            new Pictures().rate(60, 1),
            "1920x1080@60<7500000 1280x720@60<4200000 854x480@30<1400000 640x360@30<800000"),
        arguments(
            new Pictures().size(3840, 2160),
            "3840x2160@25<16000000 2560x1440@25<9000000 1920x1080@25<5000000"
                + " 1280x720@25<2800000 854x480@25<1400000 640x360@25<800000"),
        arguments(
            new Pictures().size(1080, 1920),
            "1080x1920@25<5000000 720x1280@25<2800000 480x854@25<1400000 360x640@25<800000"),
        arguments(
            new Pictures().size(1600, 900),
            "1600x900@25<3910000 1280x720@25<2800000 854x480@25<1400000 640x360@25<800000"),
        arguments(new Pictures().size(426, 240), "426x240@25<400000"),
        arguments(new Pictures().size(160, 120), "160x120@25<140000"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("sources")
  void rungs_followFromTheSource(Pictures pictures, String expected) {
    assertThat(sizes(automatic(pictures))).isEqualTo(expected);
  }

  @Test
  void otherCodecs_getRungsOfTheirOwn() {
    Planned planned =
        planned(
            TestMedia.of(new Pictures().size(1280, 720)),
            spec(new Rungs.Auto(), List.of(VideoCodec.H264, VideoCodec.HEVC), Form.FILES));

    assertThat(planned.plan().outputs())
        .extracting(Plan.Output::path)
        .containsExactly(
            "out/720p-h264.mp4",
            "out/480p-h264.mp4",
            "out/360p-h264.mp4",
            "out/240p-h264.mp4",
            "out/720p-hevc.mp4",
            "out/480p-hevc.mp4",
            "out/360p-hevc.mp4",
            "out/240p-hevc.mp4");
    assertThat(videos(planned).get(4).options()).containsEntry("maxrate", "1820000");
  }

  private static RungSpec rung(int lines, long bits) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.empty(),
        bits == 0 ? OptionalLong.empty() : OptionalLong.of(bits),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }

  @Test
  void listedRungs_areTaken_andNeverEnlarge() {
    Planned planned =
        planned(
            TestMedia.of(new Pictures().size(1280, 720)),
            spec(
                new Rungs.Listed(
                    List.of(rung(1080, 5_000_000), rung(480, 1_000_000), rung(720, 0))),
                List.of(VideoCodec.H264),
                Form.HLS));

    assertThat(videos(planned))
        .extracting(video -> video.size().height())
        .containsExactly(720, 480);
    assertThat(videos(planned).get(1).options())
        .containsEntry("b", "1000000")
        .containsEntry("maxrate", "1500000");
    assertThat(planned.receipt().notes()).anyMatch(note -> note.contains("1080p is left out"));
  }

  @Test
  void aLosslessLadder_isRefusedOnce() {
    JobSpec.Video all = JobSpec.Video.DEFAULT;
    JobSpec.Video lossless =
        new JobSpec.Video(
            all.target(),
            all.preset(),
            Optional.of(Tuning.LOSSLESS),
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
    LadderSpec spec =
        TestLadders.of(lossless, new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS);
    assertThat(((Planning.Refused) planning(TestMedia.ordinary(), spec)).reasons())
        .singleElement()
        .extracting(reason -> reason.diagnosis().problem())
        .isEqualTo("a ladder cannot be lossless");
  }

  @Test
  void aLadderOfNothing_isRefused() {
    LadderSpec tooLarge =
        spec(new Rungs.Listed(List.of(rung(2160, 0))), List.of(VideoCodec.H264), Form.HLS);
    assertThat(planning(TestMedia.ordinary(), tooLarge)).isInstanceOf(Planning.Refused.class);

    LadderSpec any = spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS);
    assertThat(planning(TestMedia.empty().audio("aac", 48000, 2, "stereo"), any))
        .isInstanceOf(Planning.Refused.class);
  }

  @Test
  void smallPictures_areMadeOfLargerOnes() {
    List<EncodeVideo> videos = videos(automatic(new Pictures().rate(50, 1)));

    assertThat(videos)
        .extracting(EncodeVideo::after)
        .containsExactly(
            OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(2));
    // Every second picture is left out once, where the rate is halved.
    assertThat(videos)
        .extracting(
            video -> video.filters().stream().filter(f -> f.name().equals("framestep")).count())
        .containsExactly(0L, 0L, 1L, 0L);
  }

  @Test
  void keyFrames_standOnOneGrid_ofWholeFrames() {
    List<EncodeVideo> videos = videos(automatic(new Pictures().rate(60000, 1001)));

    // 120 pictures of 1001/60000 s: an even number, for the rungs with half of them.
    assertThat(videos)
        .extracting(EncodeVideo::grid)
        .containsOnly(
            // Only those that the rungs with half of them have, too.
            Optional.of(new Plan.KeyGrid(Duration.ofMillis(2002), 2)),
            Optional.of(new Plan.KeyGrid(Duration.ofMillis(2002), 1)));
    assertThat(videos).allMatch(video -> "0".equals(video.options().get("sc_threshold")));
  }

  @Test
  void longSources_areCutOnTheGrid() {
    long[] times = LongStream.range(0, 1500).map(n -> 40 * n).toArray();
    long[] keys = LongStream.range(0, 1500).filter(n -> n % 70 == 0).map(n -> 40 * n).toArray();
    FrameIndex index = new FrameIndex(0, new Rational(1, 1000), times, keys, Optional.empty());

    Planned planned =
        (Planned)
            LadderPlanner.plan(
                spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS),
                TestMedia.ordinary().lasting(60).info(),
                TestBuild.GPL,
                Optional.of(index));

    var segments = planned.plan().segmentation().orElseThrow().segments();
    assertThat(segments).hasSizeGreaterThan(3);
    assertThat(segments.stream().skip(1))
        .allMatch(segment -> segment.start().orElseThrow() % 2000 == 0);
    assertThat(videos(planned).getFirst().options().get("x264-params")).contains("stitchable=1");
  }

  /** 48 pictures of 1001/24000 s are not two seconds, which would show after a while. */
  @Test
  void longSources_areCutWhereKeyFramesStand_atOddRates() {
    long[] times = LongStream.range(0, 48_000).map(n -> n * 1001).toArray();
    long[] keys = LongStream.range(0, 1000).map(n -> n * 48 * 1001).toArray();
    FrameIndex index = new FrameIndex(0, new Rational(1, 24_000), times, keys, Optional.empty());

    Planned planned =
        (Planned)
            LadderPlanner.plan(
                spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS),
                TestMedia.of(new Pictures().rate(24000, 1001)).lasting(2002).info(),
                TestBuild.GPL,
                Optional.of(index));

    var segments = planned.plan().segmentation().orElseThrow().segments();
    assertThat(segments).hasSizeGreaterThan(100);
    assertThat(segments.stream().skip(1))
        .allMatch(segment -> segment.start().orElseThrow() % (48 * 1001) == 0);
  }

  @Test
  void aPresentation_namesItsTracks() {
    TestMedia media =
        TestMedia.of(new Pictures().size(426, 240))
            .audio("mp3", 48000, 2, "stereo")
            .subtitle("subrip", true);
    Planned planned =
        planned(media, spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS, Form.DASH));

    Plan.Presentation presentation = (Plan.Presentation) planned.plan().outputs().getFirst();
    assertThat(presentation.renditions())
        .extracting(Plan.Rendition::id)
        .containsExactly("240p", "audio-1", "text-1");
    assertThat(presentation.renditions().get(1).language()).contains("deu");
    assertThat(planned.plan().tracks().get(2))
        .isInstanceOfSatisfying(
            Plan.ConvertSubtitle.class, text -> assertThat(text.codec()).isEqualTo("webvtt"));
  }

  @Test
  void rungsWithCodecsOfTheirOwn_areNamedByThem() {
    List<RungSpec> rungs =
        Stream.of(VideoCodec.H264, VideoCodec.HEVC)
            .map(codec ->
                new RungSpec(
                    new SizeSpec.Lines(720),
                    Optional.of(codec),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalDouble.empty()))
            .toList();
    Planned planned =
        planned(
            TestMedia.of(new Pictures()),
            spec(new Rungs.Listed(rungs), List.of(VideoCodec.H264), Form.FILES));
    assertThat(planned.plan().outputs())
        .map(output -> ((Plan.File) output).path())
        .containsExactly("out/720p-h264.mp4", "out/720p-hevc.mp4");
  }

  @Test
  void tracksOfOneLanguage_haveDifferentNames() {
    TestMedia media =
        TestMedia.of(new Pictures())
            .sound(Map.of("language", "deu"))
            .sound(Map.of("language", "deu"))
            .sound(Map.of())
            .sound(Map.of("title", "Commentary", "language", "deu"));

    Planned planned = planned(media, spec(new Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS));

    assertThat(((Plan.Presentation) planned.plan().outputs().getFirst()).renditions())
        .filteredOn(rendition -> rendition.id().startsWith("audio"))
        .extracting(Plan.Rendition::name)
        .containsExactly("deu", "deu 2", "audio 3", "Commentary");
  }
}
