package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for leaks that no handle shows: dictionaries, side data, wrappers. Rounds of the same work
 * must not make what is allocated grow.
 */
@ExtendWith(NoLeaks.class)
class NativeMemoryTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);

  /** Ten numbers: see mallinfo(3). */
  private static final StructLayout MALLINFO2 =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));

  private static final int MAPPED = 4;
  private static final int IN_USE = 7;

  private static final int ROUNDS = 50;
  private static final int BATCHES = 20;
  private static final long MAX_GROWTH = 16_000;

  @TempDir Path folder;

  @Test
  void openingAndClosing_doesNotGrowTheProcess() throws Exception {
    Path file = Clip.usual().tagged(Map.of("title", "x")).write(folder.resolve("a.mp4"), "mp4");
    Path srt = folder.resolve("a.srt");
    Files.writeString(srt, "1\n00:00:00,500 --> 00:00:01,000\nHello\n\n");
    assertNoGrowth(() -> {
      readAndEncode(file);
      convert(srt);
    });
  }

  @Test
  void failing_doesNotGrowTheProcess() throws Exception {
    Path garbage = Files.write(folder.resolve("g.mp4"), new byte[5000]);
    try (Interrupt interrupt = Media.patient();
        Frame picture = Pictures.of(Clip.PICTURE)) {
      assertNoGrowth(() -> {
        fails(() -> Media.open(garbage, interrupt));
        fails(() -> Encoder.open(settings("no_such_option"), picture, LOG));
        fails(() -> FilterGraph.open("no_such", picture, BASE, null, LOG));
        fails(() -> Muxer.create(folder.resolve("none/a"), "mp4", LOG));
        fails(() ->
            Clip.empty()
                .video("color=size=64x48:duration=0.04,format=yuv420p", "mpeg4")
                .muxerOption("no_such", "1")
                .write(folder.resolve("b"), "mp4"));
      });
    }
  }

  /** What is called for each frame or packet. */
  @Test
  void runningLong_doesNotGrowTheProcess() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        FilterGraph graph = FilterGraph.open("", picture, BASE, null, LOG);
        Frame out = Frame.create()) {
      assertNoGrowth(() -> {
        for (int i = 0; i < 100; i++) {
          graph.send(picture);
          Flow _ = graph.receive(out);
          picture.setTimeBase(graph.timeBase());
          try (Frame shared = out.share();
              Frame _ = shared.move()) {
            shared.clear();
          }
        }
      });
    }
  }

  @Test
  void comparing_doesNotGrowTheProcess() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        Frame same = picture.share();
        Frame out = Frame.create()) {
      assertNoGrowth(() -> {
        measure("[copy]split[b][c];[reference][b]xpsnr[a];[a][c]psnr", picture, same, out);
        fails(() -> measure("[reference][copy]no_such", picture, same, out));
      });
    }
  }

  private static void measure(String text, Frame reference, Frame copy, Frame out) {
    try (MetricGraph graph = MetricGraph.open(text, reference, copy, BASE.inverse(), LOG)) {
      graph.send(reference, copy);
      graph.end();
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      out.clear();
    }
  }

  private static void fails(Runnable opening) {
    assertThatThrownBy(opening::run).isInstanceOf(AvException.class);
  }

  private static void readAndEncode(Path file) {
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Decoder decoder = Decoder.open(demuxer, 0, 1, LOG);
        Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      var _ = demuxer.info();
      demuxer.peek().orElseThrow().close();
      while (demuxer.read(packet) && packet.track() != 0) {
        packet.clear();
      }
      Flow _ = decoder.send(packet);
      Flow _ = decoder.send(null);
      assertThat(decoder.receive(frame)).isEqualTo(Flow.OK);
      try (FilterGraph graph = FilterGraph.open("hflip", frame, BASE, null, LOG);
          Encoder encoder = Encoder.open(settings("g"), frame, LOG);
          TrackParameters _ = TrackParameters.of(encoder, LOG)) {
        graph.send(frame);
        assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
        Flow _ = encoder.send(frame);
      }
    }
  }

  private static void convert(Path srt) {
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(srt, interrupt);
        SubtitleConverter converter = SubtitleConverter.open(demuxer, 0, "mov_text", LOG);
        Packet packet = Packet.create()) {
      assertThat(demuxer.read(packet)).isTrue();
      converter.convert(packet).orElseThrow().close();
    }
  }

  private static Encoder.Settings settings(String option) {
    return new Encoder.Settings(
        "mpeg4",
        new LinkedHashMap<>(Map.of(option, "12")),
        BASE,
        Optional.of(BASE.inverse()),
        Color.UNKNOWN,
        true,
        true);
  }

  /**
   * The JVM allocates and frees now and then too, in some batches much. A leak is in all of them,
   * so one of the lesser ones shows it.
   */
  private static void assertNoGrowth(Runnable round) {
    List<Long> growth = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      long before = allocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      growth.add(allocatedBytes() - before);
    }
    List<Long> settled = growth.stream().skip(BATCHES / 4).sorted().toList();
    assertThat(settled.get(settled.size() / 4))
        .as("bytes more after each batch: %s", growth)
        .isLessThan(MAX_GROWTH);
  }

  /**
   * What malloc has given out and not got back: its own pages and those mapped for large blocks.
   */
  private static long allocatedBytes() {
    Linker linker = Linker.nativeLinker();
    MethodHandle info =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(MALLINFO2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment numbers = (MemorySegment) info.invokeExact((SegmentAllocator) arena);
      return numbers.getAtIndex(ValueLayout.JAVA_LONG, IN_USE)
          + numbers.getAtIndex(ValueLayout.JAVA_LONG, MAPPED);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
