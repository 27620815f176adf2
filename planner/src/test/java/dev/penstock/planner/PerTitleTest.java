package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Metric;
import dev.penstock.model.PerTitle;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Planning;
import dev.penstock.model.Planning.Planned;
import dev.penstock.model.Preset;
import dev.penstock.model.Probes;
import dev.penstock.model.Probes.Point;
import dev.penstock.model.Probes.Stretch;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ladders whose source was measured, and how that is done. */
class PerTitleTest {
  private static LadderSpec spec(VideoCodec... codecs) {
    return TestLadders.of(new LadderSpec.Rungs.PerTitle(), List.of(codecs), Form.HLS);
  }

  private static Probes probes(Point... points) {
    return new Probes(
        Metric.XPSNR,
        Preset.P4,
        List.of(new Stretch(Duration.ZERO, Duration.ofSeconds(2))),
        List.of(points),
        Duration.ofSeconds(8),
        Optional.empty(),
        List.of());
  }

  private static Probes on(Probes.Gpu gpu, Probes of) {
    return new Probes(
        of.metric(),
        of.preset(),
        of.stretches(),
        of.points(),
        of.elapsed(),
        Optional.of(gpu),
        of.notes());
  }

  private static Point point(VideoCodec codec, int lines, double quality, int kbit, double score) {
    return new Point(codec, lines, quality, 1000L * kbit, 1300L * kbit, score);
  }

  private static Point point(int lines, double quality, int kbit, double score) {
    return point(VideoCodec.H264, lines, quality, kbit, score);
  }

  /** Little happens: 1080p looks perfect at 1.6 Mbit/s. */
  private static Probes easy() {
    return probes(
        point(1080, 21, 1600, 43),
        point(1080, 28, 700, 40),
        point(1080, 35, 300, 37),
        point(720, 21, 800, 39),
        point(720, 28, 330, 36.5),
        point(720, 35, 160, 34),
        point(480, 21, 380, 34),
        point(480, 28, 170, 32),
        point(480, 35, 80, 30),
        point(360, 21, 220, 31),
        point(360, 28, 100, 29),
        point(360, 35, 50, 27));
  }

  private static Planned planned(TestMedia media, Probes probes, VideoCodec... codecs) {
    return (Planned)
        LadderPlanner.plan(
            spec(codecs), media.info(), TestBuild.GPL, Optional.empty(), Optional.of(probes));
  }

  private static List<String> rungs(Planned planned) {
    return planned.plan().tracks().stream()
        .filter(EncodeVideo.class::isInstance)
        .map(EncodeVideo.class::cast)
        .map(video ->
            video.size().height()
                + " crf "
                + video.options().get("crf")
                + " max "
                + video.options().get("maxrate"))
        .toList();
  }

  @Test
  void rungs_standOnTheHull_underMaximaOfTheirOwn() {
    Planned planned = planned(TestMedia.of(new Pictures()), easy(), VideoCodec.H264);

    assertThat(rungs(planned))
        .containsExactly(
            "1080 crf 23 max 2530000",
            "1080 crf 29 max 1250000",
            "1080 crf 35 max 600000",
            "720 crf 35 max 320000");
    assertThat(((Plan.Presentation) planned.plan().outputs().getFirst()).renditions())
        .extracting(Plan.Rendition::name)
        .startsWith("1080p", "1080p-2", "1080p-3", "720p");
  }

  private static final Probes.Gpu L40S = new Probes.Gpu("NVIDIA L40S", Api.NVENC);

  private static Planned planned(LadderSpec spec, Probes probes) {
    return (Planned)
        LadderPlanner.plan(
            spec,
            TestMedia.of(new Pictures()).info(),
            TestBuild.GPL.withDevices(List.of(RoutesTest.l40s("3b", Evidence.PROVED))),
            Optional.empty(),
            Optional.of(probes));
  }

  @Test
  void whatAGpuMeasured_isEncodedByIt_andAlikeBySoftwareWhenItFails() {
    Planned planned = planned(spec(VideoCodec.H264), on(L40S, easy()));

    assertThat(videos(planned.plan()))
        .allMatch(video -> video.encoder().equals("h264_nvenc"))
        .extracting(video -> video.options().get("cq"))
        .containsExactly("23", "29", "35", "35");
    assertThat(planned.receipt().decisions())
        .anyMatch(each -> each.because().contains("were measured, by NVENC of NVIDIA L40S; these"));
    // Both are asked for a little less than is usual: 23 here, 21 there.
    assertThat(videos(planned.fallbacks().getLast().plan()))
        .allMatch(video -> video.encoder().equals("libx264"))
        .extracting(video -> video.options().get("crf"))
        .containsExactly("21", "27", "33", "33");
  }

  @Test
  void whatSoftwareMeasured_isEncodedByIt() {
    Planned planned = planned(spec(VideoCodec.H264), easy());

    assertThat(videos(planned.plan())).allMatch(video -> video.encoder().equals("libx264"));
  }

  @Test
  void encodes_areThoseOfTheGpuThatEncodesTheLadder() {
    TestMedia media = TestMedia.of(new Pictures());
    Capabilities machine =
        TestBuild.GPL.withDevices(List.of(RoutesTest.l40s("3b", Evidence.PROVED)));
    ProbePlans plans =
        new ProbePlans(spec(VideoCodec.H264), media.info(), machine, Optional.empty());
    Planned probe =
        (Planned)
            plans.ladder(
                VideoCodec.H264,
                plans.qualities(VideoCodec.H264).getFirst(),
                media.info(),
                "probes");

    assertThat(plans.gpu()).contains(L40S);
    assertThat(plans.qualities(VideoCodec.H264)).containsExactly(23.0, 29.5, 36.0);
    assertThat(probe.plan().tier()).isEqualTo(Plan.Tier.GPU_ENCODE);
    assertThat(videos(probe.plan()))
        .allMatch(video -> video.encoder().equals("h264_nvenc"))
        .allMatch(video -> "23".equals(video.options().get("cq")));
    assertThat(plans.inSoftware().orElseThrow().gpu()).isEmpty();
    assertThat(plans.inSoftware().orElseThrow().qualities(VideoCodec.H264).getFirst())
        .isEqualTo(21);
    assertThat(new ProbePlans(spec(VideoCodec.HEVC), media.info(), machine, Optional.empty()).gpu())
        .isEmpty();
  }

  private static List<EncodeVideo> videos(Plan plan) {
    return plan.tracks().stream()
        .filter(EncodeVideo.class::isInstance)
        .map(EncodeVideo.class::cast)
        .toList();
  }

  @Test
  void theReceipt_saysWhyEachStandsThere() {
    Planned planned = planned(TestMedia.of(new Pictures()), easy(), VideoCodec.H264);
    PerTitle found = planned.receipt().perTitle().orElseThrow();

    assertThat(found.rungs()).extracting(PerTitle.Found::name).contains("1080p-2");
    assertThat(found.rungs().getFirst().because()).endsWith("dB, and more is not seen");
    assertThat(found.rungs().getLast().because()).endsWith("; the lowest, for slow lines");
    assertThat(planned.receipt().decisions())
        .anySatisfy(decision -> {
          assertThat(decision.subject()).isEqualTo("rung 1080p");
          assertThat(decision.choice()).startsWith("about 1.3 Mbit/s, at most 2.5 Mbit/s");
        });
  }

  @Test
  void pointsOnTheHull_areKnown() {
    Probes probes = easy();
    PerTitle found =
        planned(TestMedia.of(new Pictures()), probes, VideoCodec.H264)
            .receipt()
            .perTitle()
            .orElseThrow();

    assertThat(probes.points().stream().filter(found::isOnHull))
        .contains(point(1080, 28, 700, 40), point(720, 35, 160, 34))
        .doesNotContain(point(720, 21, 800, 39), point(480, 21, 380, 34));
  }

  @Test
  void eachCodec_getsRungsOfItsOwn() {
    List<Point> points = new ArrayList<>(easy().points());
    points.add(point(VideoCodec.HEVC, 1080, 24, 1000, 43));
    points.add(point(VideoCodec.HEVC, 720, 38, 200, 35));
    Planned planned =
        planned(
            TestMedia.of(new Pictures()),
            probes(points.toArray(Point[]::new)),
            VideoCodec.H264,
            VideoCodec.HEVC);

    assertThat(((Plan.Presentation) planned.plan().outputs().getFirst()).renditions())
        .extracting(Plan.Rendition::name)
        .contains("1080p-h264", "1080p-h264-2", "1080p-hevc", "720p-hevc");
  }

  @Test
  void sizesThatNobodyMeasured_areNoRungs() {
    Probes larger = probes(point(1440, 21, 4000, 41));

    assertThatThrownBy(() -> planned(TestMedia.of(new Pictures()), larger, VideoCodec.H264))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- what is probed

  private static ProbePlans plans(TestMedia media, VideoCodec... codecs) {
    return new ProbePlans(spec(codecs), media.info(), TestBuild.GPL, Optional.empty());
  }

  @Test
  void theSizesOfTheUsualLadder_areProbed_inQualitiesFromTheUsualDown() {
    ProbePlans plans = plans(TestMedia.of(new Pictures()), VideoCodec.H264, VideoCodec.AV1);

    assertThat(plans.lines(VideoCodec.H264)).containsExactly(1080, 720, 480, 360);
    assertThat(plans.qualities(VideoCodec.H264)).containsExactly(21.0, 27.5, 34.5);
    assertThat(plans.qualities(VideoCodec.AV1)).containsExactly(32.0, 40.0, 48.0);
    assertThat(plans.preset()).isEqualTo(Preset.P4);
  }

  @Test
  void theOriginal_isWrittenWithoutLoss_asTheRungsGetIt() {
    ProbePlans plans = plans(TestMedia.of(new Pictures()), VideoCodec.H264);
    Stretch stretch = new Stretch(Duration.ofSeconds(9), Duration.ofSeconds(2));
    Plan plan = plans.original(VideoCodec.H264, stretch, "t/o.nut").plan();

    EncodeVideo video = (EncodeVideo) plan.tracks().getFirst();
    assertThat(video.encoder()).isEqualTo("rawvideo");
    assertThat(video.size().height()).isEqualTo(1080);
    assertThat(plan.input().start()).contains(Duration.ofSeconds(9));
    assertThat(plan.input().duration()).contains(Duration.ofSeconds(2));
    assertThat(plan.isOneFile()).isTrue();
  }

  @Test
  void consecutivePictures_ofTheMiddle_areMeasured() {
    ProbePlans plans = plans(TestMedia.of(new Pictures()), VideoCodec.H264);
    Stretch part = plans.measured(Duration.ofSeconds(5));

    // 10 pictures for each second of 25.
    assertThat(part).isEqualTo(new Stretch(Duration.ofMillis(1500), Duration.ofSeconds(2)));
  }

  @Test
  void theProbes_areALadderWithoutMaxima() {
    TestMedia media = TestMedia.of(new Pictures());
    Planning planning =
        plans(media, VideoCodec.H264).ladder(VideoCodec.H264, 27.5, media.info(), "t/q");

    assertThat(rungs((Planned) planning))
        .containsExactly(
            "1080 crf 27.5 max null",
            "720 crf 27.5 max null",
            "480 crf 27.5 max null",
            "360 crf 27.5 max null");
    assertThat(((Planned) planning).plan().segmentation()).isEmpty();
  }

  @Test
  void whatTheLadderIsRefusedFor_isKnownBefore() {
    TestMedia sound = new TestMedia();

    assertThat(
            ProbePlans.refusals(
                spec(VideoCodec.H264), sound.info(), TestBuild.GPL, Optional.empty()))
        .isNotEmpty();
    assertThat(
            ProbePlans.refusals(
                spec(VideoCodec.H264),
                TestMedia.of(new Pictures()).info(),
                TestBuild.GPL,
                Optional.empty()))
        .isEmpty();
  }
}
