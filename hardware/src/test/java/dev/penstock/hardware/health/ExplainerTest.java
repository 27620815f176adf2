package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
  private static final Explainer EXPLAINER =
      new Explainer(
          Catalogue.standard(),
          LogClock.of(Instant.parse("2026-11-22T20:00:00Z"), ZoneOffset.UTC),
          Map.of());

  private static List<String> ids(String text) {
    return EXPLAINER.explain(text).causes().stream().map(Answer.Cause::id).toList();
  }

  private static String first(String text) {
    return ids(text).stream().findFirst().orElse("nothing");
  }

  // ---- what is typed

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "79 | xid 79",
        "xid 79 | xid 79",
        "Xid: 61 | xid 61",
        "what is xid 62? | xid 62",
        "exit 187 | exit 187",
        "exit code 134 | exit 134",
        "rc 134 | exit 134",
        "187 | exit 187",
        "Process exited with status 137 | exit 137",
        "exit code 4294967274 | exit 234",
        "exit code -38 | exit 218",
        "NV_ENC_ERR_OUT_OF_MEMORY | NV_ENC_ERR_OUT_OF_MEMORY",
        "nv_enc_err_out_of_memory | NV_ENC_ERR_OUT_OF_MEMORY",
        "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH | CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        "VK_ERROR_DEVICE_LOST | VK_ERROR_DEVICE_LOST",
        "MFX -9 | MFX_ERR_NOT_FOUND",
        "NVML 15 | NVML_ERROR_GPU_IS_LOST",
        "nvenc error 21 | NV_ENC_ERR_INCOMPATIBLE_CLIENT_KEY",
        "cuda 999 | CUDA_ERROR_UNKNOWN",
        "va status 0x14 | VA_STATUS_ERROR_UNIMPLEMENTED",
        "AMF 36 | AMF_ENCODER_NOT_PRESENT",
        "xid 4711 | nothing",
        "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus. | xid 79",
        "NVML: Driver/library version mismatch | driver-mismatch",
        "Failed to initialize NVML: Driver/library version mismatch | nvml.mismatch",
        "No NVENC capable devices found | no-capable-devices",
        "Function not implemented | function-not-implemented",
        "Conversion failed! | ff.failed",
        "why is it slow | too-slow",
        "transcode is slow | too-slow",
        "Why is my transcode so slow? | too-slow",
        "low fps | too-slow",
        "it takes forever | too-slow",
        "gpu at 0% | gpu-idle",
        "gpu utilization 0 % | gpu-idle",
        "encoder utilization low | gpu-idle",
        "GPU usage is low | gpu-idle",
        "is the gpu used | software-fallback",
        "is it using the gpu? | software-fallback",
        "why does everything land on gpu 0 | all-on-gpu-0",
        "blargh | nothing",
      })
  void whatIsTyped_isUnderstood(String text, String id) {
    assertThat(first(text)).isEqualTo(id);
  }

  static List<Entry.Status> statuses() {
    return Catalogue.standard().statuses();
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyStatus_isFoundByItsName(Entry.Status status) {
    assertThat(first(status.name())).isEqualTo(status.id());
  }

  static List<Entry.Question> questions() {
    return Catalogue.standard().questions();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void everyQuestion_isAnswered_askedAsItStands(Entry.Question question) {
    assertThat(first(question.question())).isEqualTo(question.id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "how many sessions does an rtx 4090 allow | consumer-sessions",
        "driver mismatch after update | driver-mismatch",
        "why is encoding slower than real time? | too-slow",
        "my gpu temperature is 92 | temperature",
        "nvenc out of memory | out-of-memory",
        "macroblocks in dark scenes | macroblocks",
        "a/v out of sync | av-sync",
        "audio drifts | av-sync",
        "docker gpu not found | container-no-gpu",
      })
  void otherWords_meanTheSameQuestion(String text, String id) {
    assertThat(first(text)).isEqualTo(id);
  }

  @Test
  void whatIsUnknown_getsNearQuestions_andWhatWasLookedFor() {
    Answer answer = EXPLAINER.explain("sessions please");
    assertThat(answer.causes()).isEmpty();
    assertThat(answer.lookedFor()).isNotEmpty();
    assertThat(answer.near()).extracting(Answer.Near::id).contains("consumer-sessions");
    assertThat(EXPLAINER.explain("").causes()).isEmpty();
  }

  // ---- logs

  @Test
  void theFirstCause_counts_notTheTrailers() {
    Answer answer =
        EXPLAINER.explain(
            """
            [h264_nvenc @ 0x55d] OpenEncodeSessionEx failed: out of memory (10): (no details)
            [h264_nvenc @ 0x55d] No capable devices found
            Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0
            Conversion failed!
            """);
    assertThat(answer.causes()).extracting(Answer.Cause::id).containsExactly("nvenc.open.memory");
    assertThat(answer.causes().getFirst().line()).hasValue(1);
    assertThat(answer.causes().getFirst().checks()).contains("nv.nvenc.sessions");
    assertThat(answer.trailers()).contains("nvenc.no-capable", "ff.open-encoder", "ff.failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[hevc_nvenc @ 0x1] 10 bit encode not supported | nvenc.10bit",
        "[av1_nvenc @ 0x1] Codec not supported | nvenc.codec",
        "[h264_nvenc @ 0x1] Driver does not support the required nvenc API version. Required: 13.0 Found: 12.2 | nvenc.api-version",
        "[h264_nvenc @ 0x1] Cannot load libnvidia-encode.so.1 | nvenc.no-lib",
        "[AVHWDeviceContext @ 0x1] Failed to initialise VAAPI connection: -1 (unknown libva error). | va.init",
        "[h264_vaapi @ 0x1] No usable encoding entrypoint found for profile VAProfileH264High (7). | va.entrypoint",
        "[h264_qsv @ 0x1] Error creating a MFX session: -9. | qsv.session",
        "[AVHWDeviceContext @ 0x1] DLL libamfrt64.so.1 failed to open | amf.lib",
        "[h264_amf @ 0x1] CreateComponent(AMFVideoEncoderVCE_AVC) failed with error 30 | amf.component",
        "[h264 @ 0x1] No decoder surfaces left | nvdec.surfaces",
        "[AVHWDeviceContext @ 0x1] cu->cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error | cuda.init",
        "cu->cuDeviceGet failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected | CUDA_ERROR_NO_DEVICE",
        "[h264_nvenc @ 0x1] CreateBitstreamBuffer failed: out of memory (10): (no details) | nvenc.buffers",
        "[h264_nvenc @ 0x1] SomethingNew failed: generic error (20): x | NV_ENC_ERR_GENERIC",
        "Impossible to convert between the formats supported by the filter 'a' and the filter 'b' | filter.formats",
        "av_interleaved_write_frame(): No space left on device | ff.disk",
      })
  void lines_areFoundByTheirWords(String line, String id) {
    assertThat(first("frame= 1\n" + line + "\nConversion failed!\n")).isEqualTo(id);
  }

  @Test
  void theKernel_comesBeforeInterfaces_theseBeforeExitCodes() {
    assertThat(
            ids(
                """
                [h264_nvenc @ 0x55d] EncodePicture failed!: generic error (20)
                exit code 187
                [ 1090.730461] NVRM: Xid (PCI:0000:08:00): 119, pid=8798, name=ffmpeg, Timeout waiting for RPC from GSP!
                """))
        .containsExactly("xid 119", "nvenc.encode", "exit 187");
  }

  @Test
  void aSyslog_isListedInOrder_theWorstFirst_withCounts() {
    Answer answer =
        EXPLAINER.explain(
            """
            Nov 22 10:00:00 h kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=5, name=a, Ch 1
            Nov 22 10:05:00 h kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=6, name=b, Ch 1
            Nov 22 10:06:00 h sshd[1]: Permission denied
            Nov 22 10:07:00 h app[1]: NVRM: Xid (PCI:0000:09:00): 79, GPU has fallen off the bus.
            Nov 22 10:10:00 h kernel: pcieport 0000:00:02.0: AER: Uncorrected (Fatal) error received: id=0010
            Nov 22 10:10:01 h kernel: NVRM: Xid (PCI:0000:01:00): 79, pid=6, GPU has fallen off the bus.
            Nov 22 10:10:02 h kernel: NVRM: Xid (PCI:0000:01:00): 45, pid=6, name=b, Ch 1
            """);
    assertThat(answer.causes())
        .extracting(cause -> cause.id() + " x" + cause.count())
        .containsExactly("pci.aer-fatal x1", "xid 31 x2", "xid 79 x1");
    assertThat(answer.causes().get(1).first()).contains(Instant.parse("2026-11-22T10:00:00Z"));
    assertThat(answer.causes().get(1).last()).contains(Instant.parse("2026-11-22T10:05:00Z"));
  }

  @Test
  void aRemovedChannel_aloneIsSaid_withItsCauseItIsNot() {
    String removed = "NVRM: Xid (PCI:0000:01:00): 45, pid=6, name=b, Ch 1";
    assertThat(ids(removed)).containsExactly("xid 45");
    assertThat(ids(removed + "\nNVRM: Xid (PCI:0000:01:00): 94, pid=6, name=b, Ch 1"))
        .containsExactly("xid 94");
  }

  @Test
  void theAddress_isPutIntoCommands() {
    assertThat(
            EXPLAINER
                .explain("NVRM: Xid (PCI:0000:08:00): 119, Timeout")
                .causes()
                .getFirst()
                .remedies()
                .toString())
        .contains("--gpu-reset -i 0000:08:00.0")
        .doesNotContain("{device}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "No (?:NVENC )?capable devices found > capable devices found",
        "(?:Cannot load abc!Could not) > Cannot load abc; Could not",
        "failed: x \\(8\\) > failed: x (8)",
        "(?:Width!Height) \\d+ exceeds \\d+ > exceeds",
        "abcd?.efgh > efgh",
        "a!bcde > ",
      })
  void linesWithoutAWordOfAPattern_areNotSearched(String line) {
    String[] parts = line.split(" > ?", -1);
    assertThat(
            Literals.of(parts[0].replace('!', '|')).stream()
                .map(String::strip)
                .collect(Collectors.joining("; ")))
        .isEqualTo(parts[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 100_000})
  void longInput_endsSoon(int times) {
    assertThat(first(("a(").repeat(times))).isEqualTo("nothing");
    assertThat(first("name=" + ", ".repeat(times))).isEqualTo("nothing");
  }
}
