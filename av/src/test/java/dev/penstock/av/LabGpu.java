package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.av.AvException.Kind;
import dev.penstock.av.testing.Clip;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What {@link LabGpuTest} tries in a process whose GPU the lab plays. */
enum LabGpu {
  FOUND_BY_ADDRESS_AND_BY_UUID {
    @Override
    void run() {
      try (HwDevice one = HwDevice.cuda(ADDRESS, LOG);
          HwDevice two = HwDevice.cuda(UUID, LOG);
          Frame picture = picture();
          Frame onOne = uploaded(picture, one);
          Frame onTwo = uploaded(picture, two)) {
        assertThat(HwDevice.openStreams()).isEqualTo(2);
        assertThat(onOne.shape()).isNotEqualTo(onTwo.shape());
        assertThat(onOne.shape().codesLike(onTwo.shape())).isTrue();
        assertThat(onOne.shape().codesLike(picture.shape())).isFalse();
      }
      AvException none = failure(() -> HwDevice.cuda("0000:ff:00.0", LOG).close());
      assertThat(none.kind()).isEqualTo(Kind.DEVICE);
      assertThat(none.lastLog()).contains("0000:ff:00.0");
      String stranger = "GPU-00000000-0000-0000-0000-000000000000";
      assertThat(failure(() -> HwDevice.cuda(stranger, LOG).close()))
          .hasMessageContaining(stranger);
    }
  },

  DOWNLOADED_AS_IT_WAS_UPLOADED {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Frame picture = picture();
          Frame there = uploaded(picture, gpu)) {
        assertThat(there.isOnDevice()).isTrue();
        assertThat(there.format()).isEqualTo("cuda");
        assertThat(there.softwareFormat()).isEqualTo("yuv420p");
        there.setPts(42);
        try (Frame back = there.download(LOG)) {
          assertThat(back.isOnDevice()).isFalse();
          assertThat(back.shape()).isEqualTo(picture.shape());
          assertThat(back.pts()).isEqualTo(42);
          assertThat(Pictures.grey(back)).isEqualTo(Pictures.grey(picture));
        }
      }
    }
  },

  /** libav counts who holds the device, and its stream lives as long as the last of them. */
  THE_LAST_FRAME_HOLDS_THE_DEVICE {
    @Override
    void run() {
      try (Frame picture = picture();
          Frame there = lastOfItsDevice(picture)) {
        assertThat(HwDevice.openStreams()).isEqualTo(1);
        try (Frame shared = there.share()) {
          there.clear();
          assertThat(HwDevice.openStreams()).isEqualTo(1);
          shared.download(LOG).close();
        }
        assertThat(HwDevice.openStreams()).isZero();
      }
    }

    private Frame lastOfItsDevice(Frame picture) {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG)) {
        return uploaded(picture, gpu);
      }
    }
  },

  ENCODED_ON_THE_DEVICE {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG)) {
        assertThat(encoded(gpu, "hwupload", false)).containsExactly(0L, 7L);
      }
    }
  },

  ENCODED_FROM_MEMORY_ON_A_DEVICE {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG)) {
        assertThat(encoded(gpu, "", true)).containsExactly(0L, 7L);
      }
    }
  },

  /** The lab's GPUs do not decode: whatever the device does not take is not decoded in software. */
  NOT_DECODED_ELSEWHERE {
    @Override
    void run() throws Exception {
      Path folder = Files.createTempDirectory("lab");
      Path clip = Clip.usual().write(folder.resolve("clip.mp4"), "mp4");
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Interrupt interrupt = Media.patient();
          Demuxer demuxer = Media.open(clip, interrupt);
          Decoder decoder = Decoder.open(demuxer, 0, gpu, 4, LOG);
          Packet packet = Packet.create();
          Frame frame = Frame.create()) {
        AvException e =
            failure(() -> {
              while (demuxer.read(packet)) {
                if (packet.track() == 0) {
                  Flow _ = decoder.send(packet);
                  assertThat(decoder.receive(frame)).isNotEqualTo(Flow.OK);
                }
              }
            });
        assertThat(e.kind()).matches(Kind::isOfDevice);
        assertThat(e).hasMessageContaining("the CUDA device does not decode mpeg4");
      } finally {
        Files.delete(clip);
        Files.delete(folder);
      }
    }
  },

  LOST_WHILE_ENCODING {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG)) {
        AvException e = failure(() -> encoded(gpu, "hwupload", false));
        assertThat(e.kind()).isEqualTo(Kind.DEVICE_LOST);
        assertThat(e.lastLog()).contains("device does not exist (5)");
      }
    }
  },

  LOST_WHILE_DOWNLOADING {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Frame picture = picture();
          Frame there = uploaded(picture, gpu)) {
        AvException e =
            failure(() -> {
              for (int i = 0; i < 10; i++) {
                there.download(LOG).close();
              }
            });
        assertThat(e.kind()).isEqualTo(Kind.DEVICE_LOST);
        assertThat(e.lastLog()).contains("failed -> CUDA_ERROR_LAUNCH_FAILED");
      }
    }
  },

  LOST_WHILE_UPLOADING {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Frame picture = picture()) {
        AvException e =
            failure(() -> {
              for (int i = 0; i < 10; i++) {
                uploaded(picture, gpu).close();
              }
            });
        assertThat(e.kind()).isEqualTo(Kind.DEVICE_LOST);
      }
    }
  },

  TOO_MANY_SESSIONS {
    @Override
    void run() {
      List<Encoder> opened = new ArrayList<>();
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Frame picture = picture();
          Frame there = uploaded(picture, gpu)) {
        opened.add(Encoder.open(nvenc(), there, LOG));
        opened.add(Encoder.open(nvenc(), there, LOG));
        AvException e = failure(() -> Encoder.open(nvenc(), there, LOG).close());
        assertThat(e.kind()).isEqualTo(Kind.SESSION_LIMIT);
      } finally {
        opened.forEach(Encoder::close);
      }
    }
  },

  MEMORY_FULL {
    @Override
    void run() {
      try (HwDevice gpu = HwDevice.cuda(ADDRESS, LOG);
          Frame picture = picture()) {
        AvException e = failure(() -> uploaded(picture, gpu).close());
        assertThat(e.kind()).isEqualTo(Kind.DEVICE_MEMORY);
      }
    }
  };

  private static final String ADDRESS = "0000:3B:00.0";
  private static final String UUID = "GPU-8a0b1c2d-3e4f-5061-7283-940a1b2c3d4e";
  private static final Rational BASE = new Rational(1, 25);
  private static final LogScope LOG = LogScope.to(System.out::println);

  abstract void run() throws Exception;

  public static void main(String[] names) throws Exception {
    OpenHandles.track();
    valueOf(names[0]).run();
    assertThat(OpenHandles.untrack()).isEmpty();
    assertThat(HwDevice.openStreams()).isZero();
  }

  private static Frame picture() {
    return Pictures.of("testsrc2=size=320x192:rate=25,format=yuv420p");
  }

  private static Frame uploaded(Frame picture, HwDevice gpu) {
    Frame there = Frame.create();
    try (FilterGraph upload = FilterGraph.open("hwupload", picture, BASE, null, gpu, LOG)) {
      upload.send(picture);
      assertThat(upload.receive(there)).isEqualTo(Flow.OK);
      return there;
    } catch (RuntimeException | Error e) {
      there.close();
      throw e;
    }
  }

  private static Encoder.Settings nvenc() {
    return new Encoder.Settings(
        "h264_nvenc",
        new LinkedHashMap<>(Map.of("g", "1000", "bf", "0", "forced-idr", "1")),
        BASE,
        Optional.of(BASE.inverse()),
        Color.UNKNOWN,
        false,
        false);
  }

  /** Encodes a second, with a key frame forced at 7; returns where key frames are. */
  private static List<Long> encoded(HwDevice gpu, String chain, boolean fromMemory) {
    List<Long> times = new ArrayList<>();
    List<Long> keys = new ArrayList<>();
    Consumer<Packet> sink =
        packet -> {
          assertThat(packet.averageQp().orElseThrow()).isBetween(0.0, 51.0);
          times.add(packet.pts());
          if (packet.isKey()) {
            keys.add(packet.pts());
          }
        };
    try (FilterGraph source =
            FilterGraph.source(
                "testsrc2=size=320x192:rate=25:duration=1,format=yuv420p", true, LOG);
        Frame frame = Frame.create()) {
      assertThat(source.receive(frame)).isEqualTo(Flow.OK);
      try (FilterGraph filters = FilterGraph.open(chain, frame, BASE, null, gpu, LOG);
          Frame first = through(filters, frame);
          Encoder encoder = Encoder.open(nvenc(), first, fromMemory ? gpu : null, LOG)) {
        encode(encoder, first, sink);
        while (source.receive(frame) == Flow.OK) {
          try (Frame next = through(filters, frame)) {
            encode(encoder, next, sink);
          }
        }
        assertThat(encoder.send(null)).isEqualTo(Flow.OK);
        drain(encoder, sink);
      }
    }
    assertThat(times).hasSize(25).isSorted().doesNotHaveDuplicates();
    return keys;
  }

  private static Frame through(FilterGraph filters, Frame frame) {
    filters.send(frame);
    Frame out = Frame.create();
    Flow _ = filters.receive(out);
    return out;
  }

  private static void encode(Encoder encoder, Frame frame, Consumer<Packet> sink) {
    frame.forceKey(frame.pts() == 7);
    assertThat(encoder.send(frame)).isEqualTo(Flow.OK);
    drain(encoder, sink);
  }

  private static void drain(Encoder encoder, Consumer<Packet> sink) {
    try (Packet packet = Packet.create()) {
      while (encoder.receive(packet) == Flow.OK) {
        sink.accept(packet);
      }
    }
  }

  private static AvException failure(Runnable operation) {
    AvException e = catchThrowableOfType(AvException.class, operation::run);
    assertThat(e).isNotNull();
    return e;
  }
}
