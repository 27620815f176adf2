package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.OpenHandles;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.LabUse;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong on a GPU, and whenever: every picture is in the output once, or the job is
 * refused by name. {@code -Dpenstock.faults.seeds=100} tries more, {@code
 * -Dpenstock.faults.first=17} begins with another.
 */
@Timeout(120)
class GpuFaultsAtRandomTest {
  private static final int FRAMES = 150;

  /** Longer than the lab takes to compile its kernels on a machine that is busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @TempDir Path folder;

  /** What happens, at a random call, on a random GPU. */
  private enum Trouble {
    LOST_CONTEXT("%d cuMemcpy2DAsync from %d 700", "%d cuLaunchKernel from %d 719"),
    OUT_OF_MEMORY("%d nvEncOpenEncodeSessionEx from %d 10", "%d cuMemAlloc from %d 2"),
    SESSION_LIMIT("system sessions %2$d 21"),
    GONE("%d nvEncEncodePicture from %d 5", "%d nvEncLockBitstream from %d 5", "%d lost frame %d"),
    WRONG_VERSION("%d nvEncInitializeEncoder from %d 15"),
    UNSUPPORTED_DEVICE("%d nvEncOpenEncodeSessionEx from %d 2"),
    BUSY_BEYOND_HOPE("%d nvEncEncodePicture from %d 20"),
    HANG("%d nvEncEncodePicture from %d hang", "%d nvEncLockBitstream from %d hang");

    private final List<String> lines;

    Trouble(String... lines) {
      this.lines = List.of(lines);
    }

    /** Calls that are made for each picture, and those made once for each session. */
    private static int latest(String line) {
      return line.contains("Open") || line.contains("Initialize") || line.contains("sessions")
          ? 4
          : 90;
    }

    String at(RandomGenerator random) {
      String line = lines.get(random.nextInt(lines.size()));
      return line.formatted(random.nextInt(2), 1 + random.nextInt(latest(line)));
    }
  }

  static LongStream seeds() {
    long first = Long.getLong("penstock.faults.first", 1);
    return LongStream.range(first, first + Long.getLong("penstock.faults.seeds", 8));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyPictureOnce_orARefusalByName(long seed) throws IOException {
    RandomGenerator random = new SplittableRandom(seed);
    Trouble trouble = Trouble.values()[(int) (seed % Trouble.values().length)];
    String line = trouble.at(random);
    // One that recovers, as after a reset, or that is gone for good.
    boolean forGood = trouble != Trouble.SESSION_LIMIT && random.nextBoolean();
    List<String> more = new ArrayList<>(List.of(line));
    if (forGood) {
      more.add(
          line.charAt(0) + " cuDevicePrimaryCtxRetain from " + (2 + random.nextInt(4)) + " 999");
    }
    boolean ladder = random.nextBoolean();
    String told = "seed " + seed + ": " + (ladder ? "ladder, " : "transcode, ") + more;
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), more.toArray(String[]::new));

    OpenHandles.track();
    Outcome outcome = ladder ? ladder(machine) : transcode(machine);
    List<OpenHandles.Leak> leaks = OpenHandles.untrack();

    check(outcome, ladder, told);
    if (trouble != Trouble.HANG) {
      // What hangs in a driver can be freed by nobody.
      assertThat(leaks).as(told).extracting(OpenHandles.Leak::name).isEmpty();
      LabUse left = LabUse.of(machine.fleet());
      assertThat(left.sessions()).as(told).isZero();
      if (!line.contains(" lost ")) {
        // A GPU that is lost takes nothing back.
        assertThat(left).as(told).isEqualTo(LabUse.NONE);
      }
    }
  }

  private void check(Outcome outcome, boolean ladder, String told) throws IOException {
    switch (outcome) {
      case Outcome.Done(Report report) -> {
        assertThat(report.verification().failed()).as(told).isEmpty();
        assertThat(report.tracks())
            .as(told)
            .isNotEmpty()
            .allSatisfy(track -> assertThat(track.packetsOut()).isEqualTo(FRAMES));
        for (Path file : outputs(ladder)) {
          assertThat(Pictures.numbers(file)).as(told).isEqualTo(Pictures.range(0, FRAMES - 1));
        }
        assertToldOf(report, told);
      }
      case Outcome.Failed(Failure failure) -> {
        assertThat(failure.diagnosis().line()).as(told).contains("NVIDIA L40S");
        assertThat(outputs(ladder)).as(told).isEmpty();
      }
      case Outcome.Uncuttable(String why) -> throw new AssertionError(told + ": " + why);
      case Outcome.Cancelled _ -> throw new AssertionError(told + ": cancelled");
    }
  }

  /** Another way than the best is never taken without a word. */
  private static void assertToldOf(Report report, String told) {
    if (report.plan().tier() != Tier.FULL_GPU) {
      assertThat(report.receipt().notes())
          .as(told)
          .anyMatch(note -> note.contains(" was done ") && note.contains("another way: "))
          .anyMatch(note -> note.startsWith("NVIDIA L40S (0000:") && note.contains(" failed in "));
    }
  }

  private List<Path> outputs(boolean ladder) throws IOException {
    if (!ladder) {
      return Stream.of(folder.resolve("out.mp4")).filter(Files::exists).toList();
    }
    try (Stream<Path> all = Files.walk(folder.resolve("ladder"))) {
      return all.filter(file -> file.toString().endsWith(".mp4")).toList();
    }
  }

  private Outcome ladder(LabMachine machine) {
    return Ladders.run(
        Ladders.of(source(), folder.resolve("ladder"), Set.of(Form.FILES), 144, 96),
        4,
        Optional.empty(),
        machine.gpus(),
        PATIENCE);
  }

  private Outcome transcode(LabMachine machine) {
    return Transcoding.of(source(), folder.resolve("out.mp4"))
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new Segments.Every(Duration.ofSeconds(2)))
        .lanes(3)
        .on(machine.gpus())
        .patience(PATIENCE)
        .outcome();
  }

  /** Six seconds whose pictures say their numbers, a key frame a second. */
  private static Path source() {
    return Clips.make(
        "faults.mp4",
        "-f lavfi -i " + Clips.numbered(320, 192, "25", 6) + ",format=yuv420p",
        "-c:v libx264 -preset ultrafast -bf 2 -g 25");
  }
}
