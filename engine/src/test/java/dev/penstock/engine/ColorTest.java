package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code values survive, and so do the tags that say how to read them. */
@ExtendWith(NoLeaks.class)
class ColorTest {
  /** Ramps over the whole range of luma and chroma: clipping or stretching shows at once. */
  private static final String RAMPS =
      "color=gray:s=256x128:r=25:d=0.2,format=yuv420p,"
          + "geq=lum='clip(X,LO,HI)':cb='clip(2*X,LO,HI)':cr='clip(4*Y,LO,HI)'";

  @TempDir Path folder;

  private static Path ramps(String name, String range, String encoder) {
    String values =
        range.equals("pc")
            ? RAMPS.replace("LO", "0").replace("HI", "255")
            : RAMPS.replace("LO", "16").replace("HI", "235");
    return Clips.make(
        name,
        "-f lavfi -i " + values + ",setparams=range=" + range,
        "-color_range " + range,
        "-c:v " + encoder);
  }

  @ParameterizedTest
  @CsvSource({
    "tv, libx264 -qp 0, in.mp4, H264, out.mp4",
    "pc, libx264 -qp 0, in.mp4, H264, out.mp4",
    "pc, libx264 -qp 0, in.mp4, H264, out.mkv",
    "pc, libx264 -qp 0, in.mp4, H264, out.ts",
    "pc, libx264 -qp 0, in.mp4, HEVC, out.mp4",
    "pc, libx264 -qp 0, in.mp4, AV1, out.mp4",
    "pc, libx264 -qp 0, in.mp4, VP9, out.webm",
    "tv, libx264 -qp 0, in.mp4, HEVC, out.mp4",
    "tv, libx264 -qp 0, in.mp4, AV1, out.mkv",
    "pc, libx265 -x265-params lossless=1:log-level=error, in.mp4, H264, out.mp4",
    "pc, libx265 -x265-params lossless=1:log-level=error, in.mp4, HEVC, out.mp4",
    "pc, mjpeg -q:v 1, in.mov, H264, out.mp4",
    "pc, libsvtav1 -crf 1 -preset 12, in.mkv, AV1, out.mkv",
    "pc, libsvtav1 -crf 1 -preset 12, in.mkv, H264, out.mkv",
  })
  void codeValues_surviveAndTheRangeIsSaid(
      String range, String encoder, String from, VideoCodec codec, String to) {
    Path source = ramps(from, range, encoder);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(to)).codec(codec).quality(best(codec)).run();

    assertThat(said(done.media())).isEqualTo(range);
    assertThat(done.media().video().fact("pix_fmt")).isIn("yuv420p", "yuvj420p");
    assertThat(psnrOfCodeValues(done.file(), source)).isGreaterThan(42);
  }

  /** Without the conversion that differing tags would bring about. */
  private static double psnrOfCodeValues(Path file, Path source) {
    String alike = "setparams=range=pc,format=yuvj420p";
    return Pictures.psnr(file, alike, source, alike).stream()
        .mapToDouble(value -> value)
        .min()
        .orElseThrow();
  }

  /** What is not said is limited. */
  private static String said(Media media) {
    String range = media.video().fact("color_range");
    return range.equals("unknown") ? "tv" : range;
  }

  private static double best(VideoCodec codec) {
    return switch (codec) {
      case H264, HEVC -> 6;
      case AV1, VP9 -> 10;
    };
  }

  @ParameterizedTest
  @CsvSource({"pc", "tv"})
  void scaling_leavesTheRangeAlone(String range) {
    Path source = ramps("in.mp4", range, "libx264 -qp 0");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quality(6)
            .size(new SizeSpec.Exactly(new dev.penstock.model.Size(128, 64)))
            .run();

    assertThat(said(done.media())).isEqualTo(range);
    int[] columns = Pictures.plane(done.file(), 0, 16, 1);
    int[] expected = Pictures.plane(source, 0, 16, 1);
    for (int i = 0; i < 16; i++) {
      assertThat(columns[i]).as("column %d", i).isBetween(expected[i] - 2, expected[i] + 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bt709, bt709, bt709, H264, out.mp4",
    "bt709, bt709, bt709, HEVC, out.mp4",
    "bt709, bt709, bt709, AV1, out.mkv",
    "bt709, bt709, bt709, VP9, out.webm",
    "smpte170m, smpte170m, smpte170m, H264, out.mp4",
    "smpte170m, smpte170m, smpte170m, HEVC, out.mkv",
    "bt470bg, smpte170m, bt470bg, H264, out.mkv",
    "bt470bg, smpte170m, bt470bg, AV1, out.mp4",
    "bt2020, bt2020-10, bt2020nc, HEVC, out.mp4",
    "bt2020, bt709, bt2020nc, H264, out.ts",
  })
  void colourTags_survive(
      String primaries, String transfer, String matrix, VideoCodec codec, String to) {
    Path source = tagged(primaries, transfer, matrix);

    Media.Stream video =
        Transcoding.of(source, folder.resolve(to)).codec(codec).quick().run().media().video();

    assertThat(video.fact("color_primaries")).isEqualTo(primaries);
    assertThat(video.fact("color_transfer")).isEqualTo(transfer);
    assertThat(video.fact("color_space")).isEqualTo(matrix);
    assertThat(video.fact("color_range")).isEqualTo("tv");
  }

  private static Path tagged(String primaries, String transfer, String matrix) {
    return Clips.make(
        "tagged.mkv",
        "-f lavfi -i testsrc2=s=160x96:r=25:d=0.4,format=yuv420p,setparams=range=tv:color_primaries="
            + primaries
            + ":color_trc="
            + transfer
            + ":colorspace="
            + matrix,
        "-c:v libx264 -preset ultrafast");
  }

  @Test
  void tags_surviveACopy() {
    Path source = tagged("smpte170m", "smpte170m", "smpte170m");

    Media.Stream video = Transcoding.of(source, folder.resolve("out.mp4")).run().media().video();

    assertThat(video.fact("color_primaries")).isEqualTo("smpte170m");
    assertThat(video.fact("color_space")).isEqualTo("smpte170m");
  }

  @Test
  void whatNobodySaid_staysUnsaid() {
    Path source =
        Clips.make(
            "untagged.mkv",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=0.4,format=yuv420p",
            "-c:v libx264 -preset ultrafast");

    Media.Stream video =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().run().media().video();

    assertThat(video.fact("color_primaries")).isIn("", "unknown");
    assertThat(video.fact("color_transfer")).isIn("", "unknown");
    assertThat(video.fact("color_space")).isIn("", "unknown");
  }

  // ---- depth and sampling

  @ParameterizedTest
  @CsvSource({
    "yuv420p10le, HEVC, out.mp4, yuv420p10le, Main 10",
    "yuv420p10le, AV1, out.mkv, yuv420p10le, Main",
    "yuv420p10le, VP9, out.webm, yuv420p, Profile 0",
    "yuv420p10le, H264, out.mp4, yuv420p, High",
    "yuv422p10le, HEVC, out.mp4, yuv420p10le, Main 10",
    "yuv444p12le, HEVC, out.mkv, yuv420p10le, Main 10",
    "yuv422p, H264, out.mp4, yuv420p, High",
    "yuv444p, H264, out.mp4, yuv420p, High",
    "yuv444p, AV1, out.mp4, yuv420p, Main",
    "yuv411p, H264, out.mp4, yuv420p, High",
    "yuva420p, H264, out.mp4, yuv420p, High",
  })
  void depthIsKeptWherePlayersTakeIt_andSamplingBecomes420(
      String format, VideoCodec codec, String to, String expected, String profile) {
    Path source =
        Clips.make(
            "deep.mkv",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=0.2,format=" + format,
            "-c:v ffv1 -level 3");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(to)).codec(codec).quality(best(codec)).run();

    assertThat(done.media().video().fact("pix_fmt")).isEqualTo(expected);
    assertThat(done.media().video().fact("profile")).isEqualTo(profile);
    assertThat(Pictures.leastPsnr(done.file(), source, "format=" + expected)).isGreaterThan(38);
  }

  @Test
  void tenBits_areTenBits() {
    // A ramp whose steps are finer than eight bits can say.
    Path source =
        Clips.make(
            "fine.mkv",
            "-f lavfi -i color=gray:s=256x64:r=25:d=0.2,format=yuv420p10le,geq=lum='400+X':cb=512:cr=512",
            "-c:v ffv1 -level 3");

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .codec(VideoCodec.HEVC)
            .quality(2)
            .run()
            .file();

    assertThat(Pictures.leastPsnr(file, source, "")).isGreaterThan(58);
  }

  @ParameterizedTest
  @CsvSource({"gray, ffv1 -level 3", "gray10le, ffv1 -level 3", "ya8, png", "pal8, png"})
  void greyAndPalettes_becomeLimitedRange(String format, String encoder) {
    Path source =
        Clips.make(
            "grey.mkv",
            "-f lavfi -i color=gray:s=256x64:r=25:d=0.2,format=gray,geq=lum=X,format=" + format,
            "-c:v " + encoder);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quality(4).run();

    assertThat(done.media().video().fact("color_range")).isEqualTo("tv");
    assertThat(done.media().video().fact("color_space")).isEqualTo("bt709");
    int[] values = Pictures.plane(done.file(), 0, 8, 1);
    for (int i = 0; i < 8; i++) {
      double grey = (i + 0.5) * 32;
      assertThat(values[i]).isCloseTo((int) Math.round(16 + grey * 219 / 255), Offset.offset(4));
    }
  }

  @ParameterizedTest
  @CsvSource({"rgb24", "gbrp", "bgra"})
  void rgb_becomesBt709(String format) {
    Path source =
        Clips.make(
            "rgb.mkv",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=0.2,format=" + format,
            "-c:v ffv1 -level 3");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quality(4).run();

    assertThat(done.media().video().fact("color_space")).isEqualTo("bt709");
    assertThat(done.media().video().fact("color_range")).isEqualTo("tv");
    assertThat(
            Pictures.leastPsnr(
                done.file(), source, "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"))
        .isGreaterThan(38);
  }
}
