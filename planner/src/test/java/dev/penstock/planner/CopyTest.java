package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.Deinterlace;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Preset;
import dev.penstock.model.Receipt.Decision;
import dev.penstock.model.Scan;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CopyTest {
  @ParameterizedTest
  @CsvSource({
    "out.mp4, h264, copy",
    "out.m4v, h264, copy",
    "out.mov, h264, copy",
    "out.mkv, h264, copy",
    "out.ts, h264, copy",
    "out.mp4, hevc, libx264",
    "out.mkv, vp9, libx264",
    "out.webm, vp9, copy",
    "out.webm, h264, libvpx-vp9",
    "out.webm, av1, libvpx-vp9",
    "OUT.MKV, mpeg2video, libx264",
  })
  void video_isCopiedOnlyWhenItIsTheContainersUsualCodec(
      String output, String codec, String expected) {
    TestMedia media = TestMedia.of(new Pictures().codec(codec));
    assertThat(how(Job.to(output).planned(media).plan().tracks().getFirst())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "out.mp4, aac, copy",
    "out.mp4, mp3, aac",
    "out.mkv, mp3, copy",
    "out.mkv, pcm_s16le, copy",
    "out.mkv, wmav2, aac",
    "out.webm, opus, copy",
    "out.webm, aac, libopus",
    "out.ts, ac3, aac",
    "out.m4a, flac, aac",
    "out.mka, flac, copy",
  })
  void audio_isCopiedWhereItFits(String output, String codec, String expected) {
    TestMedia media = TestMedia.empty().audio(codec, 48000, 2, "stereo");
    assertThat(how(Job.to(output).planned(media).plan().tracks().getFirst())).isEqualTo(expected);
  }

  @Test
  void untouchedFile_isCopiedAndSaysWhy() {
    var planned = Job.to("out.mp4").planned(TestMedia.ordinary());
    assertThat(planned.plan().tracks()).extracting(CopyTest::how).containsExactly("copy", "copy");
    assertThat(planned.plan().file().options()).containsEntry("movflags", "+faststart");
    assertThat(planned.receipt().decisions())
        .filteredOn(decision -> decision.subject().equals("video track 0"))
        .singleElement()
        .extracting(Decision::choice, Decision::because)
        .containsExactly("copy", "it is H.264 already and nothing asks for other pictures");
  }

  @Test
  void bareStream_isNotCopied_becauseItSaysNoTimes() {
    TestMedia bare = TestMedia.of(new Pictures()).inside("h264");
    assertThat(how(Job.to("out.mp4").planned(bare).plan().tracks().getFirst()))
        .isNotEqualTo("copy");
    assertThat(Job.to("out.mp4").copyVideo().refused(bare))
        .singleElement()
        .asString()
        .contains("no timestamps");
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("--preset", Job.to("o.mp4").preset(Preset.P1)),
        arguments("--bitrate", Job.to("o.mp4").bitrate(1_000_000)),
        arguments("--max-bitrate", Job.to("o.mp4").maxBitrate(1_000_000)),
        arguments("--quality", Job.to("o.mp4").quality(20)),
        arguments("--size", Job.to("o.mp4").lines(720)),
        arguments("--fps", Job.to("o.mp4").fps(30, 1)),
        arguments("--crop", Job.to("o.mp4").crop(100, 100, 0, 0)),
        arguments("--pad", Job.to("o.mp4").pad(2000, 2000)),
        arguments("--deinterlace on", Job.to("o.mp4").deinterlace(Deinterlace.ON)),
        arguments("--pixel-format", Job.to("o.mp4").pixelFormat("yuv444p")),
        arguments("--encoder-option", Job.to("o.mp4").option("tune", "film")),
        arguments("--start", Job.to("o.mp4").start(2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void everyWishForOtherPictures_encodesAndSaysWhichOne(String option, Job job) {
    var planned = job.planned(TestMedia.of(new Pictures()));
    assertThat(planned.receipt().decisions())
        .filteredOn(decision -> decision.choice().equals("encode to h264"))
        .singleElement()
        .satisfies(decision ->
            assertThat(decision.dropped())
                .singleElement()
                .satisfies(dropped -> assertThat(dropped.because()).contains(option)));
  }

  static Stream<Arguments> satisfied() {
    return Stream.of(
        arguments("--fps it has", Job.to("o.mp4").fps(25, 1)),
        arguments("--pixel-format it has", Job.to("o.mp4").pixelFormat("yuv420p")),
        arguments("--hdr sdr of SDR", Job.to("o.mp4").hdr(Hdr.SDR)),
        arguments("--hdr keep", Job.to("o.mp4").hdr(Hdr.KEEP)),
        arguments("--duration", Job.to("o.mp4").duration(2)),
        arguments("--start 0", Job.to("o.mp4").start(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("satisfied")
  void wishesAlreadyMet_copy(String name, Job job) {
    assertThat(job.planned(TestMedia.ordinary()).plan().tracks())
        .extracting(CopyTest::how)
        .containsExactly("copy", "copy");
  }

  @Test
  void interlacedVideo_isEncodedUnlessDeinterlacingIsOff() {
    TestMedia media = TestMedia.of(new Pictures().scan(Scan.TOP_FIELD_FIRST));
    assertThat(Job.to("o.mp4").encoded(media).filters()).isNotEmpty();
    assertThat(
            Job.to("o.mp4").deinterlace(Deinterlace.OFF).planned(media).plan().tracks().getFirst())
        .isInstanceOf(Plan.Copy.class);
  }

  @Test
  void rotation_isKeptByCopyingExceptIntoTransportStreams() {
    TestMedia media = TestMedia.of(new Pictures().rotation(90));
    assertThat(how(Job.to("o.mp4").planned(media).plan().tracks().getFirst())).isEqualTo("copy");
    assertThat(how(Job.to("o.ts").planned(media).plan().tracks().getFirst())).isEqualTo("libx264");
    assertThat(Job.to("o.ts").copyVideo().planned(media).receipt().notes())
        .anyMatch(note -> note.contains("unturned"));
  }

  @ParameterizedTest
  @CsvSource({"out.mp4, hvc1", "out.mov, hvc1", "out.mkv, ''"})
  void copiedHevc_getsTheTagThatApplePlays(String output, String tag) {
    var copy =
        (Plan.Copy)
            Job.to(output)
                .copyVideo()
                .planned(TestMedia.of(new Pictures().codec("hevc")))
                .plan()
                .tracks()
                .getFirst();
    assertThat(copy.codecTag()).isEqualTo(Optional.of(tag).filter(text -> !text.isEmpty()));
  }

  @Test
  void copyAsAsked_withStart_saysThatTheCutIsAtAKeyFrame() {
    assertThat(
            Job.to("o.mp4")
                .copyVideo()
                .audio(new AudioTarget.Copy())
                .start(3)
                .planned(TestMedia.ordinary())
                .receipt()
                .notes())
        .hasSize(2)
        .anyMatch(note -> note.contains("key frame before --start"));
  }

  @Test
  void copyAsAsked_refusesEveryOptionThatWouldChangePictures() {
    List<String> reasons =
        Job.to("o.mp4").copyVideo().lines(720).quality(20).refused(TestMedia.ordinary());
    assertThat(reasons).hasSize(2);
    assertThat(reasons).anyMatch(line -> line.startsWith("--size with --codec copy"));
    assertThat(reasons).anyMatch(line -> line.startsWith("--quality with --codec copy"));
  }

  @Test
  void copyAsAsked_refusesWhatTheContainerCannotHold() {
    assertThat(Job.to("o.webm").copyVideo().refused(TestMedia.of(new Pictures())))
        .singleElement()
        .asString()
        .contains("WebM cannot hold h264");
    assertThat(
            Job.to("o.mp4")
                .audio(new AudioTarget.Copy())
                .loudness(-16)
                .refused(TestMedia.empty().audio("wmav2", 48000, 2, "stereo")))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"o.ts, AV1", "o.ts, VP9", "o.webm, H264", "o.webm, HEVC"})
  void codecTheContainerCannotHold_isRefused(String output, VideoCodec codec) {
    assertThat(Job.to(output).codec(codec).refused(TestMedia.of(new Pictures())))
        .singleElement()
        .asString()
        .contains("the container cannot hold the codec");
  }

  private static String how(TrackPlan track) {
    return switch (track) {
      case Plan.Copy _ -> "copy";
      case Plan.EncodeVideo video -> video.encoder();
      case Plan.EncodeAudio audio -> audio.encoder();
      case Plan.ConvertSubtitle subtitle -> subtitle.encoder();
    };
  }
}
