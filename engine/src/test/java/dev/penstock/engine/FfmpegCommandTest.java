package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.MediaDump;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.FfmpegCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan and the ffmpeg command that stands for it write the same packets. */
@ExtendWith(NoLeaks.class)
class FfmpegCommandTest {
  @TempDir Path folder;

  private static Path source() {
    return Clips.make(
        "source.mkv",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -f lavfi -i sine=d=2:r=48000",
        "-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -c:a flac");
  }

  static Stream<Arguments> jobs() {
    return Stream.of(
        job("h264 mp4", "mp4", job -> job),
        job("h264 mkv fastest", "mkv", Transcoding::quick),
        job("h264 ts", "ts", job -> job.codec(VideoCodec.H264).quality(30)),
        job("h264 by bit rate", "mp4", job -> job.codec(VideoCodec.H264).bitrate(300_000)),
        job(
            "h264 under a maximum",
            "mp4",
            job -> job.codec(VideoCodec.H264).bitrate(300_000).maxBitrate(350_000)),
        job(
            "h264 smaller",
            "mp4",
            job -> job.codec(VideoCodec.H264).size(new SizeSpec.Percent(50))),
        job("h264 cropped", "mp4", job -> job.codec(VideoCodec.H264).crop(200, 100, 11, 7)),
        job("h264 at another rate", "mp4", job -> job.codec(VideoCodec.H264).fps("15")),
        job(
            "h264 with a key frame a second",
            "mp4",
            job -> job.codec(VideoCodec.H264).gop(new Gop.Time(Duration.ofSeconds(1)))),
        job("h264 cut", "mkv", job -> job.codec(VideoCodec.H264).start(480).duration(1000)),
        job("hevc", "mp4", job -> job.codec(VideoCodec.HEVC).quick()),
        job("hevc by bit rate", "mkv", job -> job.codec(VideoCodec.HEVC).quick().bitrate(300_000)),
        job(
            "hevc under a maximum",
            "mkv",
            job -> job.codec(VideoCodec.HEVC).quick().bitrate(300_000).maxBitrate(350_000)),
        job("av1", "mkv", job -> job.codec(VideoCodec.AV1).quick()),
        job("av1 by bit rate", "mp4", job -> job.codec(VideoCodec.AV1).quick().bitrate(300_000)),
        job("vp9", "webm", job -> job.codec(VideoCodec.VP9).quick()),
        job("vp9 by bit rate", "mkv", job -> job.codec(VideoCodec.VP9).quick().bitrate(300_000)),
        job("opus", "mkv", job -> job.quick().audio(AudioCodec.OPUS, 64_000)),
        job("copied pictures", "mp4", job -> job.copyVideo()));
  }

  private static Arguments job(String name, String extension, UnaryOperator<Transcoding> options) {
    return Arguments.of(name, extension, options);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jobs")
  void samePacketsAsItsCommand(String name, String extension, UnaryOperator<Transcoding> options) {
    assertSame(source(), extension, options);
  }

  @ParameterizedTest
  @CsvSource({"HEVC, KEEP", "AV1, KEEP", "H264, SDR"})
  void samePacketsOfHdr(VideoCodec codec, Hdr hdr) {
    Path source =
        Clips.make(
            "hdr.mkv",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=0.4,format=yuv420p10le",
            "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -color_range tv",
            "-color_primaries bt2020 -colorspace bt2020nc -color_trc smpte2084",
            "-x265-params log-level=error:hdr10=1:max-cll=1000,400:colorprim=bt2020:colormatrix=bt2020nc:transfer=smpte2084"
                + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)");
    assertSame(source, "mkv", job -> job.codec(codec).quick().hdr(hdr));
  }

  @Test
  void samePacketsOfInterlacedPictures() {
    Path source =
        Clips.make(
            "interlaced.mkv",
            "-f lavfi -i testsrc2=s=192x144:r=50:d=1,tinterlace=interleave_top,fieldorder=tff",
            "-pix_fmt yuv420p -flags +ilme+ildct -c:v mpeg2video");
    assertSame(source, "mp4", Transcoding::quick);
  }

  @Test
  void samePacketsOfAVariableRate() {
    Path source =
        Clips.make(
            "variable.mkv",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 1) + ",setpts='N*(N+1)/40/TB'",
            "-fps_mode vfr -enc_time_base 1:1000 -c:v mpeg4 -bf 0 -g 10");
    assertSame(source, "mp4", Transcoding::quick);
  }

  private void assertSame(Path source, String extension, UnaryOperator<Transcoding> options) {
    Transcoding.Done done =
        options.apply(Transcoding.of(source, folder.resolve("penstock." + extension))).run();
    Path theirs = folder.resolve("ffmpeg." + extension);
    List<String> command = new ArrayList<>(FfmpegCommand.of(done.report().plan()));
    assertThat(command.removeLast()).isEqualTo(done.file().toString());
    command.removeFirst();
    command.add(theirs.toString());
    Oracle.ffmpeg(command);

    Media ours = done.media();
    Media other = Media.of(theirs);
    assertThat(ours.codecs()).isEqualTo(other.codecs());
    for (int i = 0; i < ours.streams().size(); i++) {
      assertThat(ours.streams().get(i).packetHashes())
          .as("stream %d", i)
          .isEqualTo(other.streams().get(i).packetHashes());
    }
    assertThat(MediaDump.times(done.file()).lines().sorted())
        .isEqualTo(MediaDump.times(theirs).lines().sorted().toList());
  }
}
