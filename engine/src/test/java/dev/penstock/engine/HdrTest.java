package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** High dynamic range is kept whole, or brought into standard range so that it looks right. */
@ExtendWith(NoLeaks.class)
class HdrTest {
  private static final int FRAMES = 10;

  @TempDir Path folder;

  /** PQ with the metadata of HDR10 in the stream. */
  private static Path hdr10(String name) {
    return hdr(
        name,
        "smpte2084",
        ":hdr10=1:max-cll=1000,400"
            + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)");
  }

  private static Path hlg(String name) {
    return hdr(name, "arib-std-b67", "");
  }

  private static Path hdr(String name, String transfer, String metadata) {
    return Clips.make(
        name,
        "-f lavfi -i testsrc2=s=160x96:r=25:d=0.4,format=yuv420p10le",
        "-c:v libx265 -preset ultrafast -crf 8 -pix_fmt yuv420p10le -color_range tv",
        "-color_primaries bt2020 -colorspace bt2020nc -color_trc " + transfer,
        "-x265-params log-level=error:colorprim=bt2020:colormatrix=bt2020nc:transfer="
            + transfer
            + metadata);
  }

  @ParameterizedTest
  @CsvSource({
    "in.mp4, HEVC, out.mp4",
    "in.mkv, HEVC, out.mkv",
    "in.mp4, HEVC, out.ts",
    "in.mp4, AV1, out.mkv",
    "in.mkv, AV1, out.mp4"
  })
  void hdr10_keepsItsMetadata(String from, VideoCodec codec, String to) {
    Path source = hdr10(from);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(to)).codec(codec).quick().run();

    Media.Stream video = done.media().video();
    assertThat(video.fact("pix_fmt")).isEqualTo("yuv420p10le");
    assertThat(video.fact("color_transfer")).isEqualTo("smpte2084");
    assertThat(video.fact("color_primaries")).isEqualTo("bt2020");
    assertThat(video.fact("color_space")).isEqualTo("bt2020nc");
    assertThat(metadata(video))
        .isEqualTo(metadata(Media.of(source).video()))
        .contains("max_luminance 1000000", "max_content 1000", "max_average 400");
    if (!to.endsWith("ts")) {
      assertThat(video.sideData("max_content")).as("in the container").contains("1000");
      assertThat(video.sideData("max_luminance")).as("in the container").isPresent();
    }
    assertThat(video.frameCount()).isEqualTo(FRAMES);
    assertThat(
            done.report().output().video().getFirst().hdr().contentLight().orElseThrow().maxCll())
        .isEqualTo(1000);
  }

  /** As decoded: in the container or in the stream. */
  private static List<String> metadata(Media.Stream video) {
    Media.Row frame =
        video
            .frames(
                "pts_time:frame_side_data=red_x,red_y,green_x,blue_y,white_point_x,min_luminance,max_luminance,max_content,max_average")
            .getFirst();
    return List.of(
            "red_x",
            "red_y",
            "green_x",
            "blue_y",
            "white_point_x",
            "min_luminance",
            "max_luminance",
            "max_content",
            "max_average")
        .stream()
        .map(name -> name + " " + ratio(frame, name))
        .toList();
  }

  private static String ratio(Media.Row frame, String name) {
    String value =
        frame.facts().entrySet().stream()
            .filter(fact -> fact.getKey().endsWith(":" + name) || fact.getKey().equals(name))
            .map(java.util.Map.Entry::getValue)
            .findFirst()
            .orElse("missing");
    int slash = value.indexOf('/');
    if (slash < 0) {
      return value;
    }
    double ratio =
        Double.parseDouble(value.substring(0, slash))
            / Double.parseDouble(value.substring(slash + 1));
    return Long.toString(Math.round(ratio * 1000));
  }

  @ParameterizedTest
  @CsvSource({"HEVC, out.mp4", "AV1, out.mkv", "HEVC, out.ts"})
  void hlg_keepsItsTags(VideoCodec codec, String to) {
    Media.Stream video =
        Transcoding.of(hlg("in.mp4"), folder.resolve(to))
            .codec(codec)
            .quick()
            .run()
            .media()
            .video();

    assertThat(video.fact("pix_fmt")).isEqualTo("yuv420p10le");
    assertThat(video.fact("color_transfer")).isEqualTo("arib-std-b67");
    assertThat(video.fact("color_primaries")).isEqualTo("bt2020");
    assertThat(video.fact("color_space")).isEqualTo("bt2020nc");
  }

  @Test
  void kept_thePictureIsTheSame() {
    Path source = hdr10("in.mp4");

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .codec(VideoCodec.HEVC)
            .quality(4)
            .run()
            .file();

    assertThat(Pictures.leastPsnr(file, source, "")).isGreaterThan(42);
  }

  @Test
  void aCopy_keepsTheMetadata() {
    Path source = hdr10("in.mkv");

    Media.Stream video =
        Transcoding.of(source, folder.resolve("out.mp4")).copyVideo().run().media().video();

    assertThat(metadata(video)).isEqualTo(metadata(Media.of(source).video()));
    assertThat(video.fact("color_transfer")).isEqualTo("smpte2084");
  }

  @ParameterizedTest
  @CsvSource({
    "smpte2084, H264",
    "smpte2084, HEVC",
    "smpte2084, AV1",
    "arib-std-b67, H264",
    "arib-std-b67, HEVC"
  })
  void toneMapped_looksLikeTheOracles(String transfer, VideoCodec codec) {
    Path source = transfer.equals("smpte2084") ? hdr10("in.mp4") : hlg("in.mp4");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv"))
            .codec(codec)
            .quality(codec == VideoCodec.AV1 ? 8 : 4)
            .hdr(Hdr.SDR)
            .run();

    Media.Stream video = done.media().video();
    assertThat(video.fact("pix_fmt")).isEqualTo("yuv420p");
    assertThat(video.fact("color_transfer")).isEqualTo("bt709");
    assertThat(video.fact("color_primaries")).isEqualTo("bt709");
    assertThat(video.fact("color_space")).isEqualTo("bt709");
    assertThat(video.fact("color_range")).isEqualTo("tv");
    assertThat(metadata(video)).allMatch(fact -> fact.endsWith("missing"));
    assertThat(video.frameCount()).isEqualTo(FRAMES);
    assertThat(
            Pictures.leastPsnr(
                done.file(),
                source,
                "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
                    + "zscale=t=bt709:m=bt709:r=limited,format=yuv420p"))
        .isGreaterThan(36);
    assertThat(Pictures.luma(done.file())).allMatch(luma -> luma > 40 && luma < 220);
  }

  @Test
  void toneMapping_keepsGreyGreyAndBlackBlack() {
    // PQ code values of 0, 25, 100 and 1000 cd/m2, in four columns.
    Path source =
        Clips.make(
            "steps.mkv",
            "-f lavfi -i color=gray:s=160x96:r=25:d=0.2,format=yuv420p10le,geq=lum='if(lt(X,40),64,if(lt(X,80),398,if(lt(X,120),509,723)))':cb=512:cr=512,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc",
            "-c:v ffv1 -level 3");

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).quality(4).run().file();

    int[] columns = Pictures.plane(file, 0, 4, 1);
    assertThat(columns[0]).isBetween(14, 18);
    assertThat(columns[1]).isBetween(60, 140);
    assertThat(columns[2]).isBetween(columns[1] + 20, 210);
    assertThat(columns[3]).isBetween(columns[2] + 20, 240);
    assertThat(Pictures.plane(file, 1, 1, 1)[0]).isBetween(126, 130);
    assertThat(Pictures.plane(file, 2, 1, 1)[0]).isBetween(126, 130);
  }

  @Test
  void h264_isToneMappedByDefault_andSmallerFirst() {
    Transcoding.Done done =
        Transcoding.of(hdr10("in.mp4"), folder.resolve("out.mp4"))
            .quick()
            .size(new SizeSpec.Percent(50))
            .run();

    assertThat(done.choice("video track 0, dynamic range")).isEqualTo("tone-mapped to SDR");
    assertThat(done.media().video().size()).isEqualTo("80x48");
    assertThat(done.media().video().fact("color_transfer")).isEqualTo("bt709");
  }

  @Test
  void hdrInH264_isKeptWhenAsked() {
    Transcoding.Done done =
        Transcoding.of(hdr10("in.mp4"), folder.resolve("out.mp4"))
            .codec(VideoCodec.H264)
            .with("libx264")
            .quick()
            .hdr(Hdr.KEEP)
            .run();

    assertThat(done.media().video().fact("pix_fmt")).isEqualTo("yuv420p10le");
    assertThat(done.media().video().fact("color_transfer")).isEqualTo("smpte2084");
    assertThat(done.notes()).anyMatch(note -> note.contains("High 10"));
  }

  @Test
  void sdr_isLeftAlone() {
    Path source = Clips.beacon("source.mp4", 1);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).hdr(Hdr.SDR).run();

    assertThat(done.choice("video track 0")).isEqualTo("copy");
  }
}
