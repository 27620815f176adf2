package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.penstock.av.AvException.Kind;
import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices on a machine that has none; what works on them is tried in the lab. */
@ExtendWith(NoLeaks.class)
class HwDeviceTest {
  private static final LogScope LOG = LogScope.silent();

  @Test
  void builtIn_isWhatTheLibrariesHave() {
    assertThat(HwDevice.builtIn())
        .contains(HwDevice.Kind.CUDA, HwDevice.Kind.VAAPI, HwDevice.Kind.QSV, HwDevice.Kind.VULKAN)
        .doesNotContain(HwDevice.Kind.AMF);
  }

  @Test
  void kindThatIsNotBuiltIn_isUnsupported_notShortOfMemory() {
    AvException e = failure(() -> HwDevice.open(HwDevice.Kind.AMF, "", Map.of(), LOG));
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e).hasMessageContaining("this build of FFmpeg has no AMF");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000:01:00.0", "GPU-8a0b1c2d-3e4f-5061-7283-940a1b2c3d4e"})
  void cudaWithoutADriver_cannotBeReached(String id) {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a GPU");
    AvException e = failure(() -> HwDevice.cuda(id, LOG));
    assertThat(e.kind()).isEqualTo(Kind.DEVICE);
    assertThat(e.lastLog()).isEqualTo("Cannot load libcuda.so.1");
    assertThat(HwDevice.openStreams()).isZero();
  }

  @Test
  void qsvIsMadeFromVaapi_whoseFailureIsTold() {
    AvException e = failure(() -> HwDevice.open(HwDevice.Kind.QSV, "/dev/dri/none", Map.of(), LOG));
    assertThat(e.kind()).isEqualTo(Kind.DEVICE);
    assertThat(e).hasMessageContaining("VAAPI device /dev/dri/none");
  }

  @Test
  void nvencWithoutADriver_cannotBeReached() {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a GPU");
    try (Frame picture = Pictures.of(Clip.PICTURE)) {
      AvException e = failure(() -> Encoder.open(nvenc(Map.of()), picture, LOG));
      assertThat(e.kind()).isEqualTo(Kind.DEVICE);
      assertThat(e.lastLog()).contains("Cannot load libcuda.so.1");
    }
  }

  @Test
  void gpuByItsNumber_isRefused() {
    try (Frame picture = Pictures.of(Clip.PICTURE)) {
      AvException e = failure(() -> Encoder.open(nvenc(Map.of("gpu", "1")), picture, LOG));
      assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
      assertThat(e.lastLog()).contains("address or UUID");
    }
  }

  private static Encoder.Settings nvenc(Map<String, String> options) {
    return new Encoder.Settings(
        "h264_nvenc",
        new LinkedHashMap<>(options),
        new Rational(1, 25),
        Optional.of(new Rational(25, 1)),
        Color.UNKNOWN,
        false,
        false);
  }

  @Test
  void pictureInMemory_isNotOnADevice() {
    try (Frame picture = Pictures.of("testsrc2,format=yuv420p10le")) {
      assertThat(picture.isOnDevice()).isFalse();
      assertThat(picture.softwareFormat()).isEqualTo("yuv420p10le").isEqualTo(picture.format());
      assertThat(picture.shape().pool()).isZero();
      assertThat(failure(() -> picture.download(LOG).close())).hasMessageContaining("download");
    }
    try (Frame sound = Pictures.sound("sine")) {
      assertThat(sound.softwareFormat()).isEqualTo("s16").isEqualTo(sound.format());
    }
  }

  private static AvException failure(Runnable operation) {
    AvException e = catchThrowableOfType(AvException.class, operation::run);
    assertThat(e).isNotNull();
    return e;
  }
}
