package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.hardware.nvidia.NvencFacts;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.hardware.nvidia.NvencFacts.NvencDevice;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of encoders, from what their interfaces answered. */
class EncodersTest {
  private static final Reading<String> YES = Reading.of("yes", "f");
  private static final Answer LATE = new Answer.Lacking(Why.NOT_ASKED, "there was no time left");

  private static NvencFacts nvenc(String api, NvencDevice... devices) {
    return new NvencFacts(YES, YES, Reading.of(api, "f"), List.of(devices));
  }

  private static NvencDevice device(int opened, Reading<List<NvencCodec>> codecs) {
    Reading<String> pci = Reading.of(Given.GPU, "f");
    CudaDevice cuda = new CudaDevice(0, YES, YES, pci, YES, Reading.of(1L, "f"));
    return new NvencDevice(cuda, Reading.of(opened, "f"), codecs);
  }

  private static NvencDevice encoding(String... codecs) {
    return device(
        0,
        Reading.of(
            Stream.of(codecs)
                .map(codec -> new NvencCodec(codec, List.of(), Map.of("NUM_ENCODER_ENGINES", 2)))
                .toList(),
            "f"));
  }

  private static NvencDevice failing(int opened, Why why) {
    return device(opened, Reading.absent(why, "f", NvencFacts.error(opened)));
  }

  private static Given unlisted() {
    return Given.gpu("0x10de", "0xfff0", "nvidia");
  }

  @Test
  void aModelThatIsNotInTheTable_isJudgedByWhatNvencSays() {
    assertThat(
            unlisted()
                .answer(NvencProbe.class, nvenc("13.0", encoding("h264", "hevc")))
                .found(new EncodeHardware()))
        .isEqualTo("PASS NVIDIA GPU encodes h264, hevc with 2 NVENC");
    assertThat(
            unlisted()
                .answer(NvencProbe.class, nvenc("13.0", failing(2, Why.UNSUPPORTED)))
                .found(new EncodeHardware()))
        .isEqualTo("FAIL NVIDIA GPU has no encoder: NV_ENC_ERR_UNSUPPORTED_DEVICE (2)");
  }

  @Test
  void whatNvencCannotBeReachedFor_isTheReason() {
    Reading<String> denied = Reading.absent(Why.FAILED, "cuInit", "CUDA_ERROR_NO_DEVICE (100)");
    Reading<String> missing = Reading.absent(Why.MISSING, "libnvidia-encode.so.1", "not there");

    assertThat(nvidia(new NvencFacts(YES, missing, denied, List.of())))
        .isEqualTo("FAIL NVIDIA L40S: libnvidia-encode.so.1 is missing");
    assertThat(nvidia(new NvencFacts(denied, YES, YES, List.of())))
        .isEqualTo("FAIL NVIDIA L40S: CUDA does not start: CUDA_ERROR_NO_DEVICE (100)");
    assertThat(nvidia(nvenc("12.1", encoding("h264"))))
        .isEqualTo("FAIL NVIDIA L40S: the driver serves NVENC 12.1, and FFmpeg needs 13.0");
    assertThat(nvidia(nvenc("13.0", failing(20, Why.FAILED))))
        .isEqualTo("FAIL NVIDIA L40S: NVENC cannot be used: NV_ENC_ERR_GENERIC (20)");
  }

  @Test
  void sessionsThatOthersHave_areNoMissingEncoder() {
    assertThat(nvidia(nvenc("13.0", failing(10, Why.FAILED)))).doesNotContain("FAIL");
  }

  private static String nvidia(NvencFacts facts) {
    return Given.nvidia().answer(NvencProbe.class, facts).found(new EncodeHardware());
  }

  private static VaFacts va(Reading<List<VaConfig>> configs) {
    Reading<String> pci = Reading.of(Given.GPU, "f");
    Reading<String> kernel = Reading.of("amdgpu", "f");
    return new VaFacts(
        YES, YES, List.of(new VaNode("/dev/dri/renderD128", pci, kernel, YES, YES, configs)));
  }

  private static Given amd(Reading<List<VaConfig>> configs) {
    return Given.gpu("0x1002", "0x744c", "amdgpu").answer(VaapiProbe.class, va(configs));
  }

  private static VaConfig config(String codec, String entrypoint) {
    return new VaConfig("Main", codec, entrypoint, Map.of());
  }

  @Test
  void whatVaapiAnswers_isTheReason() {
    Reading<List<VaConfig>> decodes = Reading.of(List.of(config("h264", "VLD")), "f");

    assertThat(amd(decodes).found(new EncodeHardware()))
        .isEqualTo("FAIL AMD device: VA-API has no encoder there");
    assertThat(amd(Reading.absent(Why.DENIED, "open", "EACCES")).found(new EncodeHardware()))
        .isEqualTo("FAIL AMD device: /dev/dri/renderD128 cannot be asked: EACCES");
    assertThat(
            amd(decodes)
                .answer(AmfProbe.class, new RuntimeFacts(YES, Reading.of("1.4.36", "f"), List.of()))
                .found(new EncodeHardware()))
        .startsWith("UNKNOWN AMD device")
        .endsWith("AMF 1.4.36 may encode");
  }

  @ParameterizedTest
  @CsvSource({
    "0x2331, 'PASS driver 535.183.01, proprietary modules; no GPU here has an encoder, which would need 570.0', SKIP no GPU here has an encoder to reach with it",
    "0x26b9, 'FAIL driver 535.183.01, proprietary modules, older than 570.0', 'FAIL the driver serves NVENC 12.1, and FFmpeg needs 13.0'",
  })
  void anOldDriver_isAFaultOnlyWhereSomethingMayEncode(String id, String driver, String api) {
    Given given =
        Given.gpu("0x10de", id, "nvidia")
            .text(
                "/proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12")
            .answer(NvencProbe.class, nvenc("12.1"));

    assertThat(given.found(new NvidiaDriver())).isEqualTo(driver);
    assertThat(given.found(new NvNvencApi())).isEqualTo(api);
  }

  private static Given built(Given given, String... encoders) {
    return given.answer(
        FfmpegBuild.class, new FfmpegBuild.Built("8.0", "", List.of(encoders), List.of(), ""));
  }

  private static Given tried(Given given, String encoder, String reason) {
    Duration took = Duration.ofSeconds(1);
    return given.answer(
        TrialProbe.class,
        encoder + "@" + Given.GPU,
        new Trial(encoder, "", true, Optional.empty(), took, Optional.of(reason)));
  }

  @Test
  void aCodecThatNvencDoesNotList_isNotTried_andAFailureOfOneItListsIsAWarning() {
    Given given =
        built(Given.nvidia(), "h264_nvenc", "av1_nvenc")
            .answer(NvencProbe.class, nvenc("13.0", encoding("h264", "hevc")));

    assertThat(new TrialEncodes().trials(given.machine()))
        .containsExactly("h264_nvenc@" + Given.GPU);
    assertThat(tried(given, "h264_nvenc", "No capable devices found").found(new TrialEncodes()))
        .isEqualTo(
            "WARN does not encode here: No capable devices found; "
                + "SKIP these GPUs do not encode AV1 (av1_nvenc)");
  }

  @Test
  void whatCouldNotBeTried_isUnknown_andWhatWasNotToBe_isLeftOut() {
    Machine machine =
        built(Given.nvidia(), "h264_nvenc", "hevc_nvenc")
            .answer(NvencProbe.class, nvenc("13.0", encoding("h264", "hevc")))
            .machine();
    TrialEncodes check = new TrialEncodes();

    assertThat(check.examine(machine))
        .extracting(Finding::status, Finding::summary)
        .containsExactly(tuple(Status.SKIP, "no encoder is tried"));
    assertThat(check.examine(Doctor.untried(machine, List.of(check), "there is no room")))
        .extracting(Finding::status, Finding::summary)
        .containsExactly(tuple(Status.UNKNOWN, "no encoder is tried: there is no room"));
    assertThat(check.examine(machine.with(Map.of("TrialProbe-hevc_nvenc@" + Given.GPU, LATE))))
        .extracting(Finding::status, Finding::summary)
        .containsExactly(
            tuple(Status.SKIP, "not tried: h264_nvenc on " + Given.GPU),
            tuple(
                Status.UNKNOWN,
                "not tried: hevc_nvenc on " + Given.GPU + ": there was no time left"));
  }

  @Test
  void onAGpuWithoutEncoders_nothingIsTried() {
    Given byModel = built(Given.gpu("0x10de", "0x2331", "nvidia"), "h264_nvenc", "hevc_nvenc");
    Given byAnswer =
        built(unlisted(), "h264_nvenc", "hevc_nvenc")
            .answer(NvencProbe.class, nvenc("13.0", failing(2, Why.UNSUPPORTED)));

    for (Given given : List.of(byModel, byAnswer)) {
      assertThat(new TrialEncodes().trials(given.machine())).isEmpty();
      assertThat(given.found(new TrialEncodes()))
          .isEqualTo("SKIP no NVIDIA GPU here has an encoder (h264_nvenc, hevc_nvenc)");
    }
  }

  @Test
  void encodersOfVaapiAndAmf_areTriedWhereTheirInterfaceHasThem() {
    RuntimeFacts none =
        new RuntimeFacts(YES, Reading.absent(Why.MISSING, "f", "no device"), List.of());
    Given given =
        built(
                amd(Reading.of(List.of(config("h264", "EncSlice")), "f")),
                "h264_vaapi",
                "av1_vaapi",
                "vp9_vaapi",
                "h264_amf",
                "av1_amf")
            .answer(AmfProbe.class, none);

    assertThat(new TrialEncodes().trials(given.machine()))
        .containsExactly("h264_vaapi@" + Given.GPU);
    assertThat(given.found(new TrialEncodes()))
        .contains("SKIP these GPUs do not encode AV1, VP9 (av1_vaapi, vp9_vaapi)")
        .contains("SKIP AMF is not there, or finds no GPU (h264_amf, av1_amf)");

    RuntimeFacts there = new RuntimeFacts(YES, Reading.of("1.4.36", "f"), List.of());
    assertThat(new TrialEncodes().trials(given.answer(AmfProbe.class, there).machine()))
        .containsExactly("h264_vaapi@" + Given.GPU, "h264_amf@" + Given.GPU);
  }
}
