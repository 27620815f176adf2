package dev.penstock.av;

import dev.penstock.av.AvException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What libav logs when a device fails. Its error codes do not tell a lost GPU from a want of memory
 * or of a free session: most are {@code AVERROR_EXTERNAL}.
 *
 * <p>The words are those of libavutil/cuda_check.h and hwcontext_*.c, and of nvenc.c, nvdec.c,
 * vaapi_encode.c, vaapi_decode.c, qsv.c, amfenc.c and vulkan_*.c in libavcodec, FFmpeg 8.
 */
final class DeviceWords {
  private record Rule(Kind kind, Pattern pattern) {}

  private static final List<Rule> RULES = new ArrayList<>();

  static {
    // CUresult by name: what a context does not survive, and what only a reset cures.
    rule(
        Kind.DEVICE,
        "cuInit\\(0\\) failed|CUDA_ERROR_(NO_DEVICE|INVALID_DEVICE|DEVICE_UNAVAILABLE"
            + "|SYSTEM_NOT_READY|SYSTEM_DRIVER_MISMATCH|COMPAT_NOT_SUPPORTED_ON_DEVICE"
            + "|STUB_LIBRARY|NOT_PERMITTED|OPERATING_SYSTEM|DEVICE_NOT_LICENSED)\\b");
    rule(
        Kind.DEVICE_LOST,
        "CUDA_ERROR_(UNKNOWN|ILLEGAL_ADDRESS|ECC_UNCORRECTABLE|NVLINK_UNCORRECTABLE|LAUNCH_FAILED"
            + "|LAUNCH_TIMEOUT|HARDWARE_STACK_ERROR|ILLEGAL_INSTRUCTION|MISALIGNED_ADDRESS"
            + "|INVALID_ADDRESS_SPACE|INVALID_PC|ASSERT|CONTAINED|EXTERNAL_DEVICE|DEINITIALIZED"
            + "|CONTEXT_IS_DESTROYED|INVALID_CONTEXT|MPS_SERVER_NOT_READY|MPS_CLIENT_TERMINATED)\\b");
    rule(Kind.DEVICE_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY\\b");
    rule(
        Kind.UNSUPPORTED,
        "CUDA_ERROR_(UNSUPPORTED_PTX_VERSION|NO_BINARY_FOR_GPU|NOT_SUPPORTED"
            + "|UNSUPPORTED_LIMIT)\\b");
    // NVENCSTATUS, by the step that reports it.
    rule(Kind.SESSION_LIMIT, "OpenEncodeSessionEx failed: .*\\((10|21)\\)");
    rule(Kind.UNSUPPORTED, "OpenEncodeSessionEx failed: .*\\((1|2)\\)");
    rule(Kind.DEVICE, "(OpenEncodeSessionEx|InitializeEncoder) failed: .*\\(15\\)");
    rule(Kind.UNSUPPORTED, "InitializeEncoder failed: .*\\((8|12|22)\\)");
    rule(Kind.DEVICE_MEMORY, "(failed|Failed|Error)[^:]*: out of memory \\(10\\)");
    rule(
        Kind.DEVICE_LOST,
        "failed!?: .*\\((5|20)\\)|device does not exist \\(5\\)|EncodePicture failed!"
            + "|Failed (un)?locking bitstream buffer|Error (un)?mapping an input resource"
            + "|Error (un)?registering an input resource: generic error");
    rule(
        Kind.DEVICE,
        "Driver does not support the required nvenc API version|Failed to query nvenc max version"
            + "|Failed to create nvenc instance|No CUDA capable devices found"
            + "|Cannot load (libcuda|libnvidia-encode|libnvcuvid|NvEncodeAPI|nvEnc|cu[A-Z]|cuvid)"
            + "|Could not dynamically load CUDA|Failed loading nvcuvid");
    rule(
        Kind.UNSUPPORTED,
        "\\[\\w+_nvenc[^]]*] .*(not supported|Codec not supported|exceeds? \\d|exceed \\d"
            + "|doesn't support required NVENC features)");
    rule(
        Kind.UNSUPPORTED,
        "Hardware is lacking required capabilities"
            + "|Video (width|height) \\d+ not within range"
            + "|Video macroblock count \\d+ exceeds maximum"
            + "|Unsupported (bit depth|chroma format|codec ID)$");
    rule(Kind.DEVICE_MEMORY, "No decoder surfaces left");
    // VAStatus and its text.
    rule(
        Kind.DEVICE_LOST,
        "Failed to sync (to|surface).*: \\d+|Failed to end picture encode issue: \\d+"
            + "|: (34|38) \\((the hardware is busy|HW busy|the operation timed out|operation timed out)"
            + "|hardware busy");
    rule(Kind.DEVICE_MEMORY, ": 2 \\(resource allocation failed\\)");
    rule(
        Kind.UNSUPPORTED,
        "No usable encoding (profile|entrypoint) found|Driver does not support .* RC mode"
            + "|Driver does not support any RC mode"
            + "|Hardware does not support encoding at size|No support for codec \\w+ profile"
            + "|Codec \\w+ profile -?\\d+ not supported for hardware decode"
            + "|Failed to create (encode|decode) (pipeline )?configuration: (12|13|14|19) "
            + "|VAAPI hardware does not support|does not support picture size");
    rule(
        Kind.DEVICE,
        "Failed to initialise VAAPI connection|No VA display found"
            + "|Failed to open a VA display|Unable to open the libvulkan library"
            + "|Instance creation failure|No devices found"
            + "|DLL \\S*amfrt\\S* failed to open|AMFInit failed|AMFQueryVersion failed");
    // mfxStatus: its text, then its value.
    rule(
        Kind.DEVICE_LOST,
        "(device lost|device failed|GPU hang|hardware device was lost"
            + "|error calling hardware device)[^(]*\\(-(13|17|21)\\)|: \\w[\\w ]* \\(-(13|17|21)\\)");
    rule(Kind.DEVICE_MEMORY, "(memory allocation|failed to allocate memory)[^(]*\\(-4\\)");
    rule(
        Kind.DEVICE, "Error creating a MFX (session|loader)|Error initializing an MFX session: -9");
    rule(
        Kind.UNSUPPORTED,
        "Error initializing (an MFX session|the encoder): (unsupported|-3)"
            + "|not supported by the QSV runtime|Low power mode is unsupported"
            + "|runtime doesn't support|\\bunsupported \\(-3\\)");
    // AMF_RESULT.
    rule(Kind.DEVICE_LOST, "\\w+\\(\\) failed with error (17|18|45)\\b");
    rule(Kind.DEVICE_MEMORY, "\\w+\\(\\) failed with error 6\\b");
    rule(
        Kind.UNSUPPORTED,
        "CreateComponent\\(.*failed with error (10|30|36)\\b|Init\\(\\) failed with error (14|29)\\b");
    rule(Kind.DEVICE_LOST, "VK_ERROR_DEVICE_LOST");
    rule(Kind.DEVICE_MEMORY, "VK_ERROR_OUT_OF_DEVICE_MEMORY");
    rule(Kind.DEVICE, "VK_ERROR_(INITIALIZATION_FAILED|INCOMPATIBLE_DRIVER)");
  }

  private DeviceWords() {}

  private static void rule(Kind kind, String pattern) {
    RULES.add(new Rule(kind, Pattern.compile(pattern)));
  }

  /** What a line says of the device; empty when it is about something else. The first rule wins. */
  static Optional<Kind> kind(String line) {
    return RULES.stream()
        .filter(rule -> rule.pattern().matcher(line).find())
        .map(Rule::kind)
        .findFirst();
  }
}
