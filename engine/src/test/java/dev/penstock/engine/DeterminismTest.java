package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.VideoCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The same job writes the same bytes, whatever else the machine does. */
@ExtendWith(NoLeaks.class)
class DeterminismTest {
  @TempDir Path folder;

  private static Path source() {
    return Clips.make(
        "busy.mkv",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=3 -f lavfi -i sine=d=3 -i "
            + Clips.text(
                "a.srt",
                "1\n00:00:00,500 --> 00:00:01,000\nOne\n\n2\n00:00:01,500 --> 00:00:02,000\nTwo\n"),
        "-map 0 -map 1 -map 2 -c:v mpeg4 -q:v 3 -c:a flac -c:s srt");
  }

  /** A minute of slides: encoders hold back far more seconds of picture than of sound. */
  private static Path slides() {
    return Clips.make(
        "slides.mkv",
        "-f lavfi -i testsrc2=s=160x96:r=1:d=60 -f lavfi -i sine=d=60:r=8000 -i "
            + Clips.text(
                "b.srt",
                "1\n00:00:03,500 --> 00:00:04,000\nOne\n\n2\n00:00:51,500 --> 00:00:52,000\nTwo\n"),
        "-map 0 -map 1 -map 2 -c:v mpeg4 -q:v 3 -c:a libmp3lame -b:a 32k -c:s srt");
  }

  @ParameterizedTest
  @CsvSource({
    "H264, mp4",
    "H264, mkv",
    "H264, ts",
    "H264, mov",
    "HEVC, mp4",
    "AV1, mkv",
    "AV1, mp4",
    "VP9, webm",
    "VP9, mkv",
  })
  void twice_theSameBytes(VideoCodec codec, String extension) {
    Path first = transcode(source(), codec, folder.resolve("1." + extension));
    Path second = transcode(source(), codec, folder.resolve("2." + extension));

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void toABitRate_theSameBytes(VideoCodec codec) {
    assertSameBytes(codec, job -> job.bitrate(300_000));
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void underAMaximum_theSameBytes(VideoCodec codec) {
    if (codec == VideoCodec.H264) {
      assumeTrue(
          Transcoding.has("libx264"), "this build lacks libx264, and OpenH264 has no buffer");
    }
    boolean both = codec != VideoCodec.AV1; // SVT-AV1 takes one of them only
    assertSameBytes(
        codec,
        job -> (both ? job.bitrate(300_000) : job.quality(40)).maxBitrate(350_000).buffer(200_000));
  }

  /** While other work takes the processors away now and then, which is what shows races. */
  private void assertSameBytes(VideoCodec codec, UnaryOperator<Transcoding> rate) {
    try (OtherWork _ = OtherWork.start()) {
      Path first = null;
      for (int i = 0; i < 6; i++) {
        Transcoding job = Transcoding.of(source(), folder.resolve(i + ".mkv"));
        Path file = rate.apply(job.codec(codec).quick()).run().file();
        first = first == null ? file : first;
        assertThat(file).hasSameBinaryContentAs(first);
      }
    }
  }

  /** Threads that are busy for a moment and idle for a moment, until closed. */
  private record OtherWork(List<Thread> threads) implements AutoCloseable {
    static OtherWork start() {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        threads.add(Thread.ofPlatform().daemon().start(new BusyNowAndThen(7 + 6 * i)));
      }
      return new OtherWork(threads);
    }

    @Override
    public void close() {
      threads.forEach(Thread::interrupt);
    }
  }

  private record BusyNowAndThen(int millis) implements Runnable {
    @Override
    public void run() {
      while (!Thread.currentThread().isInterrupted()) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        LockSupport.parkNanos(millis * 500_000L);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"H264, mp4", "H264, mkv", "AV1, mkv", "H264, ts"})
  void fewFrames_areStillPutInTheSameOrder(VideoCodec codec, String extension) {
    Path first = transcode(slides(), codec, folder.resolve("0." + extension));
    for (int i = 1; i < 3; i++) {
      Path again = transcode(slides(), codec, folder.resolve(i + "." + extension));
      assertThat(again).hasSameBinaryContentAs(first);
    }
  }

  @ParameterizedTest
  @CsvSource({"AV1, out.mkv", "VP9, out.mkv"})
  void fewFrames_lieBesideTheirSound(VideoCodec codec, String name) {
    Path file = transcode(slides(), codec, folder.resolve(name));

    long latest = Long.MIN_VALUE;
    for (Media.Row packet : Media.packets(file, "dts_time")) {
      long micros = packet.micros("dts_time");
      latest = Math.max(latest, micros);
      assertThat(latest - micros).isLessThan(1_500_000);
    }
  }

  private static Path transcode(Path source, VideoCodec codec, Path output) {
    return Transcoding.of(source, output).codec(codec).run().file();
  }

  @Test
  void onOneProcessor_theSameBytes() throws Exception {
    if (Files.notExists(Path.of("/usr/bin/taskset"))) {
      return;
    }
    List<String> names =
        Stream.of(
                "H264.mp4",
                "HEVC.mp4",
                "AV1.mkv",
                "VP9.webm",
                "H264.capped.mp4",
                "HEVC.capped.mp4",
                "VP9.capped.webm")
            .filter(name -> Transcoding.encodes(OneProcessor.codec(name)))
            .toList();
    Path alone = Files.createDirectory(folder.resolve("alone"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/taskset",
                "-c",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
    System.getProperties().stringPropertyNames().stream()
        .filter(name ->
            name.startsWith("org.bytedeco")
                || name.startsWith("penstock")
                || name.equals("java.library.path"))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), OneProcessor.class.getName()));
    command.add(alone.toString());
    command.addAll(names);

    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();

    for (String name : names) {
      assertThat(alone.resolve(name)).hasSameBinaryContentAs(OneProcessor.make(folder, name));
    }
  }

  /** The same jobs as a program of its own. */
  static final class OneProcessor {
    public static void main(String[] args) {
      for (int i = 1; i < args.length; i++) {
        make(Path.of(args[0]), args[i]);
      }
    }

    static VideoCodec codec(String name) {
      return VideoCodec.valueOf(name.substring(0, name.indexOf('.')));
    }

    static Path make(Path folder, String name) {
      Transcoding job = Transcoding.of(source(), folder.resolve(name)).codec(codec(name));
      return (name.contains("capped") ? job.bitrate(300_000).maxBitrate(350_000) : job)
          .run()
          .file();
    }
  }
}
