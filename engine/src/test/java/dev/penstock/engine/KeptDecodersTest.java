package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
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
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GPU's decoder, which takes long to open, serves one segment after the other. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class KeptDecodersTest {
  private static final String SECONDS = "8";
  private static final int FRAMES = 200;
  private static final LogScope LOG = LogScope.silent();

  @TempDir Path folder;

  /** Eight seconds, a key frame a second. */
  private static Path source(String encoder, String options, String end) {
    return Clips.make(
        "kept-" + encoder + options.replaceAll("\\W", "") + end,
        "-f lavfi -i testsrc2=s=320x192:r=25:d="
            + SECONDS
            + ",format=yuv420p -c:v "
            + encoder
            + " -preset ultrafast -g 25 "
            + options);
  }

  private Report run(Path source, LabMachine machine, int lanes, String output) {
    return Transcoding.of(source, folder.resolve(output))
        .size(new SizeSpec.Lines(144))
        .segments(new Segments.Every(Duration.ofSeconds(1)))
        .lanes(lanes)
        .on(machine.gpus())
        .run()
        .report();
  }

  /** Where packets do not say when they are shown, what is held back must not come later. */
  @ParameterizedTest
  @CsvSource({
    "-bf 3, .avi",
    "-bf 0, .avi",
    "-bf 3, .mp4",
    "-bf 0, .mp4",
    "-bf 3, .mkv",
    "-bf 0, .mkv"
  })
  void pictures_haveTheTimesThatTheyHaveInSoftware(String options, String end) {
    Path source = source("libx264", options, end);
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    try (Interrupt interrupt = Interrupt.of(() -> false, Duration.ofSeconds(30));
        HwDevice gpu = HwDevice.cuda(machine.gpus().getFirst().identity().key(), LOG)) {
      List<Long> wanted = times(source, interrupt, input -> Decoder.open(input, 0, 1, LOG));
      List<Long> found = times(source, interrupt, input -> Decoder.open(input, 0, gpu, 0, LOG));

      assertThat(wanted).hasSize(FRAMES);
      assertThat(found).isEqualTo(wanted);
    }
  }

  private static List<Long> times(
      Path source, Interrupt interrupt, Function<Demuxer, Decoder> open) {
    List<Long> times = new ArrayList<>();
    try (Demuxer input = Demuxer.open(Location.of(source.toString()), interrupt, LOG);
        Decoder decoder = open.apply(input);
        Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      boolean more = true;
      while (more) {
        more = input.read(packet);
        Flow _ = decoder.send(more ? packet : null);
        while (decoder.receive(frame) == Flow.OK) {
          times.add(frame.bestEffortPts());
        }
      }
    }
    return times;
  }

  @ParameterizedTest
  @CsvSource({"libx264, -bf 3, .mp4", "libx264, -bf 0, .mp4", "libx264, -bf 3, .ts"})
  void oneForAllSegmentsOfALane(String encoder, String options, String end) {
    Path source = source(encoder, options, end);
    LabMachine strict = LabMachine.of(folder.resolve("strict"), "* cuvidCreateDecoder from 2 999");

    Report report = run(source, strict, 1, "one.mp4");
    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(report.warnings()).isEmpty();
    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(FRAMES);

    LabMachine other = LabMachine.of(folder.resolve("other"));
    Report _ = run(source, other, 4, "four.mp4");
    assertThat(folder.resolve("one.mp4")).hasSameBinaryContentAs(folder.resolve("four.mp4"));
  }
}
