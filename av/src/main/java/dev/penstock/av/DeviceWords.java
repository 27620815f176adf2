package dev.penstock.av;

import dev.penstock.av.AvException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What libav logs when a device fails. Its error codes do not tell a lost GPU from one that is full
 * or busy: most are {@code AVERROR_EXTERNAL}.
 *
 * <p>The words are those of FFmpeg 8: of libavutil/cuda_check.h and hwcontext_*.c, and of nvenc.c,
 * nvdec.c, vaapi_*.c, qsv*.c, amf*.c and vulkan_*.c in libavcodec. What CUDA's errors mean for a
 * context is said at {@code CUresult} in cuda.h, what NVENC's do at {@code NVENCSTATUS} in
 * nvEncodeAPI.h.
 */
final class DeviceWords {
  /** NVENC's states of a device or a session that are gone; libav writes the number behind them. */
  private static final String NVENC_GONE = "[a-z ]+ \\((3|4|5|16|20|23|24|25)\\)";

  private record Rule(Kind kind, Pattern pattern) {}

  /** The first that matches counts. */
  private static final List<Rule> RULES =
      List.of(
          rule(
              Kind.DEVICE,
              "cuInit\\(0\\) failed",
              "CUDA_ERROR_(NO_DEVICE|INVALID_DEVICE|DEVICE_UNAVAILABLE|DEVICE_NOT_LICENSED)\\b",
              "CUDA_ERROR_(SYSTEM_NOT_READY|SYSTEM_DRIVER_MISMATCH|STUB_LIBRARY)\\b",
              "CUDA_ERROR_(COMPAT_NOT_SUPPORTED_ON_DEVICE|NOT_PERMITTED|OPERATING_SYSTEM)\\b",
              "Primary context already active with incompatible flags"),
          // After these every call on the context fails, or the GPU is not there any more.
          rule(
              Kind.DEVICE_LOST,
              "CUDA_ERROR_(UNKNOWN|ILLEGAL_ADDRESS|ECC_UNCORRECTABLE|NVLINK_UNCORRECTABLE)\\b",
              "CUDA_ERROR_(LAUNCH_FAILED|LAUNCH_TIMEOUT|HARDWARE_STACK_ERROR|ASSERT|CONTAINED)\\b",
              "CUDA_ERROR_(ILLEGAL_INSTRUCTION|MISALIGNED_ADDRESS|INVALID_ADDRESS_SPACE)\\b",
              "CUDA_ERROR_(INVALID_PC|EXTERNAL_DEVICE|DEINITIALIZED|CONTEXT_IS_DESTROYED)\\b",
              "CUDA_ERROR_(INVALID_CONTEXT|MPS_CLIENT_TERMINATED|MPS_SERVER_NOT_READY)\\b"),
          rule(Kind.DEVICE_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY\\b", "No decoder surfaces left"),
          rule(
              Kind.UNSUPPORTED,
              "CUDA_ERROR_(UNSUPPORTED_PTX_VERSION|NO_BINARY_FOR_GPU|NOT_SUPPORTED)\\b",
              "Hardware is lacking required capabilities",
              "Video (width|height) \\d+ not within range",
              "Video macroblock count \\d+ exceeds maximum",
              "Codec \\w+ is not supported with this chroma format",
              "Unsupported (bit depth|chroma format|codec ID)$"),
          // Drivers say either of a session too many.
          rule(Kind.SESSION_LIMIT, "OpenEncodeSessionEx failed: [a-z ]+ \\((10|21)\\)"),
          rule(
              Kind.UNSUPPORTED,
              "OpenEncodeSessionEx failed: [a-z ]+ \\([12]\\)",
              "InitializeEncoder failed: [a-z ]+ \\((8|12|22)\\)",
              "_nvenc] .*( supported|(exceeds|exceed) \\d+)\\b"),
          rule(
              Kind.DEVICE,
              "(OpenEncodeSessionEx|InitializeEncoder) failed: [a-z ]+ \\(15\\)",
              "Driver does not support the required nvenc API version",
              "Failed to (query nvenc max version|create nvenc instance)",
              "No CUDA capable devices found",
              "Cannot load (lib(cuda|nvidia-encode|nvcuvid)\\.|NvEncodeAPI|cu[A-Z]|cuvid)",
              "Could not dynamically load CUDA|Failed loading nvcuvid"),
          rule(Kind.DEVICE_MEMORY, "(failed!?|resource|buffer)[^:]*: out of memory \\(10\\)"),
          rule(
              Kind.DEVICE_LOST,
              "[a-z]\\w+ failed!?: " + NVENC_GONE,
              "(Failed|Error) [a-z ]+(resource|buffer)[^:]*: " + NVENC_GONE,
              "Failed (un)?locking bitstream buffer"),
          rule(
              Kind.DEVICE_LOST,
              "Failed to (sync [^:]+|end picture (de|en)code issue): (1|34|38) \\(",
              "Failed to (sync [^:]+|end picture encode issue): 24 \\("),
          rule(Kind.DEVICE_MEMORY, ": 2 \\(resource allocation failed\\)"),
          rule(
              Kind.UNSUPPORTED,
              "No usable encoding (profile|entrypoint) found",
              "Driver does not support (any|\\w+) RC mode",
              "Hardware does not support (encoding at|image) size",
              "No support for codec \\w+ profile",
              "Codec \\w+ profile -?\\d+ not supported for hardware decode",
              "Failed to create (en|de)code (pipeline )?configuration: (12|13|14|19) \\("),
          rule(
              Kind.DEVICE,
              "Failed to initialise VAAPI connection|No VA display found|Failed to open a VA display",
              "Error creating a MFX (session|loader)|Error initializing an MFX session: -9",
              "DLL \\S*amfrt\\S* failed to open|AMFInit failed",
              "Unable to open the libvulkan library|Instance creation failure|No devices found",
              "VK_ERROR_(INITIALIZATION_FAILED|INCOMPATIBLE_DRIVER)"),
          rule(
              Kind.DEVICE_LOST,
              ": (device lost|device failed|GPU Hang) \\(-\\d+\\)",
              "\\(\\) failed with error (17|45)$",
              "VK_ERROR_DEVICE_LOST"),
          rule(
              Kind.DEVICE_MEMORY,
              ": failed to allocate memory \\(-4\\)",
              "\\(\\) failed with error 6$",
              "VK_ERROR_OUT_OF_DEVICE_MEMORY"),
          rule(
              Kind.UNSUPPORTED,
              "MFX [^:]+: (-3|unsupported)\\b|: unsupported \\(-3\\)",
              "not supported by the QSV runtime|Low power mode is unsupported",
              "CreateComponent\\(.* failed with error (10|30|36)$",
              "Init\\(\\) failed with error (14|29)$",
              "Device does not support (de|en)coding \\w",
              "(De|En)coding of \\w+ is not supported by this device"));

  private DeviceWords() {}

  private static Rule rule(Kind kind, String... patterns) {
    return new Rule(kind, Pattern.compile(String.join("|", patterns)));
  }

  /** What a line says of the device; empty when it is about something else. */
  static Optional<Kind> kind(String line) {
    return RULES.stream()
        .filter(rule -> rule.pattern().matcher(line).find())
        .map(Rule::kind)
        .findFirst();
  }

  /**
   * Whether to quote a line rather than one from before: causes come first, unless worse follows.
   */
  static boolean outweighs(String line, String before) {
    return rank(line) > rank(before);
  }

  private static int rank(String line) {
    Optional<Kind> kind = kind(line);
    if (kind.isEmpty()) {
      return 0;
    }
    return switch (kind.get()) {
      case DEVICE_LOST -> 5;
      case DEVICE -> 4;
      case SESSION_LIMIT -> 3;
      case DEVICE_MEMORY -> 2;
      default -> 1;
    };
  }
}
