package dev.penstock.engine.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Features;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** This process as a machine with two virtual GPUs, and what trials would have shown of them. */
public record LabMachine(Fleet fleet, List<Device> gpus) {
  private static final Format EIGHT = new Format("4:2:0", 8);
  private static final Format TEN = new Format("4:2:0", 10);
  private static final Format WHOLE = new Format("4:4:4", 8);

  /**
   * Two healthy L40S. Without gcc, tests are skipped.
   *
   * @param more lines after the scenario
   */
  public static LabMachine of(Path folder, String... more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "this build lacks libx264");
    Fleet fleet = Fleet.of(folder, Lab.text("two-l40s.scenario") + String.join("\n", more) + "\n");
    fleet.play();
    return new LabMachine(fleet, List.of(l40s("0000:21:00.0"), l40s("0000:41:00.0")));
  }

  /** One Radeon, by VA-API. */
  public static LabMachine radeon(Path folder) {
    return va(folder, "radeon", Device.Vendor.AMD, 0, false);
  }

  /** One Arc, by VA-API. */
  public static LabMachine arc(Path folder) {
    return va(folder, "arc", Device.Vendor.INTEL, 1, true);
  }

  /** A libva that wants a device of the kernel does not take the lab's node in this process. */
  private static LabMachine va(
      Path folder, String scenario, Device.Vendor vendor, int bFrames, boolean low) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "this build lacks libx264");
    Fleet fleet = Fleet.of(folder, Lab.text(scenario + ".scenario"));
    fleet.play();
    String node = folder.resolve("machine/dev/dri/renderD128").toString();
    try (HwDevice _ = HwDevice.open(HwDevice.Kind.VAAPI, node, Map.of(), LogScope.silent())) {
      return new LabMachine(fleet, List.of(va(node, vendor, bFrames, low)));
    } catch (AvException e) {
      assumeTrue(!e.getMessage().contains("No VA display found"), e.getMessage());
      throw e;
    }
  }

  private static Device va(String node, Device.Vendor vendor, int bFrames, boolean low) {
    List<Capability> able = new ArrayList<>();
    for (String codec : List.of("h264", "hevc")) {
      List<Format> formats = codec.equals("h264") ? List.of(EIGHT) : List.of(EIGHT, TEN);
      able.add(encode(codec, formats, bFrames, low));
      able.add(
          Capability.of(Direction.DECODE, Api.VAAPI, codec, formats, Evidence.PROVED, "the lab"));
    }
    Reading<Integer> two = Reading.of(2, "the lab");
    return new Device(
        new Device.Identity(
            "GPU of the lab",
            vendor,
            Optional.empty(),
            Optional.of("0000:03:00.0"),
            Optional.of(node),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        new Device.Engines(two, two, two, two),
        Reading.of(16_000_000_000L, "the lab"),
        Reading.absent(Reading.Why.UNSUPPORTED, "the lab", "no limit"),
        able);
  }

  /** As {@code vaGetConfigAttributes} tells it. */
  private static Capability encode(String codec, List<Format> formats, int bFrames, boolean low) {
    return new Capability(
        Direction.ENCODE,
        Api.VAAPI,
        codec,
        List.of(),
        formats,
        Optional.empty(),
        Optional.of(new Size(4096, 4096)),
        OptionalInt.of(bFrames),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Evidence.PROVED,
        "the lab",
        new Features(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(low),
            low
                ? List.of("cbr", "vbr", "cqp", "icq", "qvbr")
                : List.of("cbr", "vbr", "cqp", "qvbr")),
        List.of(),
        Optional.empty());
  }

  /** The same in a process that has not made it. */
  public static LabMachine in(Path folder) {
    Fleet fleet = new Fleet(folder);
    fleet.play();
    return new LabMachine(fleet, List.of(l40s("0000:21:00.0"), l40s("0000:41:00.0")));
  }

  /** The same GPUs where nobody knows whether their driver limits sessions. */
  public List<Device> gpusOfUnknownLimit() {
    return gpus.stream()
        .map(gpu ->
            new Device(
                gpu.identity(),
                gpu.engines(),
                gpu.memory(),
                Reading.absent(Reading.Why.NOT_ASKED, "the lab", ""),
                gpu.capabilities()))
        .toList();
  }

  private static Device l40s(String pci) {
    List<Capability> able = new ArrayList<>();
    able.add(encode("h264", List.of(EIGHT, WHOLE)));
    able.add(encode("hevc", List.of(EIGHT, TEN, WHOLE)));
    for (String codec : List.of("h264", "vp8", "vp9")) {
      able.add(
          Capability.of(
              Direction.DECODE, Api.NVDEC, codec, List.of(EIGHT), Evidence.PROVED, "the lab"));
    }
    Reading<Integer> three = Reading.of(3, "the lab");
    return new Device(
        new Device.Identity(
            "NVIDIA L40S",
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of(pci),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        new Device.Engines(three, three, three, three),
        Reading.of(48_305_799_168L, "the lab"),
        Reading.absent(Reading.Why.UNSUPPORTED, "the lab", "no limit"),
        able);
  }

  private static Capability encode(String codec, List<Format> formats) {
    return new Capability(
        Direction.ENCODE,
        Api.NVENC,
        codec,
        List.of(),
        formats,
        Optional.of(new Size(145, 49)),
        Optional.of(new Size(4096, 4096)),
        OptionalInt.of(4),
        Optional.of(true),
        Optional.of(true),
        Optional.of(true),
        Optional.of(true),
        Evidence.PROVED,
        "the lab",
        new Features(
            Optional.of(List.of("each", "middle")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of()),
        List.of(),
        Optional.empty());
  }
}
