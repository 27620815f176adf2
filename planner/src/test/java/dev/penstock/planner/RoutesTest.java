package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.JobSpec.Hardware;
import dev.penstock.model.JobSpec.Hardware.Use;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Planning;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Receipt.Decision;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which way pictures take through the GPUs of a machine, and why. */
class RoutesTest {
  private static final TestMedia HD = TestMedia.of(new Pictures().codec("mpeg2video"));
  private static final Format EIGHT = new Format("4:2:0", 8);

  @Test
  void provedGpus_doAllOfIt() {
    Planning.Planned planned = planned(Hardware.AUTO, l40s("3b", Evidence.PROVED));
    assertThat(planned.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(video(planned).encoder()).isEqualTo("h264_nvenc");
    assertThat(video(planned).pixelFormat()).isEqualTo("nv12");
    assertThat(planned.fallbacks())
        .extracting(Planning.Fallback::what)
        .containsExactly(
            "CPU decode + GPU encode of NVIDIA L40S (0000:3b:00.0), NVENC",
            "GPU decode + CPU encode of NVIDIA L40S (0000:3b:00.0), NVDEC",
            "software");
    assertThat(decision(planned).because()).contains("a trial on this machine proved it");
  }

  @Test
  void whatIsNotProved_isLeftToThosePreferringIt() {
    Planning.Planned automatic = planned(Hardware.AUTO, l40s("3b", Evidence.PROBED));
    assertThat(automatic.plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertThat(decision(automatic).dropped())
        .extracting(Rejected::because)
        .allMatch(why -> why.contains("is not proved"));
    assertThat(planned(Hardware.PREFER, l40s("3b", Evidence.PROBED)).plan().tier())
        .isEqualTo(Tier.FULL_GPU);
  }

  @Test
  void alikeGpus_shareTheWork_andOthersDoNot() {
    Device other = device("NVIDIA L4", "5e", 2, nvidia(Evidence.PROVED));
    Planning.Planned planned =
        planned(
            Hardware.AUTO,
            other,
            l40s("3b", Evidence.PROVED),
            l40s("af", Evidence.PROVED),
            l40s("d8", Evidence.PROBED));
    assertThat(planned.plan().acceleration().orElseThrow().seats())
        .extracting(Plan.Seat::key)
        .containsExactly("0000:3b:00.0", "0000:af:00.0");
  }

  @Test
  void sourcesTheGpuDoesNotDecode_areDecodedByTheProcessor() {
    Device gpu = device("NVIDIA L40S", "3b", 3, List.of(of(Direction.ENCODE, Api.NVENC, "h264")));
    Planning.Planned planned = planned(Hardware.AUTO, gpu);
    assertThat(planned.plan().tier()).isEqualTo(Tier.GPU_ENCODE);
    assertThat(decision(planned).dropped())
        .anySatisfy(each -> {
          assertThat(each.candidate()).startsWith("full GPU");
          assertThat(each.because()).isEqualTo("it does not decode mpeg2video");
        });
  }

  @Test
  void withoutLoss_h264IsDecodedByTheProcessor() {
    Device gpu = device("NVIDIA L40S", "3b", 3, List.of(of(Direction.DECODE, Api.NVDEC, "h264")));
    TestMedia lossless = TestMedia.of(new Pictures().profile("High 4:4:4 Predictive"));
    TestMedia usual = TestMedia.of(new Pictures().profile("High"));
    Job job = Job.to("o.mp4").size(new SizeSpec.Lines(720));
    assertThat(job.planned(usual, TestBuild.GPL.withDevices(List.of(gpu))).plan().tier())
        .isEqualTo(Tier.GPU_DECODE);
    Planning.Planned planned = job.planned(lossless, TestBuild.GPL.withDevices(List.of(gpu)));
    assertThat(planned.plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertThat(decision(planned).dropped())
        .anyMatch(each -> each.because().contains("of the profile High 4:4:4 Predictive"));
  }

  @Test
  void aGpuWithoutEncoders_decodesForTheProcessor() {
    Device h200 =
        device("NVIDIA H200", "9d", 0, List.of(of(Direction.DECODE, Api.NVDEC, "mpeg2video")));
    Planning.Planned planned =
        Job.to("o.mp4")
            .size(new SizeSpec.Lines(720))
            .planned(HD, TestBuild.GPL.withDevices(List.of(h200)));
    assertThat(planned.plan().tier()).isEqualTo(Tier.GPU_DECODE);
    assertThat(video(planned).encoder()).isEqualTo("libx264");
    assertThat(refused(Hardware.REQUIRE, h200))
        .contains("no GPU can encode this", "none of NVIDIA H200 (0000:9d:00.0) has an encoder");
  }

  @Test
  void require_refusesWithEveryReason() {
    assertThat(refused(Hardware.REQUIRE)).contains("this machine has no GPU");
    Device small =
        device(
            "small",
            "3b",
            1,
            List.of(
                Capability.of(
                    Direction.ENCODE,
                    Api.NVENC,
                    "h264",
                    List.of(new Format("4:4:4", 8)),
                    Evidence.PROVED,
                    "a test"),
                of(Direction.DECODE, Api.NVDEC, "mpeg2video")));
    assertThat(refused(Hardware.REQUIRE, small)).contains("4:2:0");
  }

  @Test
  void aNamedGpu_isTheOnlyOne() {
    Hardware named = new Hardware(Use.AUTO, Optional.of("0000:AF:00.0"), Optional.empty());
    assertThat(
            planned(named, l40s("3b", Evidence.PROVED), l40s("af", Evidence.PROVED))
                .plan()
                .acceleration()
                .orElseThrow()
                .seats())
        .extracting(Plan.Seat::key)
        .containsExactly("0000:af:00.0");
    assertThat(refused(named, l40s("3b", Evidence.PROVED)))
        .contains("no GPU of this machine is called so", "NVIDIA L40S (0000:3b:00.0)");
  }

  @Test
  void off_usesNone() {
    Planning.Planned planned = planned(Hardware.OFF, l40s("3b", Evidence.PROVED));
    assertThat(planned.plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertThat(decision(planned).because()).isEqualTo("--hardware off asks for it");
  }

  @Test
  void copies_needNoGpu() {
    TestMedia h264 = TestMedia.of(new Pictures().codec("h264"));
    Planning.Planned planned =
        Job.to("o.mp4")
            .planned(h264, TestBuild.GPL.withDevices(List.of(l40s("3b", Evidence.PROVED))));
    assertThat(planned.plan().acceleration()).isEmpty();
    assertThat(planned.receipt().decisions())
        .extracting(Decision::subject)
        .doesNotContain("hardware");
  }

  @Test
  void lowLatency_hasABufferOfAFewPictures_unlessAnotherIsAskedFor() {
    assertThat(buffer(Tuning.ULTRA_LOW_LATENCY, OptionalLong.empty(), Hardware.AUTO))
        .isEqualTo(
            "200000: --tune ultra-low-latency leaves time for one picture, and --buffer does"
                + " not say otherwise");
    assertThat(buffer(Tuning.LOW_LATENCY, OptionalLong.empty(), Hardware.AUTO))
        .startsWith("800000: --tune low-latency leaves time for 4 pictures");
    assertThat(buffer(Tuning.LOW_LATENCY, OptionalLong.of(3_000_000), Hardware.AUTO))
        .isEqualTo("3000000");
    assertThat(buffer(Tuning.QUALITY, OptionalLong.empty(), Hardware.AUTO)).isEqualTo("none");
    assertThat(buffer(Tuning.LOW_LATENCY, OptionalLong.empty(), Hardware.OFF)).isEqualTo("none");
  }

  /** The option, and what the receipt says of it. */
  private static String buffer(Tuning tune, OptionalLong asked, Hardware hardware) {
    Job job =
        Job.to("o.mp4").codec(VideoCodec.H264).tune(tune).bitrate(5_000_000).hardware(hardware);
    asked.ifPresent(job::buffer);
    Planning.Planned planned =
        job.planned(HD, TestBuild.GPL.withDevices(List.of(l40s("3b", Evidence.PROVED))));
    return video(planned).options().getOrDefault("bufsize", "none")
        + planned.receipt().decisions().stream()
            .filter(each -> each.subject().endsWith(", rate buffer"))
            .map(each -> ": " + each.because())
            .collect(Collectors.joining());
  }

  // ---- devices

  private static Planning.Planned planned(Hardware hardware, Device... devices) {
    return Job.to("o.mp4")
        .codec(VideoCodec.H264)
        .hardware(hardware)
        .planned(HD, TestBuild.GPL.withDevices(List.of(devices)));
  }

  private static String refused(Hardware hardware, Device... devices) {
    return String.valueOf(
        Job.to("o.mp4")
            .codec(VideoCodec.H264)
            .hardware(hardware)
            .refused(HD, TestBuild.GPL.withDevices(List.of(devices))));
  }

  private static Plan.EncodeVideo video(Planning.Planned planned) {
    return (Plan.EncodeVideo) planned.plan().tracks().getFirst();
  }

  private static Decision decision(Planning.Planned planned) {
    return planned.receipt().decisions().getFirst();
  }

  static Device l40s(String bus, Evidence evidence) {
    return device("NVIDIA L40S", bus, 3, nvidia(evidence));
  }

  private static List<Capability> nvidia(Evidence evidence) {
    List<Capability> all = new ArrayList<>();
    for (Capability each :
        List.of(
            of(Direction.ENCODE, Api.NVENC, "h264"),
            of(Direction.DECODE, Api.NVDEC, "mpeg2video"))) {
      all.add(
          Capability.of(
              each.direction(), each.api(), each.codec(), each.formats(), evidence, "a test"));
    }
    return all;
  }

  private static Capability of(Direction direction, Api api, String codec) {
    return Capability.of(direction, api, codec, List.of(EIGHT), Evidence.PROVED, "a test");
  }

  private static Device device(
      String name, String bus, int encoders, List<Capability> capabilities) {
    Reading<Integer> engines = Reading.of(Math.max(1, encoders), "a test");
    return new Device(
        new Device.Identity(
            name,
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of("0000:" + bus + ":00.0"),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        new Device.Engines(Reading.of(encoders, "a test"), engines, engines, engines),
        Reading.absent(Why.MISSING, "a test", ""),
        Reading.absent(Why.MISSING, "a test", ""),
        capabilities);
  }
}
