package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.Color;
import dev.penstock.model.Filter;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.JobSpec.Deinterlace;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Rotation;
import dev.penstock.model.Scan;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PictureTest {
  private static Pictures pictures() {
    return new Pictures().codec("mpeg4");
  }

  static Stream<Arguments> chains() {
    Job plain = Job.to("o.mp4");
    return Stream.of(
        arguments("nothing to do", plain, pictures(), "", "1920x1080"),
        arguments(
            "interlaced",
            plain,
            pictures().scan(Scan.MIXED),
            "bwdif=mode=send_frame:parity=auto:deint=interlaced",
            "1920x1080"),
        arguments(
            "deinterlace on",
            Job.to("o.mp4").deinterlace(Deinterlace.ON),
            pictures(),
            "bwdif=mode=send_frame:parity=auto:deint=all",
            "1920x1080"),
        arguments("turned 90", plain, pictures().rotation(90), "transpose=dir=clock", "1080x1920"),
        arguments("turned 180", plain, pictures().rotation(180), "hflip,vflip", "1920x1080"),
        arguments(
            "turned 270 and mirrored",
            plain,
            pictures().rotation(270).mirrored(),
            "hflip,transpose=dir=cclock",
            "1080x1920"),
        arguments(
            "crop after turning",
            Job.to("o.mp4").crop(1080, 1080, 0, 420),
            pictures().rotation(90),
            "transpose=dir=clock,crop=w=1080:h=1080:x=0:y=420:exact=1",
            "1080x1080"),
        arguments(
            "720p",
            Job.to("o.mp4").lines(720),
            pictures(),
            "scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "1280x720"),
        arguments(
            "720p of a portrait",
            Job.to("o.mp4").lines(720),
            pictures().size(1080, 1920),
            "scale=w=720:h=1280:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "720x1280"),
        arguments("size it has", Job.to("o.mp4").lines(1080), pictures(), "", "1920x1080"),
        arguments(
            "anamorphic PAL to 576p",
            Job.to("o.mp4").lines(576),
            pictures().size(720, 576).sampleAspect(64, 45),
            "scale=w=1024:h=576:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "1024x576"),
        arguments(
            "anamorphic PAL as it is",
            plain,
            pictures().size(720, 576).sampleAspect(64, 45),
            "",
            "720x576"),
        arguments(
            "within a box",
            Job.to("o.mp4").size(new SizeSpec.Within(new Size(640, 640))),
            pictures(),
            "scale=w=640:h=360:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "640x360"),
        arguments(
            "exactly",
            Job.to("o.mp4").size(new SizeSpec.Exactly(new Size(640, 640))),
            pictures(),
            "scale=w=640:h=640:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "640x640"),
        arguments(
            "half",
            Job.to("o.mp4").size(new SizeSpec.Percent(50)),
            pictures(),
            "scale=w=960:h=540:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "960x540"),
        arguments(
            "interlaced kept and scaled",
            Job.to("o.mp4").lines(540).deinterlace(Deinterlace.OFF),
            pictures().scan(Scan.TOP_FIELD_FIRST),
            "scale=w=960:h=540:flags=bicubic+accurate_rnd+bitexact:interl=1,setsar=sar=1",
            "960x540"),
        arguments(
            "fewer frames first, bars last",
            Job.to("o.mp4").lines(720).fps(12, 1).pad(1280, 1280),
            pictures(),
            "fps=fps=12,scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1,"
                + "pad=w=1280:h=1280:x=0:y=280:color=black",
            "1280x1280"),
        arguments(
            "more frames late",
            Job.to("o.mp4").lines(720).fps(50, 1),
            pictures(),
            "scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1,fps=fps=50",
            "1280x720"),
        arguments(
            "bars to 16:9",
            Job.to("o.mp4").padAspect(16, 9),
            pictures().size(1440, 1080),
            "pad=w=1920:h=1080:x=240:y=0:color=black",
            "1920x1080"),
        arguments(
            "bars on non-square pixels",
            Job.to("o.mp4").padAspect(1, 1),
            pictures().size(720, 576).sampleAspect(64, 45),
            "scale=w=1024:h=576:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1,"
                + "pad=w=1024:h=1024:x=0:y=224:color=black",
            "1024x1024"),
        arguments(
            "odd sides",
            plain,
            pictures().size(321, 241),
            "crop=w=320:h=240:x=0:y=0:exact=1",
            "320x240"),
        arguments(
            "odd sides in 4:4:4",
            Job.to("o.mp4").pixelFormat("yuv444p"),
            pictures().size(321, 241),
            "scale=flags=bicubic+accurate_rnd+bitexact,format=pix_fmts=yuv444p",
            "321x241"),
        arguments(
            "full range",
            plain,
            pictures().format("yuvj420p", 8, 1, 1),
            "format=pix_fmts=yuv420p",
            "1920x1080"),
        arguments(
            "RGB",
            plain,
            pictures().rgb("rgb24"),
            "scale=flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv,format=pix_fmts=yuv420p",
            "1920x1080"),
        arguments(
            "RGB made smaller",
            Job.to("o.mp4").lines(720),
            pictures().rgb("bgra"),
            "scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv,setsar=sar=1,"
                + "format=pix_fmts=yuv420p",
            "1280x720"),
        arguments(
            "palette",
            plain,
            pictures().png("pal8"),
            "format=pix_fmts=rgb24,"
                + "scale=flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv,format=pix_fmts=yuv420p",
            "1920x1080"),
        arguments(
            "gray of full range",
            plain,
            pictures().png("gray"),
            "scale=flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv,"
                + "format=pix_fmts=yuv420p",
            "1920x1080"),
        arguments(
            "black and white",
            plain,
            pictures().format("monob", 1, 0, 0),
            "format=pix_fmts=gray,"
                + "scale=flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv,"
                + "format=pix_fmts=yuv420p",
            "1920x1080"),
        arguments(
            "gray of limited range, made smaller",
            Job.to("o.mp4").lines(720),
            pictures().format("gray", 8, 0, 0),
            "scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact:in_range=pc:out_range=pc,setsar=sar=1,"
                + "setparams=range=tv,format=pix_fmts=yuv420p",
            "1280x720"),
        arguments(
            "HDR to H.264, smaller first",
            Job.to("o.mp4").lines(720),
            pictures().hdr10(),
            "scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1," + toneMapping(),
            "1280x720"),
        arguments(
            "HDR to H.264, larger last",
            Job.to("o.mp4").lines(1440),
            pictures().hdr10(),
            toneMapping() + ",scale=w=2560:h=1440:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1",
            "2560x1440"));
  }

  private static String toneMapping() {
    return "setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,"
        + "zscale=transfer=linear:npl=100,format=pix_fmts=gbrpf32le,zscale=primaries=bt709,"
        + "tonemap=tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=limited,"
        + "format=pix_fmts=yuv420p";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chains")
  void filters_areInTheOrderThatMeansTheRightThing(
      String name, Job job, Pictures pictures, String chain, String size) {
    Plan.EncodeVideo video = job.encoded(TestMedia.of(pictures));
    assertThat(Filter.chain(video.filters())).isEqualTo(chain);
    assertThat(video.size().toString()).isEqualTo(size);
    assertThat(video.filters()).allSatisfy(filter -> assertThat(filter.why()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({
    // Sizes that do not divide evenly stay inside the box and even.
    "1920, 800, 1280, 720, 1280x534",
    "1000, 333, 501, 501, 500x166",
    "640, 480, 1920, 1080, 1440x1080",
  })
  void within_keepsTheAspectInEvenSides(int width, int height, int boxW, int boxH, String size) {
    assertThat(
            Job.to("o.mp4")
                .size(new SizeSpec.Within(new Size(boxW, boxH)))
                .encoded(TestMedia.of(pictures().size(width, height)))
                .size()
                .toString())
        .isEqualTo(size);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(Job.to("o.mp4").crop(1921, 10, 0, 0), "reaches outside the picture"),
        arguments(Job.to("o.mp4").crop(10, 10, 1915, 0), "reaches outside the picture"),
        arguments(Job.to("o.mp4").crop(0, 10, 0, 0), "reaches outside the picture"),
        arguments(Job.to("o.mp4").pad(1280, 720), "smaller than the picture"),
        arguments(Job.to("o.mp4").pad(1921, 1080), "must be even"),
        arguments(Job.to("o.mp4").size(new SizeSpec.Exactly(new Size(641, 480))), "must be even"),
        arguments(Job.to("o.mp4").pixelFormat("yuv410p"), "it takes yuv420p, yuvj420p"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refused")
  void impossiblePictures_areRefused(Job job, String expected) {
    assertThat(job.refused(TestMedia.of(pictures()))).singleElement().asString().contains(expected);
  }

  @Test
  void absurdSize_isRefused() {
    assertThat(Job.to("o.mp4").lines(20000).refused(TestMedia.of(pictures())))
        .anyMatch(line -> line.contains("beyond what encoders take"));
  }

  @Test
  void enlarging_isNoted() {
    assertThat(Job.to("o.mp4").lines(2160).planned(TestMedia.of(pictures())).receipt().notes())
        .anyMatch(note -> note.contains("enlarged from 1920x1080 to 3840x2160"));
  }

  @ParameterizedTest
  @CsvSource({
    "H264, , yuv420p, bt709, false",
    "H264, KEEP, yuv420p10le, smpte2084, true",
    "HEVC, , yuv420p10le, smpte2084, true",
    "HEVC, SDR, yuv420p, bt709, false",
    "AV1, , yuv420p10le, smpte2084, true",
    "VP9, , yuv420p, bt709, false",
  })
  void hdr_isKeptWhereTheCodecCarriesIt(
      VideoCodec codec, Hdr asked, String format, String transfer, boolean metadata) {
    Job job = Job.to("o.mkv").codec(codec);
    Plan.EncodeVideo video =
        (asked == null ? job : job.hdr(asked)).encoded(TestMedia.of(pictures().hdr10()));
    assertThat(video.pixelFormat()).isEqualTo(format);
    assertThat(video.color().transfer()).isEqualTo(transfer);
    assertThat(video.hdr().contentLight().isPresent()).isEqualTo(metadata);
    assertThat(video.hdr().hdr10Plus()).isFalse();
    assertThat(video.hdr().dolbyVision()).isFalse();
  }

  @Test
  void hdr_thatCannotBeDone_isRefused() {
    assertThat(Job.to("o.webm").hdr(Hdr.KEEP).refused(TestMedia.of(pictures().hdr10())))
        .singleElement()
        .asString()
        .contains("HDR needs 10 bits");
    assertThat(
            Job.to("o.mp4")
                .refused(TestMedia.of(pictures().hdr10()), TestBuild.without("no zimg", "zscale")))
        .singleElement()
        .asString()
        .contains("no filter zscale");
  }

  @Test
  void hdr_losses_areNoted() {
    assertThat(
            Job.to("o.mp4")
                .codec(VideoCodec.AV1)
                .planned(TestMedia.of(pictures().hdr10().captions()))
                .receipt()
                .notes())
        .anyMatch(note -> note.contains("Dolby Vision"))
        .anyMatch(note -> note.contains("HDR10+"))
        .anyMatch(note -> note.contains("captions"));
  }

  @ParameterizedTest
  @CsvSource({"H264, yuv420p", "HEVC, yuv420p10le", "AV1, yuv420p10le", "VP9, yuv420p"})
  void depth_isKeptWhereItPlays(VideoCodec codec, String expected) {
    TestMedia media = TestMedia.of(pictures().format("yuv422p10le", 10, 1, 0));
    Plan.EncodeVideo video = Job.to("o.mkv").codec(codec).encoded(media);
    assertThat(video.pixelFormat()).isEqualTo(expected);
    assertThat(Filter.chain(video.filters()))
        .isEqualTo("scale=flags=bicubic+accurate_rnd+bitexact,format=pix_fmts=" + expected);
  }

  @Test
  void tags_areTheSourcesExceptWhereThePixelsChange() {
    Color odd = new Color("pc", "unspecified", "unspecified", "bt470bg", "center");
    assertThat(
            Job.to("o.mp4")
                .encoded(TestMedia.of(pictures().format("yuvj420p", 8, 1, 1).color(odd)))
                .color())
        .isEqualTo(odd);
    assertThat(Job.to("o.mp4").encoded(TestMedia.of(pictures().rgb("rgb24"))).color())
        .isEqualTo(new Color("tv", "bt709", "bt709", "bt709", "unspecified"));
    Plan.EncodeVideo mapped = Job.to("o.mp4").encoded(TestMedia.of(pictures().hdr10()));
    assertThat(mapped.color()).isEqualTo(TestMedia.BT709);
    assertThat(mapped.hdr()).isEqualTo(HdrMetadata.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    // format, range, matrix; range and matrix of the output
    "pal8, pc, gbr, yuv420p, tv, bt709",
    "pal8, unspecified, unspecified, yuv420p, tv, bt709",
    "gray, pc, gbr, yuv420p, tv, bt709",
    "gray, unspecified, unspecified, yuv420p, tv, bt709",
    "gray, tv, unspecified, yuv420p, tv, unspecified",
    "gray, tv, gbr, yuv420p, tv, bt709",
    "gray10le, pc, gbr, yuv444p, tv, bt709",
    "monob, unspecified, unspecified, yuv420p, tv, bt709",
    "yuv444p, tv, gbr, yuv420p, tv, unspecified",
    "gray, pc, gbr, gbrp, pc, gbr",
  })
  void tags_neverCallYuvRgb(
      String source, String range, String matrix, String format, String toRange, String toMatrix) {
    Pictures odd =
        pictures()
            .png(source)
            .color(new Color(range, "unspecified", "unspecified", matrix, "unspecified"));
    Color color = Job.to("o.mp4").pixelFormat(format).encoded(TestMedia.of(odd)).color();
    assertThat(color.range()).isEqualTo(toRange);
    assertThat(color.matrix()).isEqualTo(toMatrix);
  }

  @Test
  void gray_ofVideoCodecs_isLimitedUnlessTheySayOtherwise() {
    Pictures gray = new Pictures().codec("hevc").png("gray").color(Color.UNKNOWN);
    Plan.EncodeVideo video = Job.to("o.mp4").encoded(TestMedia.of(gray));
    assertThat(video.color()).isEqualTo(Color.UNKNOWN);
    assertThat(Filter.chain(video.filters()))
        .contains("in_range=pc:out_range=pc,setparams=range=tv");
  }

  @Test
  void tags_ofRgbAndFullRangeOutputs_sayWhatTheyAre() {
    Plan.EncodeVideo rgb =
        Job.to("o.mkv")
            .codec(VideoCodec.HEVC)
            .pixelFormat("gbrp")
            .encoded(TestMedia.of(pictures()));
    assertThat(rgb.color().matrix()).isEqualTo("gbr");
    assertThat(String.join(" ", FfmpegCommand.of(planOf(rgb)))).contains("-colorspace:0 rgb");
    assertThat(
            Job.to("o.mp4")
                .pixelFormat("yuvj420p")
                .encoded(TestMedia.of(pictures()))
                .color()
                .range())
        .isEqualTo("pc");
  }

  @Test
  void shallowHdr_isNoted() {
    assertThat(
            Job.to("o.mkv")
                .codec(VideoCodec.HEVC)
                .pixelFormat("yuv420p")
                .planned(TestMedia.of(pictures().hdr10()))
                .receipt()
                .notes())
        .anyMatch(note -> note.contains("HDR in 8 bits"));
  }

  private static Plan planOf(Plan.EncodeVideo video) {
    return new Plan(
        new Plan.Input("in.mkv", Optional.empty(), Optional.empty()),
        "o.mkv",
        List.of(video),
        List.of(
            new Plan.File(
                "o.mkv", List.of(0), "matroska", new LinkedHashMap<>(), Map.of(), List.of())),
        Optional.empty(),
        /* strict= */ false);
  }

  @ParameterizedTest
  @CsvSource({"o.mp4, CARRIED", "o.ts, NONE"})
  void rotateOff_leavesTheTurningToTheContainer(String output, Rotation expected) {
    Plan.EncodeVideo video =
        Job.to(output).rotateOff().encoded(TestMedia.of(pictures().rotation(90)));
    assertThat(video.rotation()).isEqualTo(expected);
    assertThat(video.filters()).isEmpty();
  }

  @Test
  void transparency_isNoted() {
    assertThat(Job.to("o.mp4").planned(TestMedia.of(pictures().rgb("bgra"))).receipt().notes())
        .anyMatch(note -> note.contains("transparency"));
  }

  @Test
  void turningSwapsTheSampleAspect() {
    Plan.EncodeVideo video =
        Job.to("o.mp4")
            .lines(576)
            .encoded(TestMedia.of(pictures().size(720, 576).sampleAspect(64, 45).rotation(90)));
    assertThat(video.size()).isEqualTo(new Size(576, 1024));
  }

  @Test
  void lossesNobodyAskedFor_areNoted() {
    Pictures hdr = pictures().hdr10();
    assertThat(Job.to("o.mp4").planned(TestMedia.of(hdr)).receipt().notes())
        .anyMatch(note -> note.contains("HDR is tone-mapped to SDR: hardly any player"));
    assertThat(Job.to("o.mp4").hdr(Hdr.SDR).planned(TestMedia.of(hdr)).receipt().notes())
        .noneMatch(note -> note.contains("tone-mapped"));
    assertThat(
            Job.to("o.mp4").crop(101, 57, 3, 5).planned(TestMedia.of(pictures())).receipt().notes())
        .singleElement()
        .asString()
        .contains("--crop 101x57+3+5 leaves odd sides", "the picture is 100x56");
    assertThat(
            Job.to("o.mp4").crop(100, 56, 3, 5).planned(TestMedia.of(pictures())).receipt().notes())
        .isEmpty();
    assertThat(
            Job.to("o.mp4")
                .planned(TestMedia.of(pictures().tag("ALPHA_MODE", "1")))
                .receipt()
                .notes())
        .singleElement()
        .asString()
        .contains("transparency is lost");
  }

  @Test
  void aSizeThatIsTooSmall_isOneReason() {
    assertThat(
            Job.to("o.mp4")
                .codec(VideoCodec.AV1)
                .size(new SizeSpec.Exactly(new Size(1, 1)))
                .refused(TestMedia.of(pictures())))
        .singleElement()
        .asString()
        .contains("--size: 1x1 is beyond");
  }
}
