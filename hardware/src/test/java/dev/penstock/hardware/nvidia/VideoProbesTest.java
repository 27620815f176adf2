package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecFormat;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.lab.Lab;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What CUDA, NVENC and NVDEC are asked in a process of its own, through the real bindings. */
@Timeout(120)
class VideoProbesTest {
  private static final String CUDA = "libcuda.so.1";
  private static final String NVENC = "libnvidia-encode.so.1";
  private static final String NVDEC = "libnvcuvid.so.1";

  @TempDir Path folder;

  @Test
  void withoutLibraries_thatIsTheAnswer() {
    CudaFacts cuda = asked(CudaProbe.class, CudaFacts.class);
    NvencFacts nvenc = asked(NvencProbe.class, NvencFacts.class);
    NvdecFacts nvdec = asked(NvdecProbe.class, NvdecFacts.class);

    assumeTrue(cuda.library().toOptional().isEmpty(), "there is a libcuda here");
    assertThat(cuda.library())
        .isInstanceOfSatisfying(
            Reading.Absent.class,
            absent -> {
              assertThat(absent.why()).isEqualTo(Why.MISSING);
              assertThat(absent.text()).contains("cannot open shared object file");
            });
    assertThat(cuda.devices()).isEmpty();
    assertThat(nvenc.devices()).isEmpty();
    assertThat(nvdec.devices()).isEmpty();
  }

  @Test
  void devices_areKnownByUuidAndAddress() {
    lab("");

    CudaFacts facts = asked(CudaProbe.class, CudaFacts.class);

    assertThat(facts.version().toOptional()).contains("12.8");
    assertThat(facts.devices()).hasSize(1);
    CudaFacts.CudaDevice device = facts.devices().getFirst();
    assertThat(device.name().toOptional()).contains("NVIDIA L40S");
    assertThat(device.uuid().toOptional()).contains("GPU-8a0b1c2d-3e4f-5061-7283-940a1b2c3d4e");
    assertThat(device.pci().toOptional()).contains("0000:3b:00.0");
    assertThat(device.compute().toOptional()).contains("8.9");
    assertThat(device.memory().toOptional()).contains(47_810_936_832L);
  }

  @Test
  void caps_areReadOfEachCodec() {
    lab("");

    NvencFacts facts = asked(NvencProbe.class, NvencFacts.class);

    assertThat(facts.api().toOptional()).contains("13.0");
    List<NvencCodec> codecs = facts.devices().getFirst().codecs().toOptional().orElseThrow();
    assertThat(codecs).extracting(NvencCodec::codec).containsExactly("h264", "hevc", "av1");
    assertThat(codecs.get(1).profiles()).containsExactly("main", "main10", "rext");
    assertThat(codecs.get(1).caps())
        .containsEntry("NUM_MAX_BFRAMES", 5)
        .containsEntry("WIDTH_MIN", 129)
        .containsEntry("SUPPORT_10BIT_ENCODE", 1)
        .doesNotContainKey("SUPPORT_MVHEVC_ENCODE");
    assertThat(codecs.getFirst().cap("SUPPORT_10BIT_ENCODE")).isZero();
  }

  @Test
  void anOlderDriver_isSpokenToInItsOwnVersion() {
    lab("system nvenc 12.1");

    NvencFacts facts = asked(NvencProbe.class, NvencFacts.class);

    assertThat(facts.api().toOptional()).contains("12.1");
    assertThat(facts.devices().getFirst().codecs().toOptional().orElseThrow()).hasSize(3);
  }

  @Test
  void aDeviceWithoutEncoder_saysSo() {
    lab("0 nvEncOpenEncodeSessionEx 2");

    NvencFacts facts = asked(NvencProbe.class, NvencFacts.class);

    assertThat(facts.devices().getFirst().opened().toOptional()).contains(2);
    assertThat(facts.devices().getFirst().codecs())
        .isEqualTo(
            Reading.absent(
                Why.UNSUPPORTED, "nvEncOpenEncodeSessionEx", "NV_ENC_ERR_UNSUPPORTED_DEVICE (2)"));
  }

  @Test
  void aDriverThatIsOfAnotherVersion_isNamedByItsCode() {
    lab("system cuInit 803");

    assertThat(asked(CudaProbe.class, CudaFacts.class).init().toOptional()).contains(803);
    assertThat(asked(NvencProbe.class, NvencFacts.class).cuda())
        .isEqualTo(Reading.absent(Why.FAILED, "cuInit", "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)"));
  }

  @Test
  void formats_areReadOfEachCodec() {
    lab("");

    NvdecFacts facts = asked(NvdecProbe.class, NvdecFacts.class);

    List<NvdecFormat> formats = facts.devices().getFirst().formats().toOptional().orElseThrow();
    assertThat(formats)
        .contains(
            new NvdecFormat("hevc", "4:4:4", 12, 3, 144, 144, 8192, 8192, 262_144),
            new NvdecFormat("av1", "4:2:0", 10, 3, 128, 128, 8192, 8192, 262_144))
        .noneMatch(format -> format.codec().equals("h264") && format.bits() > 8);
  }

  @Test
  void withoutTheVideoLibraries_onlyTheyAreMissing() {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Lab.video(folder, Lab.text("l40s.video"), CUDA);

    NvencFacts facts = asked(NvencProbe.class, NvencFacts.class);

    assertThat(facts.cuda().toOptional()).contains(CUDA);
    assertThat(facts.library())
        .isInstanceOfSatisfying(
            Reading.Absent.class, absent -> assertThat(absent.why()).isEqualTo(Why.MISSING));
  }

  @Test
  void aLibraryThatIsNone_failsInTheWordsOfTheLinker() throws IOException {
    Files.writeString(folder.resolve(NVENC), "not a library at all");

    NvencFacts facts = asked(NvencProbe.class, NvencFacts.class);

    assertThat(facts.library())
        .isInstanceOfSatisfying(
            Reading.Absent.class,
            absent -> {
              assertThat(absent.why()).isEqualTo(Why.FAILED);
              assertThat(absent.text()).contains("file too short");
            });
  }

  @Test
  void aDriverThatAborts_takesOnlyItsProcessWithIt() {
    lab("0 nvEncOpenEncodeSessionEx abort");

    assertThat(ask(NvencProbe.class))
        .isInstanceOfSatisfying(
            Answer.Lacking.class,
            lacking -> assertThat(lacking.text()).contains("killed by signal 6"));
  }

  private void lab(String more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Lab.video(folder, Lab.text("l40s.video") + more + "\n", CUDA, NVENC, NVDEC);
  }

  private <T> T asked(Class<? extends Probe<T>> probe, Class<T> type) {
    return ask(probe).as(type, probe.getSimpleName()).toOptional().orElseThrow();
  }

  private Answer ask(Class<? extends Probe<?>> probe) {
    return new Children(Map.of("LD_LIBRARY_PATH", folder.toString()))
        .ask(probe, "", Duration.ofSeconds(30));
  }
}
