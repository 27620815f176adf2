package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Delivery;
import dev.penstock.model.Failure;
import dev.penstock.model.Filter;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Planning.Planned;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StillsTest {
  private static Planning planning(
      Pictures pictures, VideoCodec codec, Optional<Duration> poster, Duration every) {
    LadderSpec spec =
        TestLadders.of(new LadderSpec.Rungs.Auto(), List.of(codec), Form.HLS)
            .withDelivery(
                Delivery.PLAIN.withStills(
                    Optional.of(new Delivery.Poster(poster)), Optional.of(every)));
    return LadderPlanner.plan(spec, TestMedia.of(pictures).info(), TestBuild.GPL, Optional.empty());
  }

  private static <T extends Plan.Output> T output(Planning planning, Class<T> kind) {
    return ((Planned) planning)
        .plan().outputs().stream()
            .filter(kind::isInstance)
            .map(kind::cast)
            .findFirst()
            .orElseThrow();
  }

  private static Plan.Thumbnails thumbnails(Pictures pictures, int seconds) {
    return output(
        planning(pictures, VideoCodec.H264, Optional.empty(), Duration.ofSeconds(seconds)),
        Plan.Thumbnails.class);
  }

  @Test
  void tiles_keepTheShapeOfThePicture() {
    assertThat(thumbnails(new Pictures(), 10).tile()).isEqualTo(new Size(160, 90));
    assertThat(thumbnails(new Pictures().size(1080, 1920), 10).tile()).isEqualTo(new Size(90, 160));
    assertThat(thumbnails(new Pictures().size(1440, 1080), 10).tile())
        .isEqualTo(new Size(138, 104));
    assertThat(thumbnails(new Pictures().size(100, 60), 10).tile()).isEqualTo(new Size(100, 60));
  }

  @Test
  void thumbnails_areMadeOfTheSmallestRung_andNoCloserThanItsKeyFrames() {
    Plan.Thumbnails planned = thumbnails(new Pictures(), 1);

    assertThat(planned.tracks()).containsExactly(3);
    assertThat(planned.every()).isEqualTo(Duration.ofSeconds(2));
    assertThat(planned.path()).isEqualTo("out/thumbnails.vtt");
  }

  @Test
  void poster_isMadeOfTheLargestRung_andLookedForInTheSmallest() {
    Planning planning =
        planning(new Pictures(), VideoCodec.H264, Optional.empty(), Duration.ofSeconds(5));

    assertThat(output(planning, Plan.Poster.class).tracks()).containsExactly(0, 3);
  }

  @Test
  void highDynamicRange_isToneMapped() {
    Planning planning =
        planning(new Pictures().hdr10(), VideoCodec.HEVC, Optional.empty(), Duration.ofSeconds(5));

    assertThat(output(planning, Plan.Thumbnails.class).filters())
        .extracting(Filter::name)
        .containsExactly(
            "scale",
            "setparams",
            "zscale",
            "format",
            "zscale",
            "tonemap",
            "zscale",
            "scale",
            "format");
  }

  @Test
  void aTimeBeyondTheEnd_isRefused() {
    Planning planning =
        planning(
            new Pictures(),
            VideoCodec.H264,
            Optional.of(Duration.ofSeconds(10)),
            Duration.ofSeconds(5));

    assertThat(((Planning.Refused) planning).reasons())
        .map(Failure::diagnosis)
        .map(Failure.Diagnosis::line)
        .singleElement()
        .asString()
        .contains("10 s is beyond the end");
  }
}
