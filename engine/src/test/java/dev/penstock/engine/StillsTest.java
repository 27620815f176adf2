package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.model.Delivery;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Posters and thumbnails show the source's pictures. */
@ExtendWith(NoLeaks.class)
class StillsTest {
  private static final Pattern CUE =
      Pattern.compile(
          "(\\S+) --> (\\S+)\nthumbs-(\\d+)\\.jpg#xywh=(\\d+),(\\d+),(\\d+),(\\d+)\n\n");

  @TempDir Path parent;

  /** 32 s at 5 pictures a second, each with its number; the first 6 s are black. */
  private static Path numbered() {
    return Clips.make(
        "numbered.mkv",
        "-f lavfi -i "
            + Clips.numbered(320, 192, "5", 32)
            + ",drawbox=c=black:t=fill:enable='lt(t,6)'",
        "-c:v libx264 -preset veryfast -crf 12 -g 5 -pix_fmt yuv420p");
  }

  private LadderSpec spec(
      String name, Set<Form> forms, Optional<Delivery.Poster> poster, Optional<Duration> every) {
    LadderSpec plain = Ladders.of(numbered(), parent.resolve(name), forms, 192, 120);
    return plain.withDelivery(plain.delivery().withStills(poster, every));
  }

  private static Optional<Delivery.Poster> at(String seconds) {
    return Optional.of(new Delivery.Poster(Optional.of(Duration.parse("PT" + seconds + "S"))));
  }

  private static Optional<Delivery.Poster> found() {
    return Optional.of(new Delivery.Poster(Optional.empty()));
  }

  private static Optional<Duration> every(int seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }

  /** The picture that a video shows at a time, as a little gray. */
  private static byte[] gray(Path video, int seconds) {
    return gray(List.of("-ss", seconds + ".0", "-i", video.toString()), "");
  }

  /** A part of a picture, as a little gray. */
  private static byte[] gray(Path picture, String filters) {
    return gray(List.of("-i", picture.toString()), filters);
  }

  private static byte[] gray(List<String> input, String filters) {
    List<String> command = new ArrayList<>(input);
    String chain = filters + "scale=32:18:flags=area:out_range=pc,format=gray";
    command.addAll(List.of("-frames:v", "1", "-vf", chain, "-f", "rawvideo", "-"));
    byte[] gray = Oracle.ffmpeg(command);
    assertThat(gray).hasSize(32 * 18);
    return gray;
  }

  private static double difference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return sum / a.length;
  }

  @Test
  void eachTile_showsTheSourceAtItsTime() throws IOException {
    var _ = Ladders.done(spec("out", Set.of(Form.HLS), Optional.empty(), every(1)));
    Path folder = parent.resolve("out");

    Matcher cues = CUE.matcher(Files.readString(folder.resolve("thumbnails.vtt")));
    int count = 0;
    for (; cues.find(); count++) {
      assertThat(cues.group(1)).isEqualTo(String.format("00:00:%02d.000", count));
      assertThat(cues.group(2)).isEqualTo(String.format("00:00:%02d.000", count + 1));
      Path sheet = folder.resolve("thumbs-" + cues.group(3) + ".jpg");
      String crop =
          "crop="
              + cues.group(6)
              + ":"
              + cues.group(7)
              + ":"
              + cues.group(4)
              + ":"
              + cues.group(5)
              + ",";
      byte[] tile = gray(sheet, crop);
      assertThat(difference(tile, gray(numbered(), count))).as("tile %s", count).isLessThan(4);
      if (count > 6) {
        // The numbers differ enough to tell one second from the next.
        assertThat(difference(tile, gray(numbered(), count - 1))).isGreaterThan(4);
      }
    }
    assertThat(count).isEqualTo(32);
    assertThat(folder.resolve("thumbs-2.jpg")).exists();
    assertThat(folder.resolve("thumbs-3.jpg")).doesNotExist();
  }

  @Test
  void poster_isThePictureAtItsTime() {
    var _ = Ladders.done(spec("out", Set.of(Form.FILES), at("10.7"), Optional.empty()));
    Path poster = parent.resolve("out/poster.jpg");

    assertThat(Pictures.numbers(poster)).containsExactly(53);
    assertThat(Pictures.raster(poster, 1, 1)[0])
        .isCloseTo(Pictures.raster(at53(), 1, 1)[0], offset(3));
  }

  private static Path at53() {
    return Clips.make("at.mkv", "-ss 10.6 -i " + numbered() + " -frames:v 1 -c:v ffv1");
  }

  @Test
  void poster_isNotBlack_thoughMuchOfTheBeginningIs() {
    var _ = Ladders.done(spec("out", Set.of(Form.FILES), found(), Optional.empty()));

    List<Integer> numbers = Pictures.numbers(parent.resolve("out/poster.jpg"));
    assertThat(numbers).singleElement().satisfies(n -> assertThat(n).isBetween(30, 55));
  }

  @Test
  void lanes_changeNoByte() throws IOException {
    byte[][] first = null;
    for (int lanes : new int[] {1, 3}) {
      LadderSpec spec = spec("lanes" + lanes, Set.of(Form.DASH), found(), every(3));
      var _ = Ladders.done(spec, lanes, Optional.empty());
      Path folder = Path.of(spec.folder());
      byte[][] files = {
        Files.readAllBytes(folder.resolve("poster.jpg")),
        Files.readAllBytes(folder.resolve("thumbs-1.jpg")),
        Files.readAllBytes(folder.resolve("thumbnails.vtt"))
      };
      first = first == null ? files : first;
      assertThat(files).isDeepEqualTo(first);
    }
  }

  @Test
  void highDynamicRange_isToneMapped() {
    Path source =
        Clips.make(
            "hdr.mkv",
            "-f lavfi -i testsrc2=s=256x144:r=10:d=2,format=yuv420p10le",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:colorprim=bt2020"
                + ":transfer=smpte2084:colormatrix=bt2020nc");
    RungSpec hevc =
        new RungSpec(
            new SizeSpec.Lines(144),
            Optional.of(VideoCodec.HEVC),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.of(20));
    LadderSpec spec = Ladders.of(source, parent.resolve("out"), Set.of(Form.FILES), List.of(hevc));
    var _ = Ladders.done(spec.withDelivery(spec.delivery().withStills(at("1"), every(1))));

    LadderSpec sdr = Ladders.of(source, parent.resolve("sdr"), Set.of(Form.FILES), 144);
    var _ = Ladders.done(sdr.withDelivery(sdr.delivery().withStills(at("1"), Optional.empty())));
    assertThat(
            difference(
                gray(parent.resolve("out/poster.jpg"), ""),
                gray(parent.resolve("sdr/poster.jpg"), "")))
        .isLessThan(4);
    assertThat(parent.resolve("out/thumbs-1.jpg")).exists();
  }
}
