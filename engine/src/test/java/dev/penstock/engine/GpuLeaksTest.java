package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.LabUse;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server that runs for months opens and closes sessions by the million. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class GpuLeaksTest {
  private static final int SESSIONS = 500;

  /** Until then allocators and the JVM fill their pools. */
  private static final int FIRST = 100;

  private static final int PICTURES = 4;
  private static final LogScope LOG = LogScope.silent();

  /** For all sessions behind the first: 60 kB of each would be seen. */
  private static final long BOUND = 24L << 20;

  @TempDir Path folder;

  /**
   * What a process holds.
   *
   * @param resident bytes
   */
  private record Held(long resident, long descriptors, long threads, LabUse onGpus) {
    static Held of(LabMachine machine) throws IOException {
      System.gc();
      return new Held(memory(), entries("fd"), entries("task"), LabUse.of(machine.fleet()));
    }

    private static long memory() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }

    private static long entries(String of) throws IOException {
      try (Stream<Path> all = Files.list(Path.of("/proc/self", of))) {
        return all.count();
      }
    }
  }

  @Test
  void sessions_leaveNothingBehind() throws IOException {
    LabMachine machine =
        LabMachine.of(folder.resolve("gpus"), "* session 100000000", "* context 300000000");
    int packets = sessions(FIRST, machine);
    touchHeap();
    Held before = Held.of(machine);

    packets += sessions(SESSIONS - FIRST, machine);

    Held after = Held.of(machine);
    assertThat(packets).isEqualTo(SESSIONS * PICTURES);
    assertThat(machine.fleet().received()).hasSize(SESSIONS);
    assertThat(after.onGpus()).isEqualTo(LabUse.NONE);
    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
    assertThat(after.resident() - before.resident()).isLessThan(BOUND);
  }

  /** What the JVM has reserved for garbage becomes resident with its first use only. */
  private static void touchHeap() {
    long sum = 0;
    for (long i = 0; i < Runtime.getRuntime().totalMemory() >> 20; i++) {
      sum += new byte[1 << 20].length;
    }
    assertThat(sum).isPositive();
  }

  private static int sessions(int count, LabMachine machine) {
    int packets = 0;
    for (int i = 0; i < count; i++) {
      String gpu = machine.gpus().get(i % 2).identity().key();
      packets += session(gpu, i % 5 == 0 ? "hevc_nvenc" : "h264_nvenc");
    }
    return packets;
  }

  /** Decodes, scales and encodes in VRAM; how many packets came. */
  private static int session(String gpu, String encoder) {
    try (HwDevice device = HwDevice.cuda(gpu, LOG);
        Interrupt interrupt = Interrupt.of(() -> false, Duration.ofSeconds(30));
        Demuxer input = Demuxer.open(Location.of(clip().toString()), interrupt, LOG);
        Decoder decoder = Decoder.open(input, 0, device, 0, LOG);
        Chain chain = new Chain(encoder, device);
        Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      while (input.read(packet)) {
        Flow _ = decoder.send(packet);
        take(decoder, frame, chain);
      }
      Flow _ = decoder.send(null);
      take(decoder, frame, chain);
      return chain.finish();
    }
  }

  private static void take(Decoder decoder, Frame frame, Chain chain) {
    while (decoder.receive(frame) == Flow.OK) {
      chain.send(frame);
    }
  }

  /** Filters and an encoder, opened for the first picture. */
  private static final class Chain implements AutoCloseable {
    private static final Rational BASE = new Rational(1, 25);

    private final String name;
    private final HwDevice device;
    private final Frame scaled = Frame.create();
    private final Packet packet = Packet.create();
    private Optional<FilterGraph> filters = Optional.empty();
    private Optional<Encoder> encoder = Optional.empty();
    private int packets;

    Chain(String name, HwDevice device) {
      this.name = name;
      this.device = device;
    }

    void send(Frame frame) {
      if (filters.isEmpty()) {
        filters =
            Optional.of(
                FilterGraph.open("scale_cuda=192:112", frame, BASE, BASE.inverse(), device, LOG));
      }
      filters.get().send(frame);
      drain(filters.get());
    }

    private void drain(FilterGraph graph) {
      while (graph.receive(scaled) == Flow.OK) {
        if (encoder.isEmpty()) {
          encoder = Optional.of(Encoder.open(settings(), scaled, device, LOG));
        }
        encode(scaled);
      }
    }

    private void encode(@org.jspecify.annotations.Nullable Frame picture) {
      Flow _ = encoder.orElseThrow().send(picture);
      while (encoder.orElseThrow().receive(packet) == Flow.OK) {
        packets++;
      }
    }

    int finish() {
      filters.orElseThrow().send(null);
      drain(filters.orElseThrow());
      encode(null);
      return packets;
    }

    private Encoder.Settings settings() {
      SequencedMap<String, String> options = new LinkedHashMap<>(Map.of("preset", "p1"));
      return new Encoder.Settings(
          name, options, BASE, Optional.of(BASE.inverse()), Color.UNKNOWN, true, false);
    }

    @Override
    public void close() {
      encoder.ifPresent(Encoder::close);
      filters.ifPresent(FilterGraph::close);
      packet.close();
      scaled.close();
    }
  }

  private static Path clip() {
    return Clips.make(
        "leaks.mp4",
        "-f lavfi -i testsrc2=s=160x96:r=25:d=0.16 -c:v libx264 -preset ultrafast"
            + " -pix_fmt yuv420p");
  }
}
