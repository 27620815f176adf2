package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the receipt says about the GPUs a plan was made for. */
class HardwareNotesTest {
  private static final TestMedia HD = TestMedia.of(new Pictures().codec("mpeg2video"));
  private static final Format EIGHT = new Format("4:2:0", 8);

  @Test
  void aGpuThatCould_isNamed() {
    Device l40s = device("NVIDIA L40S", 3, encode("h264", new Size(145, 49), new Size(4096, 4096)));

    assertThat(notes(VideoCodec.H264, l40s))
        .contains(
            "H.264 of 1920x1080 in 4:2:0 8-bit could be encoded by NVIDIA L40S at 0000:3b:00.0 with"
                + " NVENC; this version encodes in software");
  }

  @Test
  void aGpuThatCouldNot_isNamedWithItsReason() {
    assertThat(notes(VideoCodec.H264, device("NVIDIA H200", 0)))
        .anyMatch(note -> note.endsWith("NVIDIA H200 at 0000:3b:00.0 has no encoder"));
    assertThat(
            notes(
                VideoCodec.AV1,
                device("T4", 1, encode("h264", new Size(145, 49), new Size(4096, 4096)))))
        .anyMatch(note -> note.endsWith("T4 at 0000:3b:00.0 does not encode AV1"));
    assertThat(
            notes(
                VideoCodec.H264,
                device("small", 1, encode("h264", new Size(16, 16), new Size(1280, 720)))))
        .anyMatch(note -> note.endsWith("small at 0000:3b:00.0 encodes at most 1280x720"));
  }

  @Test
  void withoutDevices_nothingIsSaidOfThem() {
    assertThat(notes(VideoCodec.H264)).noneMatch(note -> note.contains("GPU"));
  }

  private static List<String> notes(VideoCodec codec, Device... devices) {
    return Job.to("o.mkv")
        .codec(codec)
        .planned(HD, TestBuild.GPL.withDevices(List.of(devices)))
        .receipt()
        .notes();
  }

  private static Capability encode(String codec, Size min, Size max) {
    return new Capability(
        Direction.ENCODE,
        Api.NVENC,
        codec,
        List.of(),
        List.of(EIGHT),
        Optional.of(min),
        Optional.of(max),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Evidence.PROBED,
        "a test");
  }

  private static Device device(String name, int encoders, Capability... capabilities) {
    Reading<Integer> unknown = Reading.absent(Why.NOT_ASKED, "", "");
    return new Device(
        new Device.Identity(
            name,
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of("0000:3b:00.0"),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        new Device.Engines(Reading.of(encoders, "a test"), unknown, unknown, unknown),
        Reading.absent(Why.NOT_ASKED, "", ""),
        unknown,
        List.of(capabilities));
  }
}
