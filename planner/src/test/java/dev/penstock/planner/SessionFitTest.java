package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Ladders on GPUs whose driver opens so many encoders and no more. */
class SessionFitTest {
  private static final TestMedia HD = TestMedia.of(new TestMedia.Pictures().codec("mpeg2video"));

  private static Device gpu(Reading<Integer> limit) {
    List<Format> eight = List.of(new Format("4:2:0", 8));
    Reading<Integer> one = Reading.of(1, "a test");
    return new Device(
        new Device.Identity(
            "NVIDIA GeForce RTX 4060",
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of("0000:01:00.0"),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        new Device.Engines(one, one, one, one),
        Reading.absent(Why.MISSING, "a test", ""),
        limit,
        List.of(
            Capability.of(Direction.ENCODE, Api.NVENC, "h264", eight, Evidence.PROVED, "a test")));
  }

  private static Planning.Planned ladder(Reading<Integer> limit) {
    List<LadderSpec.RungSpec> rungs = List.of(rung(1080), rung(720), rung(480));
    LadderSpec spec =
        TestLadders.of(new LadderSpec.Rungs.Listed(rungs), List.of(VideoCodec.H264), Form.FILES);
    return (Planning.Planned)
        LadderPlanner.plan(
            spec, HD.info(), TestBuild.GPL.withDevices(List.of(gpu(limit))), Optional.empty());
  }

  private static LadderSpec.RungSpec rung(int lines) {
    return new LadderSpec.RungSpec(
        new SizeSpec.Lines(lines),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(28));
  }

  @Test
  void rungsWithinTheLimit_areEncodedByTheGpu() {
    Planning.Planned planned = ladder(Reading.of(3, "a test"));
    assertThat(planned.plan().tier()).isEqualTo(Plan.Tier.GPU_ENCODE);
    assertThat(planned.plan().acceleration().orElseThrow().seats())
        .allMatch(seat -> !seat.unlimited());
  }

  @Test
  void moreRungsThanSessions_areLeftToTheProcessor_andTheReceiptSaysWhy() {
    Planning.Planned planned = ladder(Reading.of(2, "a test"));
    assertThat(planned.plan().tier()).isEqualTo(Plan.Tier.SOFTWARE);
    assertThat(planned.receipt().decisions().getFirst().dropped())
        .anySatisfy(dropped ->
            assertThat(dropped.because())
                .isEqualTo("opens 2 encode sessions at once, and this takes 3"));
  }

  @Test
  void driversWithoutALimit_areKnownToBeSo() {
    Planning.Planned planned = ladder(Reading.absent(Why.UNSUPPORTED, "a test", "no limit"));
    assertThat(planned.plan().tier()).isEqualTo(Plan.Tier.GPU_ENCODE);
    assertThat(planned.plan().acceleration().orElseThrow().seats()).allMatch(Plan.Seat::unlimited);
  }

  @Test
  void anUnknownLimit_isNoReasonAgainstIt() {
    Planning.Planned planned = ladder(Reading.absent(Why.NOT_ASKED, "a test", ""));
    assertThat(planned.plan().tier()).isEqualTo(Plan.Tier.GPU_ENCODE);
    assertThat(planned.plan().acceleration().orElseThrow().seats())
        .allMatch(seat -> !seat.unlimited());
  }
}
