package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for leaks that no handle shows: dictionaries, side data, wrappers. Rounds of the same work
 * must not make the process grow.
 */
@ExtendWith(NoLeaks.class)
class NativeMemoryTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);
  private static final long PAGE = 4096;

  /** A leak of 6 KiB in each of 500 rounds would be seen. */
  private static final long MAX_GROWTH = 3L << 20;

  private static final int ROUNDS = 500;
  private static final int ATTEMPTS = 3;

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
  void runningLong_doesNotGrowTheProcess() throws Exception {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        FilterGraph graph = FilterGraph.open("", picture, BASE, null, LOG);
        Frame out = Frame.create()) {
      assertNoGrowth(() -> {
        for (int i = 0; i < 200; i++) {
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

  /** The JVM grows now and then too: a leak shows in every attempt, that in one. */
  private static void assertNoGrowth(Runnable round) throws Exception {
    for (int i = 0; i < ROUNDS / 2; i++) {
      round.run();
    }
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && least > MAX_GROWTH; attempt++) {
      long before = residentBytes();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      least = Math.min(least, residentBytes() - before);
    }
    assertThat(least).as("bytes more after %d rounds", ROUNDS).isLessThan(MAX_GROWTH);
  }

  private static long residentBytes() throws IOException {
    System.gc();
    giveBackFreeMemory();
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * PAGE;
  }

  /** glibc keeps freed memory for itself until asked. */
  private static void giveBackFreeMemory() {
    Linker linker = Linker.nativeLinker();
    MethodHandle trim =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("malloc_trim"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    try {
      int _ = (int) trim.invokeExact(0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
