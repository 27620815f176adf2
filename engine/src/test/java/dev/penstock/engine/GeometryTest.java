package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turning, mirroring, cropping, scaling, bars and the shape of pixels. */
@ExtendWith(NoLeaks.class)
class GeometryTest {
  /** Each quarter of the picture has its own brightness. */
  private static final String QUARTERS =
      "color=gray:s=160x96:r=25:d=0.4,"
          + "geq=lum='if(lt(Y,H/2),if(lt(X,W/2),235,180),if(lt(X,W/2),120,30))':cb=128:cr=128";

  @TempDir Path folder;

  private static Path upright() {
    return Clips.make(
        "upright.mp4",
        "-f lavfi -i " + QUARTERS,
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p");
  }

  private static Path turned(String how) {
    return Clips.make("turned.mp4", how + " -i " + upright() + " -c copy");
  }

  // ---- rotation

  @ParameterizedTest
  @CsvSource({
    "-display_rotation 90, 96x160",
    "-display_rotation 180, 160x96",
    "-display_rotation 270, 96x160",
    "-display_rotation -90, 96x160",
    "-display_hflip, 160x96",
    "-display_vflip, 160x96",
    "-display_rotation 90 -display_hflip, 96x160",
    "-display_rotation 270 -display_vflip, 96x160",
  })
  void aTurnedPicture_isTurned(String how, String size) {
    Path source = turned(how);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.media().video().size()).isEqualTo(size);
    assertThat(done.media().video().sideData("displaymatrix")).isEmpty();
    assertSimilar(Pictures.raster(done.file(), 2, 2), Pictures.shownRaster(source, 2, 2));
    assertThat(done.media().video().frameCount()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "-display_rotation 90, out.mp4",
    "-display_rotation 270, out.mkv",
    "-display_rotation 180, out.mov",
    "-display_hflip, out.mp4",
  })
  void rotateOff_keepsTheMarkInTheContainer(String how, String name) {
    Path source = turned(how);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).quick().rotateOff().run();

    assertThat(done.media().video().size()).isEqualTo("160x96");
    assertSimilar(Pictures.raster(done.file(), 2, 2), Pictures.raster(source, 2, 2));
    assertSimilar(Pictures.shownRaster(done.file(), 2, 2), Pictures.shownRaster(source, 2, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mov", "out.mkv"})
  void aCopy_staysTurned(String name) {
    Path source = turned("-display_rotation 90");

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).run();

    assertThat(done.choice("video track 0")).isEqualTo("copy");
    assertSimilar(Pictures.shownRaster(done.file(), 2, 2), Pictures.shownRaster(source, 2, 2));
  }

  @Test
  void mpegTs_cannotSayIt_soItIsTurned() {
    Path source = turned("-display_rotation 90");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.ts")).run();

    assertThat(done.media().video().size()).isEqualTo("96x160");
    assertSimilar(Pictures.raster(done.file(), 2, 2), Pictures.shownRaster(source, 2, 2));
  }

  // ---- cropping

  @Test
  void crop_countsOnThePictureAsShown() {
    Path source = turned("-display_rotation 90");
    int[] shown = Pictures.shownRaster(source, 2, 2);

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().crop(48, 80, 48, 0).run().file();

    assertThat(Media.of(file).video().size()).isEqualTo("48x80");
    assertSimilar(Pictures.raster(file, 1, 1), new int[] {shown[1]});
  }

  @ParameterizedTest
  @CsvSource({"80, 48, 0, 0, 0", "80, 48, 80, 0, 1", "80, 48, 0, 48, 2", "78, 46, 81, 49, 3"})
  void crop_keepsThePartAskedFor(int width, int height, int x, int y, int quarter) {
    Path source = upright();
    int[] quarters = Pictures.raster(source, 2, 2);

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .crop(width, height, x, y)
            .run()
            .file();

    assertThat(Media.of(file).video().size()).isEqualTo(width + "x" + height);
    assertSimilar(Pictures.raster(file, 1, 1), new int[] {quarters[quarter]});
  }

  // ---- size

  @ParameterizedTest
  @CsvSource({"48, 80x48", "72, 120x72", "192, 320x192"})
  void lines_areThoseOfTheShorterSide(int lines, String size) {
    assertThat(sized(upright(), new SizeSpec.Lines(lines)).video().size()).isEqualTo(size);
    assertThat(sized(turned("-display_rotation 90"), new SizeSpec.Lines(lines)).video().size())
        .isEqualTo(size.replaceAll("(\\d+)x(\\d+)", "$2x$1"));
  }

  @Test
  void sizes_meanWhatTheySay() {
    assertThat(sized(upright(), new SizeSpec.Within(new Size(100, 100))).video().size())
        .isEqualTo("100x60");
    assertThat(sized(upright(), new SizeSpec.Exactly(new Size(100, 100))).video().size())
        .isEqualTo("100x100");
    assertThat(sized(upright(), new SizeSpec.Percent(50)).video().size()).isEqualTo("80x48");
  }

  private Media sized(Path source, SizeSpec size) {
    Path out = folder.resolve("out" + Arrays.hashCode(folder.toFile().list()) + ".mp4");
    return Transcoding.of(source, out).quick().size(size).run().media();
  }

  @Test
  void aResizedPicture_looksLikeTheOracles() {
    Path source =
        Clips.make(
            "source.mp4",
            "-f lavfi -i testsrc2=s=320x180:r=25:d=0.4",
            "-c:v libx264 -preset veryfast -qp 0 -pix_fmt yuv420p");

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .quality(4)
            .size(new SizeSpec.Lines(90))
            .run()
            .file();

    assertThat(Pictures.leastPsnr(file, source, "scale=160:90:flags=bicubic")).isGreaterThan(40);
  }

  @ParameterizedTest
  @CsvSource({
    "321x181, yuv444p, 320x180",
    "321x180, yuv422p, 320x180",
    "320x181, yuv420p, 320x180",
    "33x17, yuv444p, 32x16"
  })
  void oddSides_loseOneRowOrColumn(String from, String format, String to) {
    Path source =
        Clips.make(
            "odd.mkv",
            "-f lavfi -i testsrc2=s=" + from + ":r=25:d=0.4,format=" + format,
            "-c:v ffv1");

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).quick().quality(4).run().file();

    assertThat(Media.of(file).video().size()).isEqualTo(to);
    String[] sides = to.split("x");
    assertThat(
            Pictures.leastPsnr(
                file, source, "crop=" + sides[0] + ":" + sides[1] + ":0:0:exact=1,format=yuv420p"))
        .isGreaterThan(38);
  }

  // ---- the shape of pixels

  private static Path anamorphic(String name, VideoCodec codec) {
    String encoder = codec == VideoCodec.H264 ? "libx264 -preset ultrafast" : "mpeg2video";
    return Clips.make(
        name,
        "-f lavfi -i testsrc2=s=144x116:r=25:d=0.4,setsar=16/11",
        "-pix_fmt yuv420p -c:v " + encoder);
  }

  @ParameterizedTest
  @CsvSource({
    "in.mp4, out.mp4, H264",
    "in.mkv, out.mkv, H264",
    "in.ts, out.mp4, HEVC",
    "in.mkv, out.mkv, HEVC",
    "in.mp4, out.ts, H264",
    "in.mp4, out.mkv, AV1",
    "in.mp4, out.webm, VP9",
    "in.mp4, out.mp4, AV1"
  })
  void pixelsThatAreNotSquare_stayLikeThat(String from, String to, VideoCodec codec) {
    Path source = anamorphic(from, VideoCodec.H264);

    Media media = Transcoding.of(source, folder.resolve(to)).codec(codec).quick().run().media();

    assertThat(media.video().size()).isEqualTo("144x116");
    // WebM writes the size on the screen, in whole pixels.
    assertThat(media.video().fact("sample_aspect_ratio"))
        .isEqualTo(to.endsWith("webm") ? "209:144" : "16:11");
  }

  @Test
  void resizing_makesPixelsSquare() {
    Path source = anamorphic("in.mp4", VideoCodec.H264);

    Media lines = sized(source, new SizeSpec.Lines(58));
    assertThat(lines.video().size()).isEqualTo("104x58"); // 144 * 16/11 / 2 = 104.7
    assertThat(lines.video().fact("sample_aspect_ratio")).isEqualTo("1:1");
    Media half = sized(source, new SizeSpec.Percent(50));
    assertThat(half.video().size()).isEqualTo("104x58");
  }

  @Test
  void turning_turnsThePixelsToo() {
    Path source =
        Clips.make(
            "turned.mp4",
            "-display_rotation 90 -i " + anamorphic("in.mp4", VideoCodec.H264) + " -c copy");

    Media media = Transcoding.of(source, folder.resolve("out.mp4")).quick().run().media();

    assertThat(media.video().size()).isEqualTo("116x144");
    assertThat(media.video().fact("sample_aspect_ratio")).isEqualTo("11:16");
  }

  // ---- bars

  @Test
  void pad_putsBlackBarsAround() {
    Path source =
        Clips.make(
            "grey.mp4",
            "-f lavfi -i color=gray:s=160x96:r=25:d=0.4",
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p");

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .pad(new PadSpec.To(new Size(160, 160)))
            .run()
            .file();

    assertThat(Media.of(file).video().size()).isEqualTo("160x160");
    int[] rows = Pictures.raster(file, 1, 10);
    assertThat(rows[0]).isLessThan(5);
    assertThat(rows[1]).isLessThan(5);
    assertThat(rows[3]).isBetween(120, 136);
    assertThat(rows[6]).isBetween(120, 136);
    assertThat(rows[9]).isLessThan(5);
  }

  @Test
  void pad_toAnAspect() {
    Path file =
        Transcoding.of(upright(), folder.resolve("out.mp4"))
            .quick()
            .size(new SizeSpec.Lines(48))
            .pad(new PadSpec.Aspect(new Rational(1, 1)))
            .run()
            .file();

    assertThat(Media.of(file).video().size()).isEqualTo("80x80");
  }

  @Test
  void cropScaleAndPad_goTogether() {
    Path file =
        Transcoding.of(upright(), folder.resolve("out.mp4"))
            .quick()
            .crop(80, 48, 0, 0)
            .size(new SizeSpec.Exactly(new Size(64, 64)))
            .pad(new PadSpec.To(new Size(128, 64)))
            .run()
            .file();

    assertThat(Media.of(file).video().size()).isEqualTo("128x64");
    int[] columns = Pictures.raster(file, 4, 1);
    assertThat(columns[0]).isLessThan(5);
    assertThat(columns[1]).isGreaterThan(245);
    assertThat(columns[3]).isLessThan(5);
  }

  private static void assertSimilar(int[] actual, int[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    List<Integer> differences = new java.util.ArrayList<>();
    for (int i = 0; i < actual.length; i++) {
      differences.add(Math.abs(actual[i] - expected[i]));
    }
    assertThat(differences)
        .as("%s and %s", Arrays.toString(actual), Arrays.toString(expected))
        .allMatch(d -> d < 6);
  }
}
