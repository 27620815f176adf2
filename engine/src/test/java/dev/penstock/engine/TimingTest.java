package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every frame is shown when it was shown in the source, unless another rate was asked for. */
@ExtendWith(NoLeaks.class)
class TimingTest {
  @TempDir Path folder;

  /** Pauses of 40 to 360 ms between frames, as screen recorders write them. */
  private static Path variable(String name) {
    return Clips.make(
        name,
        "-f lavfi -i " + Clips.numbered(160, 96, "25", 2) + ",setpts='N*(N+1)/40/TB'",
        "-fps_mode vfr -enc_time_base 1:1000 -c:v mpeg4 -bf 0 -g 10");
  }

  @ParameterizedTest
  @CsvSource({
    "in.mkv, out.mp4, H264",
    "in.mkv, out.mkv, H264",
    "in.mp4, out.mp4, H264",
    "in.mkv, out.mp4, HEVC",
    "in.mkv, out.mkv, AV1",
    "in.mkv, out.webm, VP9",
    "in.mkv, out.ts, H264"
  })
  void aVariableRate_staysVariable(String from, String to, VideoCodec codec) {
    Path source = variable(from);
    assertThat(Media.of(source).video().frameCount()).isEqualTo(50);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(to)).codec(codec).quick().run();

    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 49));
    assertThat(done.choice("video track 0, timing")).contains("keeps its timestamp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"in.mp4", "in.mkv", "in.ts", "in.flv"})
  void aConstantRate_isKnownForOne(String name) {
    Path source =
        Clips.make(
            name,
            "-f lavfi -i testsrc2=s=64x64:r=30000/1001:d=10 -f lavfi -i sine=d=10",
            "-c:v libx264 -preset veryfast -bf 3 -pix_fmt yuv420p -g 30 -c:a aac");

    Transcoding job = Transcoding.of(source, folder.resolve("out.mp4")).with("libx264").quick();

    Plan.EncodeVideo video = (Plan.EncodeVideo) job.planned().plan().tracks().getFirst();
    assertThat(video.frameRate()).contains(new Rational(30000, 1001));
    assertThat(video.options()).containsEntry("x264-params", "cpu-independent=1:force-cfr=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"in.mp4", "in.mkv", "in.ts"})
  void fieldsAreNotFrames_whenItComesToTheRate(String name) {
    Path source =
        Clips.make(
            name,
            "-f lavfi -i testsrc2=s=64x64:r=50:d=5,tinterlace=interleave_top,fieldorder=tff",
            "-c:v libx264 -preset veryfast -flags +ilme+ildct -pix_fmt yuv420p");

    Transcoding job = Transcoding.of(source, folder.resolve("out.mp4")).with("libx264").quick();

    Plan.EncodeVideo video = (Plan.EncodeVideo) job.planned().plan().tracks().getFirst();
    assertThat(video.frameRate()).contains(new Rational(25, 1));
    assertThat(video.options()).containsEntry("x264-params", "cpu-independent=1:force-cfr=1");
  }

  @Test
  void aVariableRate_becomesConstantWhenAsked() {
    Path source = variable("in.mkv");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().fps("10").run();

    List<Long> times = done.media().video().relativeTimes();
    assertThat(times)
        .isEqualTo(IntStream.range(0, times.size()).mapToObj(i -> i * 100_000L).toList());
    assertThat(done.media().seconds())
        .isCloseTo(Media.of(source).seconds(), org.assertj.core.data.Offset.offset(0.2));
    assertThat(done.track(0).decoded() + done.track(0).duplicated() - done.track(0).dropped())
        .isEqualTo(done.track(0).encoded());
  }

  @ParameterizedTest
  @CsvSource({
    "30, 15, 30",
    "30, 60, 120",
    "15, 30, 60",
    "30000/1001, 25, 50",
    "30000/1001, 30, 60",
    "25, 25, 50",
    "24000/1001, 24, 48",
    "60, 30000/1001, 60",
  })
  void fps_givesTheRateAndAsManyFramesAsItTakes(String from, String to, int frames) {
    Path source =
        Clips.make(
            "source.mp4",
            "-f lavfi -i " + Clips.numbered(160, 96, from, 2),
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().fps(to).run();

    assertThat(done.media().video().frameCount()).isEqualTo(frames);
    assertThat(Rational.parse(done.media().video().fact("avg_frame_rate")))
        .isEqualTo(Rational.parse(to));
    assertThat(Pictures.numbers(done.file())).isSorted();
    assertThat(done.track(0).decoded() + done.track(0).duplicated() - done.track(0).dropped())
        .isEqualTo(done.track(0).encoded())
        .isEqualTo(frames);
  }

  @Test
  void fps_halved_keepsEverySecondFrame() {
    Path source =
        Clips.make(
            "source.mp4",
            "-f lavfi -i " + Clips.numbered(160, 96, "30", 2),
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p");

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).quick().fps("15").run().file();

    List<Integer> numbers = Pictures.numbers(file);
    for (int i = 1; i < numbers.size(); i++) {
      assertThat(numbers.get(i) - numbers.get(i - 1)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void framesInDecodingOrder_comeOutInTheOrderShown(VideoCodec codec) {
    Path source =
        Clips.make(
            "source.mkv",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 2),
            "-c:v libx264 -preset medium -bf 3 -b-pyramid normal -pix_fmt yuv420p -g 12");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).codec(codec).quick().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 49));
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(done.track(0).decoded()).isEqualTo(50);
    assertThat(done.track(0).encoded()).isEqualTo(50);
    assertThat(done.track(0).packetsOut()).isEqualTo(50);
  }

  @Test
  void anOpenGop_losesNothing() {
    Path source =
        Clips.make(
            "source.ts",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 2),
            "-c:v libx264 -preset medium -bf 3 -pix_fmt yuv420p -g 12 -flags -cgop"
                + " -x264-params open-gop=1");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 49));
  }

  @Test
  void anEditList_isObeyed() {
    // Cut by copying: an edit list hides what lies between the key frame and the cut.
    Path source = Clips.make("cut.mp4", "-ss 1.4 -i " + Clips.beacon("source.mp4", 3), "-c copy");
    List<Integer> shown = Pictures.numbers(source);
    assertThat(shown).startsWith(35);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(shown);
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(Sound.onsets(done.file())).isEqualTo(Sound.onsets(source));
  }

  @ParameterizedTest
  @CsvSource({"shifted.mkv, 0.5", "shifted.mkv, 3600", "shifted.ts, 90000"})
  void whereverTimeBegins_theOutputBeginsAtZero(String name, String offset) {
    Path source =
        Clips.make(
            name,
            "-i " + Clips.beacon("source.mp4", 3),
            "-c copy -avoid_negative_ts disabled -output_ts_offset " + offset);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(Double.parseDouble(done.media().fact("start_time"))).isZero();
    long first = Media.of(source).video().times().getFirst() / 1000;
    long firstNow = done.media().video().times().getFirst() / 1000;
    assertThat(Sound.onsets(done.file()).stream().map(onset -> onset - firstNow))
        .isEqualTo(Sound.onsets(source).stream().map(onset -> onset - first).toList());
  }

  @Test
  void aLongPause_staysInMatroskaAndMp4() {
    Path source =
        Clips.make(
            "pause.mkv",
            "-f lavfi -i "
                + Clips.numbered(160, 96, "25", 2)
                + ",setpts='(N+if(gte(N,25),375,0))/25/TB'",
            "-fps_mode vfr -c:v mpeg4");

    for (String name : List.of("out.mp4", "out.mkv", "out.ts")) {
      Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).quick().run();
      assertThat(done.media().video().relativeTimes())
          .isEqualTo(Media.of(source).video().relativeTimes())
          .contains(16_000_000L);
    }
  }
}
