package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class LogTest {
  private static final String LONG =
      "testsrc2=size=160x120:rate=25:duration=4,noise=alls=20,format=yuv420p";

  @TempDir Path folder;

  /** A decoder with four frame threads logs from copies of its context. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void damagedStream_logsToTheDecodersScopeOnly(int threads) throws Exception {
    Path file = damaged("mpeg4");
    ConcurrentLinkedQueue<String> own = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> demuxers = new ConcurrentLinkedQueue<>();
    String terminal = Stderr.during(folder, () -> decode(file, threads, demuxers, own));
    assertThat(own).isNotEmpty().allMatch(line -> line.startsWith("[mpeg4] "));
    assertThat(terminal).isEmpty();
  }

  /** How many lines there are differs from run to run: libav's frame threads race over damage. */
  @Test
  void frameThreads_loseNoLine() throws Exception {
    Path file = damaged("mpeg4");
    long unrouted = LogRouter.unrouted();
    assertThat(decode(file, 4)).hasSizeGreaterThan(100);
    assertThat(LogRouter.unrouted()).isEqualTo(unrouted);
  }

  @Test
  void decodersSideBySide_eachGetTheirOwnLines() throws Exception {
    Path first = damaged("mpeg4");
    Path second = damaged("mpeg2video");
    ConcurrentLinkedQueue<String> firstLines = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> secondLines = new ConcurrentLinkedQueue<>();
    Thread one = Thread.ofPlatform().start(() -> decodeOften(first, firstLines));
    Thread two = Thread.ofPlatform().start(() -> decodeOften(second, secondLines));
    one.join();
    two.join();
    assertThat(firstLines).isNotEmpty().allMatch(line -> line.startsWith("[mpeg4] "));
    assertThat(secondLines).isNotEmpty().allMatch(line -> line.startsWith("[mpeg2video] "));
  }

  private static void decodeOften(Path file, ConcurrentLinkedQueue<String> lines) {
    for (int i = 0; i < 5; i++) {
      decode(file, 4, new ConcurrentLinkedQueue<>(), lines);
    }
  }

  @Test
  void encodersSideBySide_eachGetTheirOwnLines() throws Exception {
    List<String> encoders = List.of("mpeg4", "mpeg2video", "ffv1", "mjpeg");
    Map<String, ConcurrentLinkedQueue<String>> lines = new LinkedHashMap<>();
    List<Thread> threads =
        encoders.stream()
            .map(encoder -> {
              var own = new ConcurrentLinkedQueue<String>();
              lines.put(encoder, own);
              return Thread.ofPlatform().start(() -> openBadly(encoder, own));
            })
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    lines.forEach((encoder, own) ->
        assertThat(own)
            .as(encoder)
            .isNotEmpty()
            .allMatch(line -> line.startsWith("[" + encoder + "] ")));
  }

  /** An alpha channel none of them takes, and a size of zero. */
  private static void openBadly(String encoder, ConcurrentLinkedQueue<String> lines) {
    for (int i = 0; i < 20; i++) {
      try (Frame picture = Pictures.of("color=size=64x48,format=gbrapf32le");
          Encoder _ = Encoder.open(settings(encoder), picture, LogScope.to(lines::add))) {
        lines.add("opened");
      } catch (AvException expected) {
        // It logged why.
      }
    }
  }

  @Test
  void throwingSink_doesNoHarm() throws Exception {
    Path file = damaged("mpeg4");
    AtomicInteger lines = new AtomicInteger();
    LogScope broken =
        LogScope.to(line -> {
          lines.incrementAndGet();
          throw new IllegalStateException("broken sink");
        });
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt, broken);
        Decoder decoder = Decoder.open(demuxer, 0, 4, broken)) {
      assertThat(Media.decode(demuxer, decoder, 0)).isGreaterThan(50);
    }
    assertThat(lines).hasPositiveValue();
  }

  @Test
  void throwingSink_doesNotHideARefusal() throws Exception {
    Path playlist =
        Files.writeString(
            folder.resolve("a.m3u8"),
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n../x.ts\n#EXT-X-ENDLIST\n");
    LogScope broken =
        LogScope.to(line -> {
          throw new IllegalStateException("broken sink");
        });
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(playlist, interrupt, broken)) {
      assertThat(Media.rest(demuxer)).isEmpty();
    } catch (AvException refused) {
      assertThat(refused).hasMessageContaining("a.m3u8");
    }
  }

  @Test
  void filterLines_goToTheGraph() {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    LogScope log = LogScope.to(lines::add);
    try (Frame picture = Pictures.of(Clip.PICTURE);
        FilterGraph graph = FilterGraph.open("showinfo", picture, new Rational(1, 25), null, log);
        Frame out = Frame.create()) {
      lines.clear();
      graph.send(picture);
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
    }
    assertThat(lines).anyMatch(line -> line.contains("showinfo") && line.contains("n:   0"));
  }

  @Test
  void nestedBindings_areUndoneInTurn() {
    ConcurrentLinkedQueue<String> outer = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> inner = new ConcurrentLinkedQueue<>();
    Logger logger = new Logger();
    try (var _ = LogScope.to(outer::add).bind()) {
      logger.log(LogRouter.ERROR, "one");
      try (var _ = LogScope.to(inner::add).bind()) {
        logger.log(LogRouter.ERROR, "two");
      }
      logger.log(LogRouter.ERROR, "three");
    }
    assertThat(outer).containsExactly("one", "three");
    assertThat(inner).containsExactly("two");
  }

  @Test
  void lastLine_isTheLastError_elseTheLastWarning_neverInformation() {
    Logger logger = new Logger();
    LogScope log = LogScope.silent();
    try (var _ = log.bind()) {
      assertThat(log.lastLine()).isEmpty();
      logger.log(LogRouter.INFO, "info");
      assertThat(log.lastLine()).isEmpty();
      logger.log(LogRouter.WARNING, "warning");
      assertThat(log.lastLine()).isEqualTo("warning");
      logger.log(LogRouter.ERROR, "error");
      logger.log(LogRouter.WARNING, "second warning");
      assertThat(log.lastLine()).isEqualTo("error");
      logger.log(LogRouter.ERROR, "Task failed: Invalid argument");
      assertThat(log.lastLine("Invalid argument")).isEqualTo("error");
      assertThat(log.lastLine("I/O error")).isEqualTo("Task failed: Invalid argument");
    }
  }

  @Test
  void longLine_isCut() {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    try (var _ = LogScope.to(lines::add).bind()) {
      new Logger().log(LogRouter.ERROR, "x".repeat(10_000));
    }
    assertThat(lines).singleElement().satisfies(line -> assertThat(line).hasSize(1023));
  }

  /** As libavutil/cuda_check.h logs. */
  @Test
  void lineInPieces_isOne() {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    Logger logger = new Logger();
    LogScope log = LogScope.to(lines::add);
    try (var _ = log.bind()) {
      logger.log(LogRouter.ERROR, "cuInit(0) failed");
      logger.log(LogRouter.ERROR, " -> CUDA_ERROR_UNKNOWN: unknown error");
      logger.log(LogRouter.ERROR, "\n");
      assertThat(log.deviceError())
          .isEqualTo("cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error");
      logger.log(LogRouter.ERROR, "one without an end");
      logger.log(LogRouter.WARNING, "another");
    }
    assertThat(lines)
        .containsExactly(
            "cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error",
            "one without an end",
            "another");
  }

  @Test
  void blankLine_isNone() {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    try (var _ = LogScope.to(lines::add).bind()) {
      new Logger().log(LogRouter.ERROR, " \n");
    }
    assertThat(lines).isEmpty();
  }

  @Test
  void debugLines_allocateNothing() {
    Logger logger = new Logger();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int calls = 200_000;
    logger.log(LogRouter.INFO + 16, "x", calls);
    long before = threads.getCurrentThreadAllocatedBytes();
    logger.log(LogRouter.INFO + 16, "x", calls);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).isLessThan(calls);
  }

  @Test
  void decimalPoints_whateverTheLocale() {
    try (FilterGraph graph =
            FilterGraph.source("sine=duration=1,astats=metadata=1", false, LogScope.silent());
        Frame frame = Frame.create()) {
      assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
      assertThat(frame.number("lavfi.astats.1.Max_level").orElseThrow()).isNotZero();
    }
  }

  private static List<String> decode(Path file, int threads) {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    decode(file, threads, new ConcurrentLinkedQueue<>(), lines);
    return List.copyOf(lines);
  }

  private static void decode(
      Path file,
      int threads,
      ConcurrentLinkedQueue<String> demuxers,
      ConcurrentLinkedQueue<String> decoders) {
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt, LogScope.to(demuxers::add));
        Decoder decoder = Decoder.open(demuxer, 0, threads, LogScope.to(decoders::add))) {
      assertThat(Media.decode(demuxer, decoder, 0)).isGreaterThan(50);
    }
  }

  /** A file with some bytes of its pictures changed; the container around them is whole. */
  private Path damaged(String encoder) throws IOException {
    Path file =
        Clip.empty()
            .video(LONG, encoder, "b", "1M", "g", "12")
            .write(folder.resolve(encoder + ".nut"), "nut");
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int at = bytes.length / 10; at < bytes.length * 9 / 10; at += 900 + random.nextInt(900)) {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return Files.write(file, bytes);
  }

  private static Encoder.Settings settings(String encoder) {
    return new Encoder.Settings(
        encoder,
        new LinkedHashMap<>(),
        new Rational(1, 25),
        Optional.empty(),
        Color.UNKNOWN,
        false,
        false);
  }

  /** Calls {@code av_log} as libav does. */
  private static final class Logger {
    private final MethodHandle avLog;

    Logger() {
      Natives.load();
      avLog =
          Linker.nativeLinker()
              .downcallHandle(
                  SymbolLookup.loaderLookup().findOrThrow("av_log"),
                  FunctionDescriptor.ofVoid(
                      ValueLayout.JAVA_LONG,
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_LONG,
                      ValueLayout.JAVA_LONG),
                  Linker.Option.firstVariadicArg(3));
    }

    void log(int level, String text) {
      log(level, text, 1);
    }

    void log(int level, String text, int times) {
      try (Arena arena = Arena.ofConfined()) {
        long format = arena.allocateFrom("%s").address();
        long argument = arena.allocateFrom(text).address();
        for (int i = 0; i < times; i++) {
          avLog.invokeExact(0L, level, format, argument);
        }
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
