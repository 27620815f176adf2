package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Crop;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class JobOptionsTest {
  private static PlanCommand parsed(String... words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine line = Penstock.commandLine(Terminal.plain(nowhere, nowhere), new Cancellation());
    return (PlanCommand) line.parseArgs(words).subcommand().commandSpec().userObject();
  }

  @Test
  void spec_asksForNothingByDefault() {
    assertThat(parsed("plan", "in.mkv", "out.mp4").job.spec())
        .isEqualTo(
            new JobSpec(
                "in.mkv",
                "out.mp4",
                JobSpec.Video.DEFAULT,
                JobSpec.Audio.DEFAULT,
                JobSpec.Subtitles.AUTO,
                JobSpec.Trim.ALL,
                new JobSpec.Segments.Auto(),
                JobSpec.Hardware.AUTO,
                OptionalInt.empty(),
                false));
  }

  @Test
  void spec_holdsEveryOption() {
    JobSpec spec =
        parsed(
                """
                plan - out.mp4 --codec hevc --preset p6 --tune low-latency --bitrate 5M
                --max-bitrate=8M --buffer 10M --quality 22.5 --gop 2s --size 720p --fps 29.97 --crop 1920x800+0+140 --pad 16:9
                --deinterlace on --rotate off --hdr sdr --pixel-format yuv420p10le
                --encoder-option aq-mode=3 --encoder-option aq-mode=2 --encoder-option tune=grain
                --audio opus:96k --audio-tracks 1,3 --loudness -23 --subtitles none
                --start 90 --duration 00:00:20 --segments 30s --hardware off --threads 4 --strict\
                """
                    .split("\\s+"))
            .job
            .spec();
    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                "-",
                "out.mp4",
                new JobSpec.Video(
                    Optional.of(new JobSpec.VideoTarget.Encode(VideoCodec.HEVC)),
                    Optional.of(Preset.P6),
                    Optional.of(Tuning.LOW_LATENCY),
                    OptionalLong.of(5_000_000),
                    OptionalLong.of(8_000_000),
                    OptionalLong.of(10_000_000),
                    OptionalDouble.of(22.5),
                    Optional.of(new Gop.Time(Duration.ofSeconds(2))),
                    Optional.of(new SizeSpec.Lines(720)),
                    Optional.of(new Rational(30000, 1001)),
                    Optional.of(new Crop(1920, 800, 0, 140)),
                    Optional.of(new PadSpec.Aspect(new Rational(16, 9))),
                    JobSpec.Deinterlace.ON,
                    JobSpec.Rotate.OFF,
                    Optional.of(JobSpec.Hdr.SDR),
                    Optional.of("yuv420p10le"),
                    Map.of("aq-mode", "2", "tune", "grain")),
                new JobSpec.Audio(
                    Optional.of(
                        new JobSpec.AudioTarget.Encode(AudioCodec.OPUS, OptionalLong.of(96_000))),
                    List.of(1, 3),
                    OptionalDouble.of(-23)),
                JobSpec.Subtitles.NONE,
                new JobSpec.Trim(
                    Optional.of(Duration.ofSeconds(90)), Optional.of(Duration.ofSeconds(20))),
                new JobSpec.Segments.Every(Duration.ofSeconds(30)),
                JobSpec.Hardware.OFF,
                OptionalInt.of(4),
                true));
  }

  @Test
  void options_mayPrecedeTheFiles() {
    JobSpec spec = parsed("plan", "--size", "50%", "in.mkv", "out.mp4").job.spec();
    assertThat(spec.input()).isEqualTo("in.mkv");
    assertThat(spec.video().size()).contains(new SizeSpec.Percent(50));
  }

  @Test
  void size_ofTheModelIsNotThePadSize() {
    assertThat(parsed("plan", "a", "b", "--pad", "1280x720").job.spec().video().pad())
        .contains(new PadSpec.To(new Size(1280, 720)));
  }

  @Test
  void timeout_is30SecondsUnlessGiven() {
    assertThat(parsed("plan", "a", "b").open.timeout).isEqualTo(Duration.ofSeconds(30));
    assertThat(parsed("plan", "a", "b", "--timeout", "2m").open.timeout)
        .isEqualTo(Duration.ofMinutes(2));
  }
}
