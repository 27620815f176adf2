package dev.penstock.hardware.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Tree;
import dev.penstock.hardware.capability.DeviceDifference.Ability;
import dev.penstock.hardware.nvidia.CudaProbe;
import dev.penstock.hardware.nvidia.NvdecProbe;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.lab.Lab;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is known of the GPUs of a machine from what its drivers answered. */
@Timeout(120)
class DeviceMapTest {
  private static final String PCI = "/sys/bus/pci/devices";

  @TempDir Path folder;

  @Test
  void whatTheDriversSay_isOneDevice() {
    Device device = map("l40s", "").devices().getFirst();

    assertThat(device.identity().name()).isEqualTo("NVIDIA L40S");
    assertThat(device.identity().pci()).contains("0000:3b:00.0");
    assertThat(device.identity().uuid()).contains("GPU-8a0b1c2d-3e4f-5061-7283-940a1b2c3d4e");
    assertThat(device.identity().renderNode()).contains("/dev/dri/renderD129");
    assertThat(device.identity().cuda()).hasValue(0);
    assertThat(device.engines().encoders().toOptional()).contains(3);
    assertThat(device.engines().decoders().toOptional()).contains(3);
    Capability hevc = device.of(Direction.ENCODE, "hevc").getFirst();
    assertThat(hevc.minSize()).contains(new Size(129, 33));
    assertThat(hevc.maxSize()).contains(new Size(8192, 8192));
    assertThat(hevc.bFrames()).hasValue(5);
    assertThat(hevc.lossless()).contains(true);
    assertThat(hevc.formats())
        .containsExactly(
            new Format("4:2:0", 8),
            new Format("4:2:0", 10),
            new Format("4:4:4", 8),
            new Format("4:4:4", 10));
    assertThat(device.of(Direction.ENCODE, "h264").getFirst().formats())
        .containsExactly(new Format("4:2:0", 8), new Format("4:4:4", 8));
    assertThat(device.of(Direction.DECODE, "av1").getFirst().formats())
        .containsExactly(new Format("4:2:0", 8), new Format("4:2:0", 10));
    assertThat(hevc.features().bFrameReferences()).contains(List.of("each", "middle"));
    assertThat(hevc.features().rateControls()).containsExactly("cqp", "vbr", "cbr");
    assertThat(hevc.features().spatialAq()).contains(true);
    assertThat(hevc.rates())
        .contains(
            new Capability.Rate("p5", "high-quality", 411, "models.json, sdk-13.0"),
            new Capability.Rate("p1", "low-latency", 1055, "models.json, sdk-13.0"));
    assertThat(device.sessionLimit())
        .isInstanceOfSatisfying(
            Reading.Absent.class, limit -> assertThat(limit.why()).isEqualTo(Why.UNSUPPORTED));
  }

  @Test
  void consumerCards_haveALimitOfSessions() throws IOException {
    DeviceMap geforce =
        DeviceMap.of(MachineFolder.read(Path.of("src/test/resources/machines/geforce-sessions")));

    assertThat(geforce.devices().getFirst().sessionLimit())
        .isEqualTo(Reading.of(8, "nvenc-sessions.json, driver 575.64.03: sdk-13.0, keylase-776"));
  }

  /** A capture on which nobody loaded it; that of a container without it stays without. */
  @Test
  void encodersOfAGeneration_areDeclared_whereNvencIsThereAndWasNotAsked() throws IOException {
    Path machines = Path.of("src/test/resources/machines");
    Device geforce =
        DeviceMap.of(MachineFolder.read(machines.resolve("geforce-sessions"))).devices().getFirst();
    Device without =
        DeviceMap.of(MachineFolder.read(machines.resolve("container-no-video")))
            .devices()
            .getFirst();

    assertThat(geforce.of(Direction.ENCODE, "av1"))
        .singleElement()
        .satisfies(av1 -> {
          assertThat(av1.evidence()).isEqualTo(Capability.Evidence.DECLARED);
          assertThat(av1.maxSize()).contains(new Size(8192, 8192));
          assertThat(av1.formats())
              .containsExactly(new Format("4:2:0", 8), new Format("4:2:0", 10));
          assertThat(av1.source()).isEqualTo("models.json, sdk-13.0, matrix");
          assertThat(av1.rates()).isNotEmpty();
        });
    assertThat(geforce.of(Direction.ENCODE, "vp9")).isEmpty();
    assertThat(geforce.identity().driver()).contains("NVIDIA 575.64.03");
    assertThat(without.of(Direction.ENCODE, "h264")).isEmpty();
  }

  /** Without VA-API's answer it is the family's. */
  @Test
  void runtimesOfAmdAndIntel_encodeWhatIsPublished() {
    Answer there =
        new Answer.Given(
            FactsJson.line(
                new RuntimeFacts(Reading.of("lib", ""), Reading.of("1.4.36", ""), List.of())),
            Duration.ZERO);

    Device navi31 = gpu("0x1002", "0x744c", Map.of("AmfProbe", there)).devices().getFirst();
    Device unlisted = gpu("0x1002", "0xffff", Map.of("AmfProbe", there)).devices().getFirst();
    Device arc = gpu("0x8086", "0x56a0", Map.of("QsvProbe", there)).devices().getFirst();

    Capability av1 = navi31.of(Direction.ENCODE, "av1").getFirst();
    assertThat(av1.api()).isEqualTo(Capability.Api.AMF);
    assertThat(av1.evidence()).isEqualTo(Capability.Evidence.DECLARED);
    assertThat(av1.maxSize()).contains(new Size(8192, 4352));
    assertThat(av1.source()).startsWith("AMF 1.4.36; models.json, VCN 4.0: ");
    assertThat(navi31.identity().name()).isEqualTo("AMD Radeon RX 7000");
    assertThat(unlisted.capabilities()).isEmpty();
    assertThat(arc.of(Direction.ENCODE, "av1").getFirst().api()).isEqualTo(Capability.Api.QSV);
  }

  private static DeviceMap gpu(String vendor, String device, Map<String, Answer> answers) {
    return DeviceMap.of(machine(vendor, device, answers));
  }

  @Test
  void aDeviceWithoutEncoder_hasNone_andThatIsNoGap() {
    DeviceMap map = map("h200", "0 nvEncOpenEncodeSessionEx 2");

    Device device = map.devices().getFirst();
    assertThat(device.engines().encoders().toOptional()).contains(0);
    assertThat(device.capabilities()).allMatch(each -> each.direction() == Direction.DECODE);
    assertThat(map.gaps()).noneMatch(gap -> gap.what().startsWith("nvEnc"));
  }

  @Test
  void whatHung_isAGap() {
    Map<String, Answer> answers = new HashMap<>();
    answers.put("NvencProbe", new Answer.Lacking(Why.HUNG, "did not answer within 15 s"));

    DeviceMap map = DeviceMap.of(machine(answers));

    assertThat(map.gaps())
        .contains(new DeviceMap.Gap("NvencProbe", Why.HUNG, "did not answer within 15 s"));
    assertThat(map.devices().getFirst().identity().name()).isEqualTo("NVIDIA L40S");
    assertThat(map.devices().getFirst().engines().encoders())
        .isInstanceOfSatisfying(
            Reading.Present.class,
            engines -> assertThat(engines.source()).startsWith("models.json"));
  }

  @Test
  void withoutAGpu_nobodyMissesLibraries() {
    Map<String, Answer> answers = new HashMap<>();
    for (Class<? extends Probe<?>> probe : DeviceMap.probes()) {
      answers.put(
          probe.getSimpleName(), new Answer.Lacking(Why.MISSING, "the library is not there"));
    }
    Machine none =
        new Machine(
            new Machine.Origin(Machine.Origin.How.BUILT, "a machine without a GPU"),
            new Tree(Map.of(PCI, new Node.Folder(List.of()))),
            answers,
            new Machine.User("penstock", 1000, List.of(1000)));

    assertThat(DeviceMap.of(none).devices()).isEmpty();
    assertThat(DeviceMap.of(none).gaps()).isEmpty();
  }

  @Test
  void vaapi_isPutTogetherByCodec() {
    VaNode node =
        new VaNode(
            "/dev/dri/renderD129",
            Reading.of("0000:3b:00.0", "sysfs"),
            Reading.of("i915", "sysfs"),
            Reading.of("1.22", "vaInitialize"),
            Reading.of("iHD", "vaQueryVendorString"),
            Reading.of(
                List.of(
                    new VaConfig("HEVCMain", "hevc", "VLD", Map.of("RTFormat", 1L)),
                    new VaConfig(
                        "HEVCMain",
                        "hevc",
                        "EncSliceLP",
                        Map.of(
                            "RTFormat", 1L,
                            "EncMaxRefFrames", 0x10003L,
                            "MaxPictureWidth", 16384L,
                            "MaxPictureHeight", 12288L)),
                    new VaConfig("HEVCMain10", "hevc", "EncSliceLP", Map.of("RTFormat", 0x100L))),
                "va"));
    VaFacts facts =
        new VaFacts(Reading.of("libva.so.2", ""), Reading.of("libva-drm.so.2", ""), List.of(node));

    Device device =
        DeviceMap.of(
                machine(
                    Map.of("VaapiProbe", new Answer.Given(FactsJson.line(facts), Duration.ZERO))))
            .devices()
            .getFirst();

    Capability encode = device.of(Direction.ENCODE, "hevc").getFirst();
    assertThat(encode.profiles()).containsExactly("HEVCMain", "HEVCMain10");
    assertThat(encode.formats()).containsExactly(new Format("4:2:0", 8), new Format("4:2:0", 10));
    assertThat(encode.maxSize()).contains(new Size(16384, 12288));
    assertThat(encode.bFrames()).hasValue(1);
    assertThat(encode.source()).contains("EncSliceLP");
    assertThat(device.of(Direction.DECODE, "hevc")).hasSize(1);
  }

  @Test
  void machines_areComparedByWhatTheyCan() {
    DeviceMap l40s = map("l40s", "");
    DeviceMap h200 =
        map("h200", "0 nvEncOpenEncodeSessionEx 2\n0 decode/11/1/8 none\n0 decode/11/1/10 none");

    DeviceDifference difference = DeviceDifference.of(l40s, h200);

    assertThat(difference.onlyFirst())
        .contains(
            new Ability(Direction.ENCODE, "h264", "4:2:0 8-bit"),
            new Ability(Direction.ENCODE, "av1", "4:2:0 10-bit"),
            new Ability(Direction.DECODE, "av1", "4:2:0 8-bit"))
        .doesNotContain(new Ability(Direction.DECODE, "hevc", "4:2:0 8-bit"));
    assertThat(difference.onlySecond()).isEmpty();
  }

  private DeviceMap map(String name, String more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Path libraries = folder.resolve(name);
    Lab.video(
        libraries,
        Lab.text("l40s.video") + more + "\n",
        "libcuda.so.1",
        "libnvidia-encode.so.1",
        "libnvcuvid.so.1");
    Children children = new Children(Map.of("LD_LIBRARY_PATH", libraries.toString()));
    Map<String, Answer> answers = new HashMap<>();
    for (Class<? extends Probe<?>> probe :
        List.<Class<? extends Probe<?>>>of(CudaProbe.class, NvencProbe.class, NvdecProbe.class)) {
      answers.put(probe.getSimpleName(), children.ask(probe, "", Duration.ofSeconds(30)));
    }
    return DeviceMap.of(machine(answers));
  }

  private static Machine machine(Map<String, Answer> answers) {
    return machine("0x10de", "0x26b9", answers);
  }

  private static Machine machine(String vendor, String device, Map<String, Answer> answers) {
    String gpu = PCI + "/0000:3b:00.0";
    Map<String, Answer> all = new HashMap<>();
    for (Class<? extends Probe<?>> probe : DeviceMap.probes()) {
      all.put(probe.getSimpleName(), new Answer.Lacking(Why.MISSING, "is not there"));
    }
    all.putAll(answers);
    return new Machine(
        new Machine.Origin(Machine.Origin.How.BUILT, "a machine of a test"),
        new Tree(
            Map.of(
                PCI,
                new Node.Folder(List.of("0000:3b:00.0")),
                gpu + "/class",
                new Node.Text("0x030200"),
                gpu + "/vendor",
                new Node.Text(vendor),
                gpu + "/device",
                new Node.Text(device),
                gpu + "/drm",
                new Node.Folder(List.of("card1", "renderD129")))),
        all,
        new Machine.User("penstock", 1000, List.of(1000)));
  }
}
