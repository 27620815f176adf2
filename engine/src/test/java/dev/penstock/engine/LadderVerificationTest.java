package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.model.Delivery;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Level;
import dev.penstock.planner.LadderPlanner;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ladders of 4 s in two rungs, damaged before they are looked at. */
@ExtendWith(NoLeaks.class)
class LadderVerificationTest {
  @TempDir Path parent;

  private interface Damage {
    void to(Path folder) throws IOException;
  }

  private static Path source() {
    Path text = Clips.text("v.srt", "1\n00:00:00,500 --> 00:00:01,500\nOne\n");
    return Clips.make(
        "ladder.mkv",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=4 -f lavfi -i sine=d=4:r=48000 -i " + text,
        "-map 0 -map 1 -map 2 -c:v libx264 -preset ultrafast -bf 2 -g 30 -pix_fmt yuv420p"
            + " -c:a aac -c:s srt");
  }

  private Outcome run(Damage damage, Form... forms) {
    return run(damage, Delivery.PLAIN, forms);
  }

  private Outcome run(Damage damage, Delivery delivery, Form... forms) {
    LadderSpec spec =
        Ladders.of(source(), parent.resolve("out"), Set.of(forms), List.of(rung(180), rung(90)))
            .withSegments(new JobSpec.Segments.Auto())
            .withDelivery(delivery);
    Cancellation never = new Cancellation();
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input input = Input.open(spec.input(), reading, never)) {
      return Engine.execute(
          (Planning.Planned)
              LadderPlanner.plan(spec, input.info(), Survey.declared(), input.indexFor(spec)),
          input,
          new Engine.Options(
              false, OptionalInt.empty(), Optional.empty(), Level.STRUCTURE, _ -> {}, _ -> {}),
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

  private static RungSpec rung(int lines) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(35));
  }

  private static Report done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Report report) -> report;
      case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.diagnosis().line());
      case Outcome.Uncuttable _, Outcome.Cancelled _ -> throw new AssertionError(outcome);
    };
  }

  private static List<String> failed(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(Failure.WrongOutput wrong) ->
          wrong.report().verification().failed().stream()
              .map(LadderVerificationTest::name)
              .toList();
      case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.diagnosis().line());
      case Outcome.Done(Report report) ->
          throw new AssertionError("done: " + report.verification());
      case Outcome.Uncuttable _, Outcome.Cancelled _ -> throw new AssertionError(outcome);
    };
  }

  private static String name(Check check) {
    return check.name() + check.track().map(track -> " of " + track).orElse("");
  }

  private static Damage edited(String name, UnaryOperator<String> edit) {
    return folder -> {
      Path file = folder.resolve(name);
      String before = Files.readString(file);
      String after = edit.apply(before);
      assertThat(after).isNotEqualTo(before);
      Files.writeString(file, after);
    };
  }

  @Test
  void aTruePresentation_passes_andItsRenditionsAreInTheReport() {
    Report report = done(run(_ -> {}, Form.HLS, Form.DASH));

    assertThat(report.verification().notChecked()).isEmpty();
    assertThat(report.verification().checks())
        .extracting(LadderVerificationTest::name)
        .contains(
            "packets of track 0 of the plan",
            "sound against pictures of track 2 of the plan",
            "segments of 90p",
            "index of 90p",
            "playlist of 90p",
            "playlist of key frames of 90p",
            "playlist of text-1",
            "manifest of 90p",
            "multivariant playlist",
            "duration of the manifest",
            "same key frames of track 1 of the plan");
    assertThat(report.outputs())
        .extracting(MediaInfo::source)
        .contains(
            parent.resolve("out/180p.mp4").toString(), parent.resolve("out/90p.mp4").toString());
    assertThat(report.output().video().getFirst().height()).isEqualTo(180);
    assertThat(report.output().duration().orElseThrow()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void trueFiles_pass() {
    Report report = done(run(_ -> {}, Form.FILES));

    assertThat(report.verification().notChecked()).isEmpty();
    assertThat(report.verification().checks())
        .extracting(LadderVerificationTest::name)
        .contains("same key frames of track 1 of the plan");
  }

  @Test
  void aWrongDuration_inAPlaylist_isFound() {
    Outcome outcome =
        run(
            edited("180p.m3u8", text -> text.replaceFirst("#EXTINF:2\\.0*,", "#EXTINF:1.9,")),
            Form.HLS);

    assertThat(failed(outcome)).containsExactly("playlist of 180p");
    assertThat(parent.resolve("out")).doesNotExist();
    assertThat(parent.resolve("out.failed-verification/master.m3u8")).exists();
  }

  @Test
  void aWrongByteRange_isFound() {
    assertThat(
            failed(
                run(edited("90p.m3u8", text -> text.replaceAll("@(\\d+)\n", "@1$1\n")), Form.HLS)))
        .containsExactly("playlist of 90p");
  }

  @Test
  void aNameThatLeadsNowhere_isFound() {
    assertThat(
            failed(
                run(edited("master.m3u8", text -> text.replace("90p.m3u8", "9.m3u8")), Form.HLS)))
        .containsExactly("multivariant playlist");
  }

  @Test
  void aWrongRange_inAManifest_isFound() {
    assertThat(
            failed(
                run(
                    edited(
                        "manifest.mpd",
                        text -> text.replaceFirst("indexRange=\"", "indexRange=\"1")),
                    Form.DASH)))
        .containsExactly("manifest of 180p");
  }

  @Test
  void aWrongDuration_ofAManifest_isFound() {
    assertThat(
            failed(
                run(
                    edited("manifest.mpd", text -> text.replaceFirst("\"PT4", "\"PT5")),
                    Form.DASH)))
        .containsExactly("duration of the manifest");
  }

  @Test
  void aRenditionThatIsCutOff_isFound() {
    Damage cut =
        folder -> {
          try (RandomAccessFile file =
              new RandomAccessFile(folder.resolve("90p.mp4").toFile(), "rw")) {
            file.setLength(file.length() - 100);
          }
        };

    assertThat(failed(run(cut, Form.HLS))).contains("container of 90p");
  }

  @Test
  void aRenditionWithALostPicture_isFound() {
    Damage lost =
        folder -> {
          Path other = folder.resolve("other.mp4");
          Oracle.ffmpeg(
              List.of(
                  "-i",
                  folder.resolve("90p.mp4").toString(),
                  "-c",
                  "copy",
                  "-bsf:v",
                  "noise=drop='eq(n\\,40)'",
                  "-movflags",
                  "frag_keyframe+default_base_moof+empty_moov",
                  other.toString()));
          Files.move(other, folder.resolve("90p.mp4"), StandardCopyOption.REPLACE_EXISTING);
        };

    assertThat(failed(run(lost, Form.HLS)))
        .contains("packets of track 1 of the plan", "segments of 90p", "playlist of 90p");
  }

  /** Does something to one of the stills, when it is looked at. */
  private Outcome stills(String name, Damage damage) {
    return run(
        path -> {
          if (path.getFileName().toString().equals(name)) {
            damage.to(path);
          }
        },
        Delivery.PLAIN.withStills(
            Optional.of(new Delivery.Poster(Optional.empty())), Optional.of(Duration.ofSeconds(1))),
        Form.HLS);
  }

  @Test
  void trueStills_pass() {
    Report report = done(stills("none", _ -> {}));

    assertThat(report.verification().checks())
        .extracting(LadderVerificationTest::name)
        .contains("picture", "index", "picture of thumbs-1.jpg");
  }

  @Test
  void aPosterThatIsCutOff_isFound() {
    Damage cut =
        poster -> {
          try (RandomAccessFile file = new RandomAccessFile(poster.toFile(), "rw")) {
            file.setLength(file.length() / 2);
          }
        };

    assertThat(failed(stills("poster.jpg", cut))).containsExactly("picture");
  }

  @Test
  void aPosterOfAnotherSize_isFound() {
    Damage smaller =
        poster ->
            Files.write(
                poster,
                Oracle.ffmpeg(
                    List.of("-i", poster.toString(), "-vf", "scale=64:36", "-f", "mjpeg", "-")));

    assertThat(failed(stills("poster.jpg", smaller))).containsExactly("picture");
  }

  @Test
  void anIndexThatNamesAnotherTile_isFound() {
    Damage edit =
        index ->
            Files.writeString(
                index, Files.readString(index).replaceFirst("xywh=160,0", "xywh=320,0"));

    assertThat(failed(stills("thumbnails.vtt", edit))).containsExactly("index");
  }

  @Test
  void aSheetThatIsMissing_isFound() {
    Damage delete = index -> Files.delete(index.resolveSibling("thumbs-1.jpg"));

    assertThat(failed(stills("thumbnails.vtt", delete))).containsExactly("picture of thumbs-1.jpg");
  }
}
