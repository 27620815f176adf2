package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is done stays where the way that is taken then encodes the same. */
@ExtendWith(NoLeaks.class)
@Timeout(180)
class DetourTest {
  private static final int FRAMES = 150;

  @TempDir Path folder;

  /** Six seconds whose pictures say their numbers, a key frame a second. */
  private static Path source() {
    return Clips.make(
        "detour.mp4",
        "-f lavfi -i " + Clips.numbered(320, 192, "25", 6) + ",format=yuv420p",
        "-c:v libx264 -preset ultrafast -bf 2 -g 25");
  }

  private Transcoding job(String output) {
    return Transcoding.of(source(), folder.resolve(output))
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new Segments.Every(Duration.ofSeconds(2)))
        .lanes(1);
  }

  private static void assertComplete(Transcoding.Done done) {
    assertThat(done.report().verification().failed()).isEmpty();
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(done.report().pieces()).map(Report.Pieces::segments).contains(3);
  }

  @Test
  void aDecoderThatFails_leavesTheSegmentsThatAreEncoded() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 cuvidDecodePicture from 80 999");
    Transcoding.Done done = job("out.mp4").on(machine.gpus().subList(0, 1)).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.GPU_ENCODE);
    assertComplete(done);
    assertThat(done.report().pieces().orElseThrow().reused()).isEqualTo(1);
    assertThat(done.notes())
        .anyMatch(note ->
            note.startsWith("the rest was done another way: CPU decode + GPU encode")
                && note.endsWith(
                    "; 1 segment that was done before stayed, as encoding is the same"));
  }

  @Test
  void theSameOnTheProcessor_leavesThemToo() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 cuvidDecodePicture from 80 999");
    Transcoding.Done done = job("out.mp4").on(List.of(decoding(machine.gpus().getFirst()))).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertComplete(done);
    assertThat(done.report().pieces().orElseThrow().reused()).isEqualTo(1);
  }

  /** As one without an encoder. */
  private static Device decoding(Device gpu) {
    return new Device(
        gpu.identity(),
        gpu.engines(),
        gpu.memory(),
        gpu.sessionLimit(),
        gpu.capabilities().stream().filter(each -> each.direction() == Direction.DECODE).toList());
  }

  @Test
  void anotherEncoder_beginsAnewAndSaysWhy() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "* nvEncEncodePicture from 80 5",
            "* cuDevicePrimaryCtxRetain from 2 999");
    Transcoding.Done done = job("out.mp4").on(machine.gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertComplete(done);
    assertThat(done.report().pieces().orElseThrow().reused()).isZero();
    assertThat(done.notes())
        .anyMatch(note ->
            note.startsWith("all of it was done again, another way: ")
                && note.endsWith(
                    "; 2 segments that were done before had to be made again, as libx264 encodes,"
                        + " and not h264_nvenc"));
  }

  /** An average bit rate of a minute is kept by segments on GPUs only. */
  @Test
  void anotherWayInOnePiece_leavesNothingOfTheSegments() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out")).resolve("out.mp4");
    Path minute =
        Clips.make(
            "detour-minute.mp4",
            "-f lavfi -i " + Clips.numbered(320, 192, "5", 62) + ",format=yuv420p",
            "-c:v libx264 -preset ultrafast -bf 2 -g 25");
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "0 cuvidDecodePicture from 130 999",
            "0 nvEncEncodePicture from 250 5");
    Transcoding.Done done =
        Transcoding.of(minute, out)
            .codec(VideoCodec.H264)
            .size(new SizeSpec.Lines(144))
            .bitrate(200_000)
            .lanes(1)
            .on(machine.gpus().subList(0, 1))
            .run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertThat(done.report().pieces()).isEmpty();
    assertThat(Pictures.numbers(out)).isEqualTo(Pictures.range(0, 309));
    assertThat(done.notes())
        .noneMatch(note -> note.contains("stayed"))
        .anyMatch(note -> note.endsWith("had to be made again, as it is cut otherwise"));
    try (Stream<Path> left = Files.list(out.getParent())) {
      assertThat(left).containsExactly(out);
    }
  }

  /** What is left of a run that was ended after it took another way is of the first way, too. */
  @Test
  void endedAfterwards_itIsGoneOnWithAllThatIsDone() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 cuvidDecodePicture from 80 999");
    job("out.mp4").on(machine.gpus().subList(0, 1)).endAfter(110);
    LabMachine repaired = LabMachine.of(folder.resolve("repaired"));
    Transcoding.Done done = job("out.mp4").on(repaired.gpus().subList(0, 1)).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(done);
    assertThat(done.report().pieces().orElseThrow().reused()).isBetween(2, 3);
  }
}
