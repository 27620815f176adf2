package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** This process as a machine with virtual GPUs. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class VirtualGpuInProcessTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);
  private static final String PICTURES = "testsrc2=s=320x180:r=25:d=1,format=nv12";

  @TempDir Path folder;

  @Test
  void pictures_areEncodedWithoutAProcessOfTheirOwn() {
    Fleet fleet = playing("gpus");

    List<Long> times = encode("h264_nvenc", Map.of("bf", "2", "g", "12"));

    assertThat(times).hasSize(25).doesNotHaveDuplicates();
    assertThat(fleet.received().getOrDefault(1, Map.of()))
        .containsEntry("NV_ENC_CONFIG.gopLength", "12")
        .containsEntry("NV_ENC_CONFIG.frameIntervalP", "3");
  }

  @Test
  void aDevice_isFoundByItsAddress() {
    Fleet fleet = playing("gpus");

    try (HwDevice second = HwDevice.cuda("0000:41:00.0", LOG)) {
      encode("h264_nvenc", Map.of(), second, packet -> {});
    }

    assertThat(fleet.received().getOrDefault(1, Map.of())).containsEntry("GPU", "1");
  }

  @Test
  void theSamePictures_giveTheSameBytes() {
    playing("gpus");

    assertThat(bytes("hevc_nvenc")).isEqualTo(bytes("hevc_nvenc"));
  }

  @Test
  void oneMachineAfterAnother_isWhatThatOneIs() {
    playing("first", "* nvEncOpenEncodeSessionEx 10");
    assertThatThrownBy(() -> encode("h264_nvenc", Map.of())).isInstanceOf(AvException.class);

    playing("second");

    assertThat(encode("h264_nvenc", Map.of())).hasSize(25);
  }

  @Test
  void manySessions_leaveNothingBehind() {
    Fleet fleet = playing("gpus", "* session 1000000000", "system sessions 2");

    for (int i = 0; i < 60; i++) {
      assertThat(encode("h264_nvenc", Map.of())).hasSize(25);
    }

    assertThat(fleet.received()).hasSize(60);
  }

  private Fleet playing(String name, String... more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "this build lacks libx264");
    Fleet fleet =
        Fleet.of(
            folder.resolve(name), Lab.text("two-l40s.scenario") + String.join("\n", more) + "\n");
    fleet.play();
    return fleet;
  }

  private static List<Long> encode(String encoder, Map<String, String> options) {
    List<Long> times = new ArrayList<>();
    encode(encoder, options, null, packet -> times.add(packet.pts()));
    Collections.sort(times);
    return times;
  }

  private static List<Integer> bytes(String encoder) {
    List<Integer> sums = new ArrayList<>();
    encode(encoder, Map.of(), null, packet -> sums.add(Arrays.hashCode(packet.bytes())));
    return sums;
  }

  private static void encode(
      String encoder,
      Map<String, String> options,
      @Nullable HwDevice device,
      Consumer<Packet> onPacket) {
    Encoder.Settings settings =
        new Encoder.Settings(
            encoder,
            new LinkedHashMap<>(options),
            BASE,
            Optional.of(BASE.inverse()),
            Color.UNKNOWN,
            true,
            false);
    try (FilterGraph source = FilterGraph.source(PICTURES, true, LOG);
        Frame frame = Frame.create();
        Packet packet = Packet.create()) {
      Flow next = source.receive(frame);
      try (Encoder open = Encoder.open(settings, frame, device, LOG)) {
        while (next == Flow.OK) {
          open.send(frame);
          drain(open, packet, onPacket);
          next = source.receive(frame);
        }
        open.send(null);
        drain(open, packet, onPacket);
      }
    }
  }

  private static void drain(Encoder encoder, Packet packet, Consumer<Packet> onPacket) {
    while (encoder.receive(packet) == Flow.OK) {
      onPacket.accept(packet);
    }
  }
}
