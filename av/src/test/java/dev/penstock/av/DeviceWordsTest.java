package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.AvException.Kind;
import dev.penstock.av.testing.NoLeaks;
import java.util.Optional;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class DeviceWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEVICE | [AVHWDeviceContext] Cannot load libcuda.so.1",
        "DEVICE | [AVHWDeviceContext] Could not dynamically load CUDA",
        "DEVICE | [h264_nvenc] Cannot load libnvidia-encode.so.1",
        "DEVICE | [AVHWDeviceContext] cu->cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error",
        "DEVICE | cuInit(0) failed -> CUDA_ERROR_NO_DEVICE",
        "DEVICE | cuDeviceGetByPCIBusId(0000:3b:00.0) failed -> CUDA_ERROR_INVALID_DEVICE",
        "DEVICE | cu->cuCtxCreate(..) failed -> CUDA_ERROR_DEVICE_UNAVAILABLE: exclusive",
        "DEVICE | [h264_nvenc] Driver does not support the required nvenc API version."
            + " Required: 13.0 Found: 12.2",
        "DEVICE | [h264_nvenc] OpenEncodeSessionEx failed: invalid version (15): (no details)",
        "DEVICE | [h264_nvenc] No CUDA capable devices found",
        "DEVICE | [h264] Failed loading nvcuvid.",
        "DEVICE | [AVHWDeviceContext] Failed to initialise VAAPI connection: -1 (unknown libva"
            + " error).",
        "DEVICE | [AVHWDeviceContext] No VA display found for device /dev/dri/renderD128.",
        "DEVICE | [AVHWDeviceContext] Error initializing an MFX session: -9.",
        "DEVICE | [AVHWDeviceContext] Unable to open the libvulkan library!",
        "DEVICE | [AVHWDeviceContext] No devices found: VK_ERROR_INITIALIZATION_FAILED!",
        "DEVICE_LOST | [h264] decoder->cvdl->cuvidMapVideoFrame(…) failed ->"
            + " CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered",
        "DEVICE_LOST | cu->cuMemcpy2DAsync(&cpy, hwctx->stream) failed -> CUDA_ERROR_UNKNOWN: x",
        "DEVICE_LOST | cu->x failed -> CUDA_ERROR_ECC_UNCORRECTABLE: uncorrectable ECC error",
        "DEVICE_LOST | cu->x failed -> CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure",
        "DEVICE_LOST | [h264_nvenc] EncodePicture failed!: device does not exist (5): (no details)",
        "DEVICE_LOST | [h264_nvenc] EncodePicture failed!: generic error (20): (no details)",
        "DEVICE_LOST | [h264_nvenc] OpenEncodeSessionEx failed: generic error (20): (no details)",
        "DEVICE_LOST | [h264_nvenc] OpenEncodeSessionEx failed: device does not exist (5): x",
        "DEVICE_LOST | [hevc_nvenc] Failed locking bitstream buffer: invalid param (8): x",
        "DEVICE_LOST | [hevc_nvenc] Error mapping an input resource: map failed (16): x",
        "DEVICE_LOST | [hevc_nvenc] Error registering an input resource: resource register failed"
            + " (23): x",
        "DEVICE_LOST | [h264_vaapi] Failed to sync to picture completion: 38 (unknown libva error"
            + " / description missing).",
        "DEVICE_LOST | [h264_vaapi] Failed to end picture encode issue: 24 (internal encoding"
            + " error).",
        "DEVICE_LOST | [h264_qsv] Error during encoding: device failed (-17)",
        "DEVICE_LOST | [hevc_qsv] Error during encoding: GPU Hang (-21)",
        "DEVICE_LOST | [h264_amf] SubmitInput() failed with error 17",
        "DEVICE_LOST | [hevc_vulkan] Unable to submit command buffer: VK_ERROR_DEVICE_LOST",
        "DEVICE_MEMORY | cu->cuMemAlloc(&data, size) failed -> CUDA_ERROR_OUT_OF_MEMORY: out of"
            + " memory",
        "DEVICE_MEMORY | [hevc_nvenc] CreateInputBuffer failed: out of memory (10): (no details)",
        "DEVICE_MEMORY | [hevc_nvenc] CreateBitstreamBuffer failed: out of memory (10): x",
        "DEVICE_MEMORY | [hevc_nvenc] InitializeEncoder failed: out of memory (10): x",
        "DEVICE_MEMORY | [hevc_nvenc] EncodePicture failed!: out of memory (10): x",
        "DEVICE_MEMORY | [h264] No decoder surfaces left",
        "DEVICE_MEMORY | [AVHWFramesContext] Failed to create surface: 2 (resource allocation"
            + " failed).",
        "DEVICE_MEMORY | [h264_qsv] Error during encoding: failed to allocate memory (-4)",
        "DEVICE_MEMORY | Failed to allocate memory: VK_ERROR_OUT_OF_DEVICE_MEMORY",
        "SESSION_LIMIT | [h264_nvenc] OpenEncodeSessionEx failed: out of memory (10): (no details)",
        "SESSION_LIMIT | [av1_nvenc] OpenEncodeSessionEx failed: incompatible client key (21): x",
        "UNSUPPORTED | [h264_nvenc] OpenEncodeSessionEx failed: unsupported device (2): x",
        "UNSUPPORTED | [h264_nvenc] OpenEncodeSessionEx failed: no encode device (1): x",
        "UNSUPPORTED | [h264_nvenc] InitializeEncoder failed: invalid param (8): x",
        "UNSUPPORTED | [av1_nvenc] Codec not supported",
        "UNSUPPORTED | [h264_nvenc] 10 bit encode not supported",
        "UNSUPPORTED | [hevc_nvenc] Max B-frames 4 exceed 0",
        "UNSUPPORTED | [h264_nvenc] Width 8192 exceeds 4096",
        "UNSUPPORTED | [h264_nvenc] Multiple reference frames are not supported by the device",
        "UNSUPPORTED | [h264] Hardware is lacking required capabilities",
        "UNSUPPORTED | [h264] Video width 5000 not within range from 48 to 4096",
        "UNSUPPORTED | [hevc] Codec hevc is not supported with this chroma format.",
        "UNSUPPORTED | [h264_vaapi] No usable encoding entrypoint found for profile"
            + " VAProfileH264High (7).",
        "UNSUPPORTED | [h264_vaapi] Driver does not support CBR RC mode (supported modes: CQP).",
        "UNSUPPORTED | [h264_vaapi] Hardware does not support encoding at size 100x100"
            + " (constraints: width 128-4096 height 128-4096).",
        "UNSUPPORTED | [h264_qsv] Error initializing the encoder: unsupported (-3)",
        "UNSUPPORTED | [h264_amf] Init() failed with error 29"
      })
  void lines(Kind kind, String line) {
    assertThat(DeviceWords.kind(line)).contains(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[h264] no frame!",
        "[h264] Invalid NAL unit size (0 > 12).",
        "[libx264] broken ffmpeg default settings detected",
        "[aac] Multiple frames in a packet.",
        "[mpeg4] The maximum value for lmin exceeds 5",
        "[h264] Frame num gap 5 3 is not supported",
        "[h264_nvenc] EncodePicture failed!: invalid param (8): (no details)",
        "[h264_nvenc] EncodePicture failed!: encoder busy (18): (no details)",
        "[h264_vaapi] Failed to end picture decode issue: 23 (internal decoding error).",
        "[mp4] Tag hvc1 incompatible with output codec id '27' (avc1)",
        "Error while opening encoder: Cannot allocate memory (-12)",
        "No space left on device"
      })
  void othersAreNotOfDevices(String line) {
    assertThat(DeviceWords.kind(line)).isEmpty();
  }

  @Test
  void theCauseIsQuoted_notWhatFollows_unlessThatIsWorse() {
    Natives.load();
    LogScope log = LogScope.silent();
    log.accept(LogRouter.WARNING, "[h264_nvenc] 10 bit encode not supported");
    log.accept(
        LogRouter.ERROR, "[h264_nvenc] Provided device doesn't support required NVENC features");
    log.accept(LogRouter.ERROR, "[h264_nvenc] Nope");
    AvException e = AvException.of(avutil.AVERROR_EXTERNAL, "open", "encoder h264_nvenc", log);
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e.lastLog()).endsWith("10 bit encode not supported");

    log.accept(LogRouter.ERROR, "cuX failed -> CUDA_ERROR_LAUNCH_FAILED: x");
    log.accept(LogRouter.ERROR, "[h264_nvenc] Width 8192 exceeds 4096");
    assertThat(AvException.of(-22, "open", "x", log).kind()).isEqualTo(Kind.DEVICE_LOST);
  }

  @Test
  void withoutWordsTheCodeDecides() {
    Natives.load();
    LogScope log = LogScope.silent();
    log.accept(LogRouter.ERROR, "[libx264] something");
    assertThat(AvException.of(-12, "open", "x", log).kind()).isEqualTo(Kind.NO_MEMORY);
    assertThat(AvException.of(-19, "open", "x", log).kind()).isEqualTo(Kind.DEVICE);
    assertThat(Optional.of(Kind.NO_MEMORY).filter(Kind::isOfDevice)).isEmpty();
  }
}
