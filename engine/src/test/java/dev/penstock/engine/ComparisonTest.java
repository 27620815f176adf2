package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Comparing;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import dev.penstock.model.Size;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers are compared with those that the filters print when ffmpeg runs them. */
@ExtendWith(NoLeaks.class)
class ComparisonTest {
  private static final String SOURCE = "testsrc2=size=320x240:rate=25:duration=2";
  private static final String PICTURE = "-f lavfi -i " + SOURCE;
  private static final String LOSSLESS = "-c:v ffv1 -pix_fmt yuv420p";
  private static final String LOSSY = "-c:v libx264 -preset veryfast -crf 38 -pix_fmt yuv420p";

  @TempDir Path folder;

  private static Path source() {
    return Clips.make("source.mkv", PICTURE, LOSSLESS);
  }

  private static Path lossy() {
    return Clips.make("lossy.mp4", PICTURE, LOSSY);
  }

  private static void assertAsOracle(Quality quality, Metric metric, List<Double> expected) {
    List<Double> values = Comparing.values(quality, metric);
    double precision = metric == Metric.XPSNR ? 6e-5 : 3e-6;
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i))
          .as("%s %d", metric, i)
          .isCloseTo(expected.get(i), within(precision));
    }
  }

  private static void assertAllAsOracle(Path reference, String before, Path copy, String after) {
    Quality quality = Comparing.of(reference, copy).run();
    for (Metric metric : Metric.values()) {
      assertAsOracle(quality, metric, Comparing.oracle(metric, reference, before, copy, after));
    }
  }

  private static void assertSame(Quality quality) {
    assertThat(quality.scores()).hasSize(3);
    assertThat(quality.score(Metric.PSNR).orElseThrow().combined().mean()).isEmpty();
    assertThat(quality.score(Metric.XPSNR).orElseThrow().combined().mean()).isEmpty();
    assertThat(quality.score(Metric.SSIM).orElseThrow().combined().lowest()).hasValue(1);
  }

  // ---- numbers

  @ParameterizedTest
  @EnumSource
  void numbersAreTheOracles(Metric metric) {
    Quality quality = Comparing.of(source(), lossy()).run();
    assertThat(quality.frames()).isEqualTo(50);
    assertThat(quality.missing()).isZero();
    assertThat(quality.extra()).isZero();
    assertThat(quality.identical()).isFalse();
    assertThat(quality.notes()).isEmpty();
    assertAsOracle(quality, metric, Comparing.oracle(metric, source(), "", lossy(), ""));
  }

  static Stream<Arguments> pictures() {
    return Stream.of(
        Arguments.of("odd sizes", "testsrc2=size=323x241:rate=25:duration=1", "yuv420p"),
        Arguments.of("a rate that XPSNR weighs otherwise", "mandelbrot=s=320x240:r=50", "yuv420p"),
        Arguments.of("4:4:4 in 10 bits", "testsrc2=size=320x240:rate=25:duration=1", "yuv444p10le"),
        Arguments.of("more pixels than HD", "testsrc2=s=2560x1440:r=25:d=0.2", "yuv420p"),
        Arguments.of("nearly the same", "gradients=s=320x240:r=25:d=1:seed=1", "yuv422p"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void numbersAreTheOracles_with(String name, String picture, String format) {
    String made = "-f lavfi -i " + picture + " -frames:v 25 -pix_fmt " + format;
    Path reference = Clips.make("a.mkv", made, "-c:v ffv1");
    String rate = name.startsWith("nearly") ? "4" : "36";
    Path copy = Clips.make("b.mkv", made, "-c:v libx264 -preset veryfast -crf " + rate);
    assertAllAsOracle(reference, "", copy, "");
  }

  @Test
  void lowestValue_isTheOracles() {
    Quality quality = Comparing.of(source(), lossy()).metric(Metric.PSNR).run();
    Quality.Levels levels = quality.score(Metric.PSNR).orElseThrow().combined();
    assertThat(levels.lowest().orElseThrow())
        .isCloseTo(Comparing.lowestPsnr(source(), lossy()), within(3e-6));
    assertThat(levels.percentile1()).as("of 50 frames").isEqualTo(levels.lowest());
  }

  @Test
  void onlyWhatIsAskedFor_isSaid() {
    Quality quality = Comparing.of(source(), lossy()).metric(Metric.SSIM).run();
    assertThat(quality.scores()).extracting(Quality.Score::metric).containsExactly(Metric.SSIM);
    assertThat(quality.seconds()).allMatch(s -> s.psnr().isEmpty() && s.ssim().isPresent());
  }

  @Test
  void vmaf_isSaidToBeMissing() {
    assertThat(Comparing.of(source(), lossy()).run().unavailable())
        .extracting(Quality.Unavailable::metric)
        .containsExactly("VMAF");
  }

  @ParameterizedTest
  @EnumSource(names = {"SSIM", "PSNR"})
  void everySecond_hasItsMean(Metric metric) {
    Quality quality = Comparing.of(source(), lossy()).metric(metric).run();
    assertThat(quality.seconds())
        .extracting(Quality.Second::start)
        .containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    for (int second = 0; second < 2; second++) {
      String trim = "trim=start=" + second + ":duration=1";
      List<Double> expected = Comparing.oracle(metric, source(), trim, lossy(), trim);
      assertThat(quality.seconds().get(second).frames()).isEqualTo(25);
      assertThat(quality.seconds().get(second).value(metric).orElseThrow())
          .isCloseTo(expected.getLast(), within(3e-6));
    }
  }

  @Test
  void identicalFiles() {
    Quality quality = Comparing.of(source(), source()).run();
    assertThat(quality.identical()).isTrue();
    assertSame(quality);
    assertThat(quality.seconds()).hasSize(2).allMatch(second -> second.psnr().isEmpty());
  }

  // ---- time

  @Test
  void aDroppedFrame_isMissing_andShiftsNothing() {
    Path copy = Clips.make("dropped.mkv", PICTURE, "-vf select='not(eq(n,20))'", LOSSLESS, PASS);
    Quality quality = Comparing.of(source(), copy).run();
    assertThat(quality.frames()).isEqualTo(49);
    assertThat(quality.missing()).isEqualTo(1);
    assertThat(quality.extra()).isZero();
    assertThat(quality.identical()).as("one is missing").isFalse();
    assertSame(quality);
  }

  private static final String PASS = "-fps_mode passthrough";

  @Test
  void anAddedFrame_isExtra_andShiftsNothing() {
    Path fewer = Clips.make("dropped.mkv", PICTURE, "-vf select='not(eq(n,20))'", LOSSLESS, PASS);
    Quality quality = Comparing.of(fewer, source()).run();
    assertThat(quality.frames()).isEqualTo(49);
    assertThat(quality.extra()).isEqualTo(1);
    assertThat(quality.missing()).isZero();
    assertSame(quality);
  }

  @Test
  void aMissingFirstFrame_shiftsNothing() {
    String sound = "-f lavfi -i sine=duration=2";
    Path reference = Clips.make("first.mkv", PICTURE, sound, LOSSLESS, "-c:a flac");
    Path copy =
        Clips.make(
            "first.mkv", PICTURE, sound, "-vf select='gt(n,0)'", LOSSLESS, "-c:a flac", PASS);
    Quality quality = Comparing.of(reference, copy).run();
    assertThat(quality.frames()).isEqualTo(49);
    assertThat(quality.missing()).isEqualTo(1);
    assertSame(quality);
  }

  @Test
  void variableFrameRate() {
    String irregular = "-vf setpts='(N*N*37+N*900)/90000/TB',settb=1/90000";
    Path reference = Clips.make("vfr.mkv", PICTURE, irregular, LOSSLESS, PASS);
    Path copy =
        Clips.make(
            "vfr.mp4",
            PICTURE,
            irregular,
            "-c:v libx264 -qp 0 -preset ultrafast -pix_fmt yuv420p -video_track_timescale 90000",
            PASS);
    Quality quality = Comparing.of(reference, copy).run();
    assertThat(quality.frames()).isEqualTo(50);
    assertThat(quality.identical()).isTrue();
  }

  @Test
  void anotherRate_isCountedOut() {
    Path copy = Clips.make("half.mkv", PICTURE, "-vf select='not(mod(n,2))'", LOSSLESS, PASS);
    Quality quality = Comparing.of(source(), copy).run();
    assertThat(quality.frames()).isEqualTo(25);
    assertThat(quality.missing()).isEqualTo(25);
    assertSame(quality);
  }

  /** The delay of the AAC encoder is 21 ms, more than a frame here. */
  @Test
  void aDelayOfTheSound_isNotTakenForAShift() {
    String picture = "-f lavfi -i testsrc2=size=160x120:rate=60:duration=1";
    String sound = "-f lavfi -i sine=sample_rate=48000:duration=1 -c:a aac";
    String codec = "-c:v libx264 -qp 0 -preset ultrafast -pix_fmt yuv420p";
    Path reference = Clips.make("delay.mp4", picture, sound, codec);
    Path copy = Clips.make("delay.mkv", "-i " + reference, "-c copy");
    Quality quality = Comparing.of(reference, copy).run();
    assertThat(quality.notes()).hasSize(1).first().asString().contains("21.0 ms later");
    assertThat(quality.frames()).isEqualTo(60);
    assertThat(quality.identical()).isTrue();
  }

  @Test
  void transportStreams_beginAtTheirOwnTime() {
    Path copy = Clips.make("late.ts", PICTURE, "-c:v mpeg2video -q:v 2 -output_ts_offset 100");
    Quality quality = Comparing.of(source(), copy).metric(Metric.SSIM).run();
    assertThat(quality.frames()).isEqualTo(50);
    assertThat(quality.missing() + quality.extra()).isZero();
    assertThat(quality.score(Metric.SSIM).orElseThrow().combined().lowest().orElseThrow())
        .isGreaterThan(0.95);
  }

  // ---- pixels

  @Test
  void differentSizes_areComparedInTheReferences() {
    Path copy = Clips.make("small.mkv", PICTURE, "-vf scale=160:120", LOSSLESS);
    Quality quality = Comparing.of(source(), copy).run();
    assertThat(quality.size()).isEqualTo(new Size(320, 240));
    assertThat(quality.notes()).containsExactly("the copy was scaled from 160x120 to 320x240");
    assertAllAsOracle(
        source(), "", copy, "scale=320:240:flags=bicubic+accurate_rnd+bitexact,format=yuv420p");
  }

  @Test
  void differentDepths_areComparedInTheDeeper() {
    Path deep = Clips.make("deep.mkv", PICTURE, "-c:v ffv1 -pix_fmt yuv420p10le");
    String to10 = "scale=flags=bicubic+accurate_rnd+bitexact,format=yuv420p10le";
    assertThat(Comparing.of(deep, lossy()).run().pixelFormat()).isEqualTo("yuv420p10le");
    assertAllAsOracle(deep, "", lossy(), to10);
    assertAllAsOracle(lossy(), to10, deep, "");
  }

  /** libavfilter's xpsnr takes deep lines to have no padding, which is not so at these widths. */
  @ParameterizedTest
  @CsvSource({"324x240", "340x242", "322x240"})
  void deepPictures_ofAnyWidth(String size) {
    String picture = "-f lavfi -i testsrc2=size=" + size + ":duration=0.4";
    Path shallow = Clips.make("shallow.mkv", picture, LOSSLESS);
    Path noisy = Clips.make("noisy.mkv", picture, "-vf noise=alls=8:all_seed=7", LOSSLESS);
    Quality plain = Comparing.of(shallow, noisy).run();
    Path deep = deepened(shallow);
    Path deepNoisy = deepened(noisy);
    assertThat(Comparing.of(deep, deep).run().identical()).isTrue();
    assertSame(Comparing.of(deep, deep).run());
    Quality quality = Comparing.of(deep, deepNoisy).run();
    for (int i = 0; i < 4; i++) {
      assertThat(Comparing.values(quality, Metric.XPSNR).get(i))
          .isCloseTo(Comparing.values(plain, Metric.XPSNR).get(i), within(0.1));
    }
    for (Metric metric : List.of(Metric.SSIM, Metric.PSNR)) {
      assertAsOracle(quality, metric, Comparing.oracle(metric, deep, "", deepNoisy, ""));
    }
  }

  private static Path deepened(Path file) {
    return Clips.make("deep.mkv", "-i " + file, "-c:v ffv1 -pix_fmt yuv420p10le");
  }

  @Test
  void deepPictures_turnedUpsideDown() {
    Path deep = Clips.make("deep.mov", PICTURE, "-c:v prores_ks -pix_fmt yuv422p10le");
    Path marked = Clips.make("marked.mov", "-display_rotation:v 180", "-i " + deep, "-c copy");
    Quality quality = Comparing.of(marked, marked).run();
    assertThat(quality.identical()).isTrue();
    assertSame(quality);
  }

  @Test
  void chroma_isTheReferences() {
    Path full = Clips.make("chroma.mkv", PICTURE, "-c:v ffv1 -pix_fmt yuv444p");
    Quality quality = Comparing.of(full, source()).run();
    assertThat(quality.pixelFormat()).isEqualTo("yuv444p");
    assertThat(quality.notes()).containsExactly("the copy was brought from 4:2:0 to 4:4:4");
    assertThat(quality.score(Metric.PSNR).orElseThrow().components().getFirst().levels().mean())
        .as("luma is untouched")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"90, transpose=cclock", "-90, transpose=clock", "180, 'hflip,vflip'"})
  void aTurnedPicture_equalsOneThatIsToBeTurned(int degrees, String turn) {
    Path marked =
        Clips.make("marked.mp4", "-display_rotation:v " + degrees, "-i " + lossy(), "-c copy");
    Path turned =
        Clips.make("turned.mkv", "-i " + lossy(), "-vf " + turn, "-c:v ffv1 -pix_fmt yuv420p");
    for (Quality quality :
        List.of(Comparing.of(marked, turned).run(), Comparing.of(turned, marked).run())) {
      assertThat(quality.identical()).isTrue();
      assertThat(quality.size())
          .isEqualTo(degrees == 180 ? new Size(320, 240) : new Size(240, 320));
    }
  }

  @Test
  void fullRange_againstLimited() {
    String toFull = "-vf scale=in_range=tv:out_range=pc,format=yuv420p -color_range pc";
    Path full = Clips.make("full.mkv", "-i " + source(), toFull, "-c:v ffv1");
    Quality quality = Comparing.of(full, source()).run();
    assertThat(quality.score(Metric.PSNR).orElseThrow().combined().lowest().orElse(100))
        .isGreaterThan(48);
    Quality back = Comparing.of(source(), full).run();
    assertThat(back.score(Metric.PSNR).orElseThrow().combined().lowest().orElse(100))
        .isGreaterThan(48);
  }

  @ParameterizedTest
  @CsvSource({"gray, y", "gray10le, y", "gbrp, r", "rgb24, r", "pal8, r"})
  void picturesThatAreNotYuv(String format, String component) {
    String codec = format.equals("pal8") || format.equals("rgb24") ? "png" : "ffv1";
    Path reference = Clips.make("other.mkv", PICTURE, "-c:v " + codec + " -pix_fmt " + format);
    Quality same = Comparing.of(reference, reference).run();
    assertThat(same.identical()).isTrue();
    assertThat(same.scores().getFirst().components().getFirst().name()).isEqualTo(component);
  }

  @Test
  void grayReference_isComparedByItsLuma() {
    Path gray = Clips.make("gray.mkv", "-i " + source(), "-vf extractplanes=y -c:v ffv1");
    Quality quality = Comparing.of(gray, source()).run();
    assertThat(quality.pixelFormat()).isEqualTo("gray");
    assertSame(quality);
  }

  @Test
  void aSizeThatChangesOnTheWay_isComparedInTheFirst() {
    String codec = "-c:v mpeg2video -q:v 2 -g 5";
    Path first = Clips.make("one.ts", "-f lavfi -i testsrc2=s=320x240:r=25:d=1", codec);
    Path then =
        Clips.make("two.ts", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -output_ts_offset 1", codec);
    Path changing = Clips.joined("changing.ts", first, then);
    Quality quality = Comparing.of(changing, changing).run();
    assertThat(quality.frames()).isGreaterThan(45);
    assertThat(quality.identical()).isTrue();
    assertThat(quality.size()).isEqualTo(new Size(320, 240));
  }

  /** libavfilter's xpsnr divides by zero at this size. */
  @ParameterizedTest
  @CsvSource({"44x46, XPSNR", "14x64, 'XPSNR,SSIM'", "2x2, 'XPSNR,SSIM'"})
  void tinyPictures_areMeasuredAsFarAsTheyCan(String size, String without) {
    Path tiny =
        Clips.make("tiny.mkv", "-f lavfi -i testsrc2=size=" + size + ":duration=0.2", LOSSLESS);
    Quality quality = Comparing.of(tiny, tiny).run();
    assertThat(quality.identical()).isTrue();
    assertThat(quality.unavailable().stream().map(Quality.Unavailable::metric).toList())
        .containsExactlyElementsOf(Stream.of((without + ",VMAF").split(",")).toList());
  }

  @Test
  void smallPictures_thatAreLargeEnough() {
    Path small = Clips.make("small.mkv", "-f lavfi -i testsrc2=size=46x46:duration=0.2", LOSSLESS);
    Path copy = Clips.make("copy.mkv", "-i " + small, LOSSY);
    assertAllAsOracle(small, "", copy, "");
  }

  // ---- stretches

  @ParameterizedTest
  @EnumSource(names = {"SSIM", "PSNR"})
  void aStretch_isMeasuredAlone(Metric metric) {
    Path reference = beacon();
    Path copy = Clips.make("b.mp4", "-i " + beacon(), "-map 0:v", LOSSY, "-g 25");
    Quality quality = Comparing.of(reference, copy).metric(metric).stretch(1500, 1000).run();
    assertThat(quality.frames()).isEqualTo(25);
    assertThat(quality.missing() + quality.extra()).isZero();
    String trim = "trim=start=1.5:duration=1";
    assertAsOracle(quality, metric, Comparing.oracle(metric, reference, trim, copy, trim));
    assertThat(quality.seconds())
        .extracting(s -> s.start().toSeconds() + ":" + s.frames())
        .containsExactly("1:12", "2:13");
  }

  private static Path beacon() {
    return Clips.beacon("beacon.mp4", 4);
  }

  @ParameterizedTest
  @CsvSource({"beacon.mp4", "beacon.mkv", "beacon.ts"})
  void severalStretches_addUp(String name) {
    Path file = Clips.beacon(name, 4);
    Quality quality = Comparing.of(file, file).stretch(0, 400).stretch(1240, 400).from(3000).run();
    assertThat(quality.frames()).isEqualTo(10 + 10 + 25);
    assertThat(quality.identical()).isTrue();
  }

  @Test
  void aStretch_countsWhatIsMissingInItOnly() {
    Path copy = Clips.make("dropped.mkv", PICTURE, "-vf select='not(eq(n,20))'", LOSSLESS, PASS);
    assertThat(Comparing.of(source(), copy).stretch(0, 800).run().missing()).isZero();
    assertThat(Comparing.of(source(), copy).stretch(800, 40).stretch(840, 400).run().missing())
        .isEqualTo(1);
  }

  @Test
  void stretches_comeInOrder() {
    assertThatThrownBy(
            () -> Comparing.of(source(), lossy()).stretch(500, 300).stretch(0, 100).run())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Comparing.of(source(), lossy()).from(0).stretch(500, 100).run())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStretchBehindTheEnd_isAFailure() {
    Failure failure = Comparing.of(source(), lossy()).stretch(60_000, 1000).failure();
    assertThat(failure).isInstanceOf(Failure.BadInput.class);
    assertThat(failure.diagnosis().problem()).isEqualTo("there is no frame to compare");
  }

  // ---- what cannot be compared

  @Test
  void soundAlone_isAFailure() {
    Path sound = Clips.make("sound.m4a", "-f lavfi -i sine=duration=1 -c:a aac");
    for (Comparing comparing :
        List.of(Comparing.of(source(), sound), Comparing.of(sound, source()))) {
      Failure failure = comparing.failure();
      assertThat(failure).isInstanceOf(Failure.BadInput.class);
      assertThat(failure.diagnosis().subject()).isEqualTo(sound.toString());
      assertThat(failure.diagnosis().problem()).isEqualTo("has no video");
    }
  }

  @Test
  void differentShapes_areAFailure() {
    Path wide = Clips.make("wide.mkv", PICTURE, "-vf crop=320:180", LOSSLESS);
    Failure failure = Comparing.of(source(), wide).failure();
    assertThat(failure).isInstanceOf(Failure.Unsupported.class);
    assertThat(failure.diagnosis().likelyCause()).contains("320x240 against 320x180");
  }

  @Test
  void anamorphicPictures_haveTheShapeTheyAreShownIn() {
    Path squeezed = Clips.make("squeezed.mkv", PICTURE, "-vf scale=160:240,setsar=2", LOSSLESS);
    assertThat(Comparing.of(source(), squeezed).run().frames()).isEqualTo(50);
  }

  @Test
  void hdrAgainstSdr_isAFailure() {
    Path hdr = Clips.make("hdr.mp4", PICTURE, tagged("smpte2084"));
    Path sdr = Clips.make("sdr.mp4", PICTURE, tagged("bt709"));
    Failure failure = Comparing.of(hdr, sdr).failure();
    assertThat(failure).isInstanceOf(Failure.Unsupported.class);
    assertThat(failure.diagnosis().likelyCause()).contains("HDR (PQ)", "SDR");
    Quality untold = Comparing.of(hdr, lossy()).run();
    assertThat(untold.notes()).anyMatch(note -> note.contains("only one of them says"));
  }

  private static String tagged(String transfer) {
    return "-vf setparams=color_primaries=bt2020:colorspace=bt2020nc:color_trc="
        + transfer
        + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p";
  }

  @Test
  void aCutOffFile_lacksFrames() throws IOException {
    byte[] whole = Files.readAllBytes(source());
    Path half = Clips.of("half.mkv", Arrays.copyOf(whole, whole.length / 2));
    Quality quality = Comparing.of(source(), half).run();
    assertThat(quality.frames()).isBetween(10L, 40L);
    assertThat(quality.frames() + quality.missing()).isEqualTo(50);
    assertThat(quality.identical()).isFalse();
  }

  // ---- ends before its time

  @Test
  void cancelled_beforeItBegins() {
    Cancellation cancellation = new Cancellation();
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input a = Input.open(source().toString(), reading, cancellation);
        Input b = Input.open(lossy().toString(), reading, cancellation)) {
      cancellation.cancel();
      assertThat(Comparison.of(a, b, WHOLE, _ -> {}, cancellation)).isEmpty();
    }
  }

  private static final Comparison.Spec WHOLE = Comparison.Spec.whole(EnumSet.allOf(Metric.class));

  /** More than probing reads. */
  private static Path longer() {
    return Clips.make("longer.mkv", "-f lavfi -i testsrc2=size=320x240:rate=25:d=8", LOSSLESS);
  }

  /** A pipe that gives the whole file and then nothing, not even an end. */
  private Path stalling(Path file, CountDownLatch over) throws Exception {
    Path pipe = folder.resolve("pipe.mkv");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Thread.ofVirtual()
        .start(() -> {
          try (OutputStream out = Files.newOutputStream(pipe)) {
            out.write(Files.readAllBytes(file));
            out.flush();
            over.await();
          } catch (IOException | InterruptedException gone) {
            // The reader left.
          }
        });
    return pipe;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void cancelled_onTheWay() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Cancellation cancellation = new Cancellation();
    Input.Options reading = new Input.Options(Duration.ofMinutes(5), _ -> {});
    try (Input a = Input.open(longer().toString(), reading, cancellation);
        Input b = Input.open(stalling(longer(), over).toString(), reading, cancellation)) {
      Optional<Quality> quality =
          Comparison.of(
              a,
              b,
              WHOLE,
              progress -> {
                if (progress.frames() > 10) {
                  cancellation.cancel();
                }
              },
              cancellation);
      assertThat(quality).isEmpty();
    } finally {
      over.countDown();
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void anInputThatStalls_isAFailure() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Cancellation cancellation = new Cancellation();
    Input.Options reading = new Input.Options(Duration.ofSeconds(2), _ -> {});
    try (Input a = Input.open(longer().toString(), reading, cancellation);
        Input b = Input.open(stalling(longer(), over).toString(), reading, cancellation)) {
      Comparison.of(a, b, WHOLE, _ -> {}, cancellation);
      throw new AssertionError("no failure");
    } catch (FailureException e) {
      assertThat(e.failure().diagnosis().problem()).isEqualTo("gave no data for 2 s");
      assertThat(e.failure().diagnosis().stage()).isEqualTo(Stage.DEMUX);
    } finally {
      over.countDown();
    }
  }
}
