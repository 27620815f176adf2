package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Planning;
import dev.penstock.model.Planning.Planned;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of one rung alone. */
class RungWishesTest {
  private static RungSpec rung(int lines, VideoCodec codec, String profile) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.of(codec),
        OptionalLong.of(1_000_000),
        OptionalLong.of(1_200_000),
        OptionalDouble.empty(),
        OptionalLong.of(900_000),
        Optional.of(Preset.P2),
        Optional.of(profile).filter(name -> !name.isEmpty()));
  }

  private static Planning planning(Pictures pictures, RungSpec... rungs) {
    LadderSpec spec =
        TestLadders.of(
            new LadderSpec.Rungs.Listed(List.of(rungs)), List.of(VideoCodec.H264), Form.FILES);
    return LadderPlanner.plan(spec, TestMedia.of(pictures).info(), TestBuild.GPL, Optional.empty());
  }

  @Test
  void wishes_reachTheEncoder() {
    Planned planned =
        (Planned)
            planning(
                new Pictures(),
                rung(720, VideoCodec.H264, "main"),
                rung(480, VideoCodec.HEVC, "main"));

    assertThat(planned.plan().outputs())
        .extracting(Plan.Output::path)
        .containsExactly("out/720p-h264.mp4", "out/480p-hevc.mp4");
    assertThat(planned.plan().tracks().subList(0, 2))
        .allSatisfy(track ->
            assertThat(((EncodeVideo) track).options())
                .containsEntry("profile", "main")
                .containsEntry("preset", "superfast")
                .containsEntry("b", "1000000")
                .containsEntry("maxrate", "1200000")
                .containsEntry("bufsize", "900000"));
    assertThat(planned.receipt().decisions())
        .anyMatch(decision ->
            decision.subject().endsWith("preset")
                && decision.because().equals("--rungs asks for it"))
        .anyMatch(
            decision -> decision.subject().endsWith("profile") && decision.choice().equals("main"));
  }

  @ParameterizedTest
  @CsvSource({
    "H264, hig,    yuv420p,     did you mean high?",
    "HEVC, high,   yuv420p,     'of HEVC it has main, main10, main12'",
    "HEVC, main,   yuv420p10le, it has no pictures of yuv420p10le",
    "AV1,  main,   yuv420p,     libsvtav1 has no profiles",
  })
  void profilesThatDoNotFit_areRefused(
      VideoCodec codec, String profile, String format, String said) {
    Pictures pictures = new Pictures();
    if (format.contains("10")) {
      pictures = pictures.format(format, 10, 1, 1).color(TestMedia.PQ);
    }
    assertThat(((Planning.Refused) planning(pictures, rung(720, codec, profile))).reasons())
        .map(Failure::diagnosis)
        .map(Failure.Diagnosis::line)
        .anyMatch(line -> line.contains(said));
  }

  @Test
  void captions_keepEveryPictureOnAllRungs() {
    LadderSpec spec =
        TestLadders.of(new LadderSpec.Rungs.Auto(), List.of(VideoCodec.H264), Form.HLS);
    Planned planned =
        (Planned)
            LadderPlanner.plan(
                spec,
                TestMedia.of(new Pictures().rate(60, 1).captions()).info(),
                TestBuild.GPL,
                Optional.empty());

    assertThat(planned.plan().tracks())
        .filteredOn(EncodeVideo.class::isInstance)
        .allSatisfy(track ->
            assertThat(((EncodeVideo) track).frameRate().orElseThrow().value()).isEqualTo(60));
  }
}
