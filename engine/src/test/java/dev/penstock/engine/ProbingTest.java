package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.model.Capabilities;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.FailureException;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Metric;
import dev.penstock.model.PerTitle;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Probes;
import dev.penstock.model.Quality;
import dev.penstock.model.Report;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.LadderPlanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Measures clips of 360 lines, which have rungs of 360 and 240. */
@ExtendWith(NoLeaks.class)
class ProbingTest {
  @TempDir Path work;

  /** A box glides over gray. */
  private static Path easy() {
    return Clips.make(
        "easy.mp4",
        "-f lavfi -i color=gray:s=640x360:r=25:d=3 -f lavfi -i color=white:s=64x64:r=25:d=3",
        "-filter_complex [0][1]overlay=x=40*t:y=100 -c:v libx264 -qp 10 -preset ultrafast"
            + " -pix_fmt yuv420p");
  }

  /** Nothing in it is like what was before. */
  private static Path hard() {
    return Clips.make(
        "hard.mp4",
        "-f lavfi -i testsrc2=s=640x360:r=25:d=3 -vf noise=alls=30:allf=t -c:v libx264 -qp 10"
            + " -preset ultrafast -pix_fmt yuv420p");
  }

  /** Fast enough that small rungs have half the pictures. */
  private static Path fast() {
    return Clips.make(
        "fast.mp4",
        "-f lavfi -i testsrc2=s=640x360:r=50:d=1 -c:v libx264 -qp 10 -preset ultrafast"
            + " -pix_fmt yuv420p");
  }

  private static LadderSpec spec(Path source) {
    JobSpec.Video all = JobSpec.Video.DEFAULT;
    return new LadderSpec(
        source.toString(),
        "out",
        new LadderSpec.Rungs.PerTitle(),
        List.of(VideoCodec.H264),
        Set.of(Form.FILES),
        new JobSpec.Video(
            all.target(),
            Optional.of(Preset.P1),
            all.tune(),
            all.bitrate(),
            all.maxBitrate(),
            all.buffer(),
            all.quality(),
            all.gop(),
            all.size(),
            all.fps(),
            all.crop(),
            all.pad(),
            all.deinterlace(),
            all.rotate(),
            all.hdr(),
            all.pixelFormat(),
            all.encoderOptions()),
        List.of(),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.AUTO,
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        new JobSpec.Segments.Auto(),
        JobSpec.Hardware.AUTO,
        OptionalInt.empty(),
        /* strict= */ false);
  }

  private Optional<Probes> probe(Path source, Cancellation end, DoubleConsumer progress) {
    return probe(source, end, progress, Survey.declared());
  }

  private Optional<Probes> probe(
      Path source, Cancellation end, DoubleConsumer progress, Capabilities capabilities) {
    LadderSpec spec = spec(source);
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input input = Input.open(spec.input(), reading, end)) {
      return Probing.of(
          spec,
          input,
          capabilities,
          Optional.empty(),
          new Probing.Options(work, reading, progress, Optional.empty()),
          end);
    }
  }

  private Probes probe(Path source) {
    return probe(source, new Cancellation(), _ -> {}).orElseThrow();
  }

  private Planning.Planned plan(Path source) {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input input = Input.open(source.toString(), reading, new Cancellation())) {
      return (Planning.Planned)
          LadderPlanner.plan(
              spec(source),
              input.info(),
              Survey.declared(),
              Optional.empty(),
              Optional.of(probe(source)));
    }
  }

  private Probes onGpus(LabMachine machine) {
    return probe(hard(), new Cancellation(), _ -> {}, Survey.declared().withDevices(machine.gpus()))
        .orElseThrow();
  }

  /** Qualities, bits and scores are those of the encoder that then makes the ladder. */
  @Test
  void aGpuThatEncodesTheLadder_isMeasured(@TempDir Path folder) throws IOException {
    LabMachine machine = LabMachine.of(folder);
    Probes probes = onGpus(machine);

    assertThat(probes.gpu()).contains(new Probes.Gpu("NVIDIA L40S", Api.NVENC));
    assertThat(probes.points())
        .extracting(Probes.Point::quality)
        .containsExactly(23.0, 23.0, 29.5, 29.5, 36.0, 36.0);
    assertThat(probes.points().getFirst().score())
        .isGreaterThan(probes.points().getLast().score() + 1);
    assertThat(machine.fleet().received().values())
        .hasSize(6)
        .extracting(each -> each.get("NV_ENC_RC_PARAMS.targetQuality"))
        .containsOnly("23", "29", "36");
    assertThat(left()).isEmpty();
  }

  @Test
  void whereTheGpusFail_softwareIsMeasuredInstead_andThatIsTold(@TempDir Path folder)
      throws IOException {
    Probes probes = onGpus(LabMachine.of(folder, "* lost frame 60"));

    assertThat(probes.gpu()).isEmpty();
    assertThat(probes.points()).extracting(Probes.Point::quality).contains(21.0);
    assertThat(probes.notes())
        .singleElement()
        .asString()
        .startsWith(
            "the ladder is measured and encoded in software, as NVIDIA L40S failed while it was"
                + " measured: ");
    assertThat(left()).isEmpty();
  }

  @Test
  void whatIsNoFaultOfTheGpus_endsIt(@TempDir Path folder) throws IOException {
    LabMachine machine = LabMachine.of(folder);
    List<Double> done = new ArrayList<>();
    DoubleConsumer progress =
        part -> {
          if (done.isEmpty()) {
            removeOriginal();
          }
          done.add(part);
        };

    assertThatThrownBy(() ->
            probe(
                hard(),
                new Cancellation(),
                progress,
                Survey.declared().withDevices(machine.gpus())))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("original.nut");
    assertThat(done).hasSize(1);
    assertThat(left()).isEmpty();
  }

  private void removeOriginal() {
    try {
      Files.delete(left().getFirst().resolve("original.nut"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files.toList();
    }
  }

  @Test
  void everySizeAndQuality_isMeasured_andNothingIsLeft() throws IOException {
    List<Double> done = new ArrayList<>();
    Probes probes = probe(hard(), new Cancellation(), done::add).orElseThrow();

    assertThat(probes.points())
        .extracting(Probes.Point::lines)
        .containsExactly(360, 240, 360, 240, 360, 240);
    assertThat(probes.points())
        .extracting(Probes.Point::quality)
        .containsExactly(21.0, 21.0, 27.5, 27.5, 34.5, 34.5);
    assertThat(probes.stretches())
        .containsExactly(new Probes.Stretch(Duration.ZERO, Duration.ofSeconds(3)));
    assertThat(done).isSorted().hasSize(6).endsWith(1.0);
    assertThat(left()).isEmpty();
  }

  @Test
  void finerQuality_takesMoreBits_andMeasuresMore() {
    List<Probes.Point> large =
        probe(hard()).points().stream().filter(point -> point.lines() == 360).toList();

    assertThat(large.get(0).score()).isGreaterThan(large.get(1).score() + 1);
    assertThat(large.get(1).score()).isGreaterThan(large.get(2).score() + 1);
    assertThat(large.get(0).bitRate()).isGreaterThan(large.get(1).bitRate() * 3 / 2);
    assertThat(large.get(1).bitRate()).isGreaterThan(large.get(2).bitRate() * 3 / 2);
  }

  @Test
  void thePoints_areWhatALadderOfTheseQualitiesMeasures() {
    Probes.Point point = probe(hard()).points().getFirst();
    LadderSpec listed =
        spec(hard())
            .withRungs(
                new LadderSpec.Rungs.Listed(
                    List.of(
                        new LadderSpec.RungSpec(
                            new dev.penstock.model.SizeSpec.Lines(360),
                            Optional.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalDouble.of(21)))));
    Path rung = done(listed, work.resolve("ladder"));
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input a = Input.open(hard().toString(), reading, new Cancellation());
        Input b = Input.open(rung.toString(), reading, new Cancellation())) {
      Quality quality =
          Comparison.of(
                  a, b, Comparison.Spec.whole(Set.of(Metric.XPSNR)), _ -> {}, new Cancellation())
              .orElseThrow();
      double mean = quality.score(Metric.XPSNR).orElseThrow().combined().mean().orElseThrow();
      assertThat(point.score()).isCloseTo(mean, within(0.3));
    }
  }

  private static Path done(LadderSpec asked, Path folder) {
    LadderSpec spec =
        new LadderSpec(
            asked.input(),
            folder.toString(),
            asked.rungs(),
            asked.codecs(),
            asked.forms(),
            asked.video(),
            asked.audio(),
            asked.audioTracks(),
            asked.loudness(),
            asked.subtitles(),
            asked.gop(),
            asked.segment(),
            asked.segments(),
            asked.hardware(),
            asked.threads(),
            asked.strict());
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    Cancellation end = new Cancellation();
    try (Input input = Input.open(spec.input(), reading, end)) {
      Planning.Planned planned =
          (Planning.Planned)
              LadderPlanner.plan(spec, input.info(), Survey.declared(), Optional.empty());
      Engine.Options options =
          new Engine.Options(false, OptionalInt.of(1), Optional.empty(), _ -> {}, _ -> {});
      Report report =
          ((dev.penstock.model.Outcome.Done) Engine.execute(planned, input, options, end)).report();
      return Path.of(report.outputs().getFirst().source());
    }
  }

  @Test
  void aHardSource_getsMoreBitsAndMoreRungs_thanAnEasyOne() {
    PerTitle easy = plan(easy()).receipt().perTitle().orElseThrow();
    PerTitle hard = plan(hard()).receipt().perTitle().orElseThrow();

    assertThat(hard.rungs().size()).isGreaterThan(easy.rungs().size());
    assertThat(hard.rungs().getFirst().maxBitRate())
        .isGreaterThan(2 * easy.rungs().getFirst().maxBitRate());
    assertThat(hard.rungs().getFirst().point().bitRate())
        .isGreaterThan(2 * easy.rungs().getFirst().point().bitRate());
  }

  @Test
  void theSameSource_measuresTheSame() {
    assertThat(probe(hard()).points()).isEqualTo(probe(hard()).points());
  }

  @Test
  void halfThePictures_areMeasuredAgainstTheirOwn() {
    Probes probes = probe(fast());

    // A partner one picture off would cost far more than the smaller size does.
    assertThat(probes.points().getFirst().score()).isGreaterThan(30);
  }

  @Test
  void cancelled_leavesNothing() throws IOException {
    Cancellation end = new Cancellation();
    List<Double> done = new ArrayList<>();

    assertThat(
            probe(
                hard(),
                end,
                part -> {
                  done.add(part);
                  end.cancel();
                }))
        .isEmpty();
    assertThat(done).hasSize(1);
    assertThat(left()).isEmpty();
  }
}
