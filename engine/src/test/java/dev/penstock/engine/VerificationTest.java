package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Report;
import dev.penstock.model.Verification;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Level;
import dev.penstock.planner.Planner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs of a clip of 3 s with numbered pictures and beeps, damaged before they are looked at. */
@ExtendWith(NoLeaks.class)
class VerificationTest {
  private static final int FRAMES = 75;

  @TempDir Path folder;

  private static Path clip() {
    return Clips.beacon("beacon.mp4", 3);
  }

  /** What happens to a file between writing and looking. */
  private interface Damage {
    void to(Path file) throws IOException;
  }

  private Outcome run(String name, Level level, Damage damage) {
    Transcoding job = Transcoding.of(clip(), folder.resolve(name)).quick();
    return run(job.spec(), level, damage);
  }

  static Outcome run(JobSpec spec, Level level, Damage damage) {
    Cancellation never = new Cancellation();
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input input = Input.open(spec.input(), reading, never)) {
      var planned =
          (dev.penstock.model.Planning.Planned)
              Planner.plan(spec, input.infoFor(spec), Survey.declared(), input.indexFor(spec));
      return Engine.execute(
          planned,
          input,
          new Engine.Options(false, OptionalInt.empty(), Optional.empty(), level, _ -> {}, _ -> {}),
          never,
          path -> {
            try {
              damage.to(path);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static Failure.WrongOutput wrong(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(Failure.WrongOutput wrong) -> wrong;
      case Outcome.Failed(Failure other) -> throw new AssertionError(other.diagnosis().line());
      case Outcome.Done(Report report) ->
          throw new AssertionError("done: " + report.verification());
      case Outcome.Uncuttable _, Outcome.Cancelled _ -> throw new AssertionError(outcome);
    };
  }

  private static List<String> failed(Outcome outcome) {
    return wrong(outcome).report().verification().failed().stream().map(Check::name).toList();
  }

  /** Makes the file anew with the oracle, which copies what it is not told to change. */
  private static Damage remade(String... how) {
    return file -> {
      String name = file.getFileName().toString();
      String end = name.contains(".mkv") ? ".mkv" : name.contains(".ts") ? ".ts" : ".mp4";
      Path other = file.resolveSibling("remade" + end);
      List<String> command = new ArrayList<>(List.of("-i", file.toString()));
      command.addAll(Stream.of(how).flatMap(words -> Stream.of(words.split(" "))).toList());
      command.addAll(List.of("-y", other.toString()));
      Oracle.ffmpeg(command);
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    };
  }

  private static Damage cut(double part) {
    return file -> {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate((long) (channel.size() * part));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts", "out.mov"})
  void aTrueOutput_passes(String name) {
    Outcome outcome = run(name, Level.STRUCTURE, _ -> {});

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    Verification verification = ((Outcome.Done) outcome).report().verification();
    assertThat(verification.failed()).isEmpty();
    assertThat(verification.checks())
        .extracting(Check::name)
        .contains("packets", "times", "key frames", "pictures", "sound against pictures");
    assertThat(verification.notChecked()).isEmpty();
    assertThat(folder.resolve(name)).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void aLostPicture_isFound_andTheFileKept(String name) throws IOException {
    // The last packet of a B-frame's kind: nothing else changes.
    Outcome outcome =
        run(name, Level.STRUCTURE, remade("-map 0 -c copy -copyts -bsf:v noise=drop='eq(n\\,40)'"));

    Failure.WrongOutput wrong = wrong(outcome);
    assertThat(wrong.diagnosis().likelyCause())
        .contains(
            "packets of track 0 of the plan: " + (FRAMES - 1) + " packets; they differ from 1.")
        .contains("(expected: " + FRAMES + ", as were written)");
    Path kept = folder.resolve(name.replace("out.", "out.failed-verification."));
    assertThat(wrong.diagnosis().nextStep()).contains(kept.toString());
    assertThat(kept).exists();
    assertThat(folder.resolve(name)).doesNotExist();
    assertThat(Files.list(folder)).containsExactly(kept);
  }

  @Test
  void keptFiles_doNotReplaceEachOther() {
    Outcome _ = run("out.mp4", Level.STRUCTURE, cut(0.6));
    Outcome _ = run("out.mp4", Level.STRUCTURE, cut(0.6));

    assertThat(folder.resolve("out.failed-verification.mp4")).exists();
    assertThat(folder.resolve("out.failed-verification-2.mp4")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void soundThatIsShifted_isFound(String name) {
    Damage shifted =
        file -> {
          Path other = file.resolveSibling("shifted" + name.substring(3));
          Oracle.ffmpeg(
              List.of(
                  "-i",
                  file.toString(),
                  "-itsoffset",
                  "0.08",
                  "-i",
                  file.toString(),
                  "-map",
                  "0:v",
                  "-map",
                  "1:a",
                  "-c",
                  "copy",
                  "-y",
                  other.toString()));
          Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        };

    assertThat(failed(run(name, Level.STRUCTURE, shifted))).contains("sound against pictures");
  }

  @ParameterizedTest
  @CsvSource({"out.mp4, 0.5", "out.mkv, 0.5", "out.ts, 0.5", "out.mp4, 0.99", "out.mkv, 0.9"})
  void aFileThatIsCutOff_isFound(String name, double part) {
    assertThat(failed(run(name, Level.STRUCTURE, cut(part)))).isNotEmpty();
  }

  @Test
  void aFileThatIsNone_isFound() {
    assertThat(failed(run("out.mp4", Level.STRUCTURE, cut(0.01)))).containsExactly("container");
  }

  @Test
  void aTrackThatIsMissing_isFound() {
    assertThat(failed(run("out.mp4", Level.STRUCTURE, remade("-map 0:v -c copy"))))
        .contains("tracks");
  }

  @Test
  void timesThatAreMoved_areFound() {
    assertThat(
            failed(
                run(
                    "out.mkv",
                    Level.STRUCTURE,
                    remade("-map 0 -c copy -bsf:v setts=ts=if(eq(N\\,30)\\,TS+7\\,TS)"))))
        .contains("times");
  }

  @Test
  void pictureThatAreEncodedAgain_withOtherKeyFrames_areFound() {
    Transcoding job =
        Transcoding.of(clip(), folder.resolve("out.mp4"))
            .quick()
            .gop(new dev.penstock.model.Gop.Frames(25));
    Damage damage =
        remade("-map 0 -c:a copy -fps_mode passthrough -c:v libx264 -preset ultrafast -g 250");

    assertThat(failed(run(job.spec(), Level.STRUCTURE, damage))).contains("key frames");
  }

  /** Coloured pictures that move, without reordering, so that encoding them again moves no time. */
  private JobSpec colourful(String name) {
    Path clip =
        Clips.make(
            "colours.mp4",
            "-f lavfi -i testsrc2=s=320x180:r=25:d=4 -f lavfi -i sine=d=4",
            "-c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac");
    return Transcoding.of(clip, folder.resolve(name))
        .with("libx264")
        .codec(dev.penstock.model.VideoCodec.H264)
        .quick()
        .spec();
  }

  private static Damage filtered(String filter) {
    return remade(
        "-map 0 -c:a copy -fps_mode passthrough -c:v libx264 -preset ultrafast -g 250"
            + " -pix_fmt yuv420p -vf "
            + filter);
  }

  @Test
  void aTrueOutput_passesWhenDecoded() {
    Outcome outcome = run(colourful("out.mp4"), Level.DECODE, _ -> {});

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    Verification verification = ((Outcome.Done) outcome).report().verification();
    assertThat(verification.checks())
        .filteredOn(check -> check.name().equals("pictures against the source"))
        .singleElement()
        .extracting(check -> check.result().toString())
        .asString()
        .contains("100 pictures compared, SSIM 0.9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "drawbox=t=fill:c=black:enable='between(t\\,1\\,2)' ; of one colour",
        "drawbox=t=fill:c=green:enable='gt(t\\,3)' ; of one colour",
        "loop=loop=40:size=1:start=30,trim=end_frame=100 ; frozen",
        "swapuv ; of plane u",
        "shuffleframes=3|1|2|0 ; the order of the source",
        "reverse ; expected",
        "vflip ; expected"
      })
  void wrongPictures_areFound(String filter, String words) {
    Failure.WrongOutput wrong = wrong(run(colourful("out.mp4"), Level.DECODE, filtered(filter)));

    assertThat(wrong.diagnosis().likelyCause())
        .contains("pictures against the source of track 0 of the plan")
        .contains(words);
  }

  @Test
  void garbageInAFrame_isFound() {
    Damage garbage =
        file -> {
          byte[] bytes = Files.readAllBytes(file);
          for (int i = bytes.length / 2; i < bytes.length / 2 + 3000; i++) {
            bytes[i] ^= 0x5a;
          }
          Files.write(file, bytes);
        };

    assertThat(failed(run(colourful("out.mkv"), Level.DECODE, garbage))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"--crop, crop", "--fps, fps", "--start, --start"})
  void whatCannotBeCompared_isSaid(String option, String why) {
    Transcoding job = Transcoding.of(clip(), folder.resolve("out.mp4")).quick();
    switch (option) {
      case "--crop" -> job.crop(96, 64, 8, 8);
      case "--fps" -> job.fps("10");
      default -> job.start(1000);
    }

    Outcome outcome = run(job.spec(), Level.DECODE, _ -> {});

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).report().verification().notChecked())
        .filteredOn(check -> check.name().equals("pictures against the source"))
        .singleElement()
        .extracting(check -> check.result().toString())
        .asString()
        .contains(why);
  }

  private static Verification verification(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Report report) -> report.verification();
      case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.diagnosis().line());
      case Outcome.Uncuttable _, Outcome.Cancelled _ -> throw new AssertionError(outcome);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "H264, x264-params, keyint=600:scenecut=0, keyint in x264-params",
    "H264, x264-params, scenecut=0:keyint=infinite, keyint in x264-params",
    "H264, intra-refresh, 1, intra-refresh",
    "HEVC, x265-params, keyint=600:scenecut=0, keyint in x265-params"
  })
  void keyFramesThatTheEncoderWasToldAbout_areNotChecked(
      dev.penstock.model.VideoCodec codec, String option, String value, String words) {
    Path clip = Clips.make("still.mp4", "-f lavfi -i color=gray:s=64x64:r=25:d=12 -c:v mpeg4");
    Transcoding job =
        Transcoding.of(clip, folder.resolve("out.mp4"))
            .codec(codec)
            .quick()
            .encoderOption(option, value);

    assertThat(verification(run(job.spec(), Level.STRUCTURE, _ -> {})).notChecked())
        .filteredOn(check -> check.name().equals("key frames"))
        .singleElement()
        .extracting(check -> check.result().toString())
        .asString()
        .contains("told about key frames by " + words);
  }

  @Test
  void chaptersThatEndAfterThePictures_areNotTakenForAWrongDuration() {
    Path chapters =
        Clips.text(
            "long.txt",
            """
            ;FFMETADATA1
            [CHAPTER]
            TIMEBASE=1/1000
            START=0
            END=1000
            title=One
            [CHAPTER]
            TIMEBASE=1/1000
            START=1000
            END=3000
            title=Two
            """);
    Path clip =
        Clips.make(
            "long.mkv",
            "-f lavfi -i testsrc2=s=64x64:r=25:d=1.2 -f lavfi -i " + Clips.beeping(3),
            "-i " + chapters + " -map 0 -map 1 -map_chapters 2 -c:v mpeg4 -c:a aac");
    Transcoding job =
        Transcoding.of(clip, folder.resolve("out.mp4"))
            .quick()
            .audio(new JobSpec.AudioTarget.None());

    assertThat(verification(run(job.spec(), Level.STRUCTURE, _ -> {})).failed()).isEmpty();
  }

  @Test
  void whatTheSourceIsNotThereFor_isNotChecked() throws IOException {
    Path source = Files.copy(clip(), folder.resolve("source.mp4"));
    Transcoding job = Transcoding.of(source, folder.resolve("out.mp4")).quick();

    Verification verification =
        verification(run(job.spec(), Level.DECODE, _ -> Files.delete(source)));

    assertThat(verification.notChecked())
        .filteredOn(check -> check.name().equals("order of the pictures"))
        .singleElement()
        .extracting(check -> check.result().toString())
        .asString()
        .contains("the source cannot be read again: ");
  }

  @Test
  void theLowestQuality_isNotTakenForWrong() {
    Transcoding job =
        Transcoding.of(Path.of(colourful("x.mp4").input()), folder.resolve("out.mp4"))
            .codec(dev.penstock.model.VideoCodec.H264)
            .quick()
            .quality(51);

    assertThat(run(job.spec(), Level.DECODE, _ -> {})).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void nothingIsLookedAt_whenNotAskedFor() {
    Outcome outcome = run("out.mkv", Level.NONE, cut(0.9));

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).report().verification().checks()).isEmpty();
  }

  @Test
  void anExistingOutput_isNotReplacedByAWrongOne() throws IOException {
    Path out = Files.writeString(folder.resolve("out.mp4"), "older");
    JobSpec spec = Transcoding.of(clip(), out).quick().spec();
    Cancellation never = new Cancellation();
    try (Input input =
        Input.open(spec.input(), new Input.Options(Duration.ofSeconds(30), _ -> {}), never)) {
      var planned =
          (dev.penstock.model.Planning.Planned)
              Planner.plan(spec, input.infoFor(spec), Survey.declared(), input.indexFor(spec));
      Outcome outcome =
          Engine.execute(
              planned,
              input,
              new Engine.Options(true, OptionalInt.empty(), Optional.empty(), _ -> {}, _ -> {}),
              never,
              path -> {
                try {
                  cut(0.5).to(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(failed(outcome)).isNotEmpty();
    }
    assertThat(out).hasContent("older");
  }
}
