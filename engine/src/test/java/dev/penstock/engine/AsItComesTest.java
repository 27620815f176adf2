package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Progress;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not cut is written while a GPU encodes it. */
@ExtendWith(NoLeaks.class)
@Timeout(180)
class AsItComesTest {
  private static final int FRAMES = 200;

  @TempDir Path folder;

  /** Eight seconds whose pictures say their numbers, a key frame a second. */
  private static Path source() {
    return Clips.make(
        "as-it-comes.mp4",
        "-f lavfi -i " + Clips.numbered(320, 192, "25", 8) + " -f lavfi -i " + Clips.beeping(8),
        "-pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 2 -g 25 -c:a aac");
  }

  private Path out(String name) throws IOException {
    return Files.createDirectories(folder.resolve("out")).resolve(name);
  }

  private static Transcoding job(Path out) {
    return Transcoding.of(source(), out)
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .quality(1)
        .segments(new Segments.Off());
  }

  private static List<Path> files(Path in) throws IOException {
    try (Stream<Path> all = Files.list(in)) {
      return all.toList();
    }
  }

  @Test
  void theFileGrows_whileItIsEncoded() throws IOException {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "* encoder 2");
    Path out = out("out.ts");
    AtomicLong most = new AtomicLong();
    Transcoding.Done done =
        job(out)
            .on(machine.gpus())
            .progress(progress -> look(out.getParent(), progress, most))
            .run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(most).as("bytes before all was encoded").hasPositiveValue();
    assertThat(Pictures.numbers(out)).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(files(out.getParent())).containsExactly(out);
  }

  /** Of what is beside the output while not all of it is encoded. */
  private static void look(Path in, Progress progress, AtomicLong most) {
    if (progress.frames() >= FRAMES) {
      return;
    }
    try {
      for (Path file : files(in)) {
        assertThat(file).isRegularFile();
        most.accumulateAndGet(Files.size(file), Math::max);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void afterAFault_theFileIsBegunAgainElsewhere(String name) throws IOException {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "0 nvEncEncodePicture from 90 5",
            "0 cuDevicePrimaryCtxRetain from 3 999");
    Path out = out(name);
    Transcoding.Done done = job(out).on(machine.gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(done.report().warnings())
        .anyMatch(line -> line.contains("NVIDIA L40S (0000:21:00.0) failed in whole"));
    assertThat(done.report().verification().failed()).isEmpty();
    assertThat(Pictures.numbers(out)).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(files(out.getParent())).containsExactly(out);
  }

  @Test
  void withoutAGpuLeft_itIsDoneOnTheProcessor() throws IOException {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "* nvEncEncodePicture from 30 5",
            "* cuDevicePrimaryCtxRetain from 2 999");
    Path out = out("out.mp4");
    Transcoding.Done done = job(out).on(machine.gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertThat(done.notes())
        .anyMatch(note -> note.startsWith("all of it was done again, another way: "));
    assertThat(Pictures.numbers(out)).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(files(out.getParent())).containsExactly(out);
  }

  @Test
  void ended_nothingIsLeft() throws IOException {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "* encoder 2");
    Path out = out("out.mkv");
    job(out).on(machine.gpus()).endAfter(40);

    assertThat(files(out.getParent())).isEmpty();
  }
}
