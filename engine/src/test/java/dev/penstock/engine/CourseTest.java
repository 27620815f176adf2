package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.CodedStretch;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of how pictures are coded is so, and tiles the whole of the film. */
@ExtendWith(NoLeaks.class)
class CourseTest {
  private static final Pattern LUMA = Pattern.compile("PSNR y:(\\S+)");
  private static final Segments LONG = new Segments.Every(Duration.ofSeconds(4));
  private static final int SECONDS = 8;

  @TempDir Path folder;
  private final Queue<CodedStretch> told = new ConcurrentLinkedQueue<>();

  /** Eight seconds that grow harder, a key frame a second. */
  private static Path source() {
    return Clips.make(
        "harder.mp4",
        "-f lavfi -i testsrc2=size=320x176:rate=25:duration=" + SECONDS,
        "-vf noise=alls=20:allf=t:enable='gt(t,4)' -c:v libx264 -preset ultrafast -crf 12 -bf 2",
        "-g 25 -pix_fmt yuv420p");
  }

  private Transcoding job(String output, Segments segments) {
    return Transcoding.of(source(), folder.resolve(output))
        .with("libx264")
        .codec(VideoCodec.H264)
        .quick()
        .segments(segments);
  }

  private List<CodedStretch> inOrder() {
    return told.stream().sorted(Comparator.comparing(CodedStretch::from)).toList();
  }

  @Test
  void segments_areToldInEvenStretches() {
    Path file = job("told.mp4", LONG).coded(told::add).run().file();

    assertThat(times())
        .containsExactly("0 to 2000", "2000 to 4000", "4000 to 6000", "6000 to 8000");
    checkFigures(file, job("untold.mp4", LONG));
  }

  @Test
  void whatIsNotCut_isToldTheSame() {
    Path file = job("told.mp4", new Segments.Off()).coded(told::add).run().file();

    assertThat(times())
        .containsExactly("0 to 2000", "2000 to 4000", "4000 to 6000", "6000 to 8000");
    checkFigures(file, job("untold.mp4", new Segments.Off()));
  }

  private List<String> times() {
    return inOrder().stream()
        .map(each -> each.from().toMillis() + " to " + each.to().toMillis())
        .toList();
  }

  private void checkFigures(Path file, Transcoding untold) {
    List<CodedStretch> all = inOrder();
    assertThat(all).extracting(CodedStretch::rendition).containsOnly("176p");
    assertThat(all).extracting(CodedStretch::pictures).containsExactly(50L, 50L, 50L, 50L);
    Transcoding.Done plain = untold.run();
    assertThat(plain.file()).as("asking changes no byte").hasSameBinaryContentAs(file);
    assertThat(all.stream().mapToLong(CodedStretch::bytes).sum())
        .isCloseTo(plain.track(0).bytes(), offset(2000L));
    assertThat(mean(all, each -> each.quantiser().orElseThrow()))
        .isCloseTo(plain.track(0).averageQp().orElseThrow(), offset(0.5));
    // x264 leaves out the deblocking of pictures that no other needs.
    double error = mean(all, each -> Math.pow(10, -each.psnr().orElseThrow() / 10));
    assertThat(-10 * Math.log10(error)).isCloseTo(measured(file), offset(0.3));
    assertThat(all.getLast().psnr().orElseThrow())
        .as("noise is hard")
        .isLessThan(all.getFirst().psnr().orElseThrow() - 2);
  }

  private static double mean(List<CodedStretch> of, ToDoubleFunction<CodedStretch> value) {
    double sum = of.stream().mapToDouble(each -> each.pictures() * value.applyAsDouble(each)).sum();
    return sum / of.stream().mapToLong(CodedStretch::pictures).sum();
  }

  private static double measured(Path file) {
    String log =
        Oracle.ffmpegLog(
            List.of(
                "-i",
                file.toString(),
                "-i",
                source().toString(),
                "-lavfi",
                "psnr",
                "-f",
                "null",
                "-"));
    Matcher luma = LUMA.matcher(log);
    assertThat(luma.find()).as(log).isTrue();
    return Double.parseDouble(luma.group(1));
  }

  /** What an ended run left is told again by the one that goes on from there. */
  @Test
  void segmentsThatWereThere_areToldAsIfTheyWereMadeNow() {
    job("straight.mp4", LONG).lanes(1).coded(told::add).run();
    List<CodedStretch> straight = inOrder();

    Cancellation end = new Cancellation();
    job("resumed.mp4", LONG).lanes(1).coded(each -> endInTheSecond(each, end)).runUntil(end);
    told.clear();
    Transcoding.Done done = job("resumed.mp4", LONG).lanes(1).coded(told::add).run();
    assertThat(done.report().pieces().orElseThrow().reused()).isEqualTo(1);
    assertThat(inOrder()).hasSameSizeAs(straight);
    for (int i = 0; i < straight.size(); i++) {
      CodedStretch then = inOrder().get(i);
      assertThat(then)
          .usingRecursiveComparison()
          .ignoringFields("bytes")
          .isEqualTo(straight.get(i));
      // Of what is joined the note of the encoder stands in the first segment only.
      assertThat(then.bytes()).isCloseTo(straight.get(i).bytes(), offset(1000L));
    }
  }

  private static void endInTheSecond(CodedStretch told, Cancellation end) {
    if (told.from().toSeconds() >= 4) {
      end.cancel();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libx265", "libsvtav1"})
  void others_tellQuantisersOnly(String encoder) {
    VideoCodec codec = encoder.equals("libx265") ? VideoCodec.HEVC : VideoCodec.AV1;
    Transcoding.of(source(), folder.resolve("out.mp4"))
        .with(encoder)
        .codec(codec)
        .quick()
        .segments(LONG)
        .coded(told::add)
        .run();

    assertThat(times()).hasSize(4);
    assertThat(told)
        .allMatch(each -> each.psnr().isEmpty())
        .allMatch(each -> each.quantiser().orElseThrow() > 1)
        .allMatch(each -> each.quantiser().orElseThrow() < each.coarsest().orElseThrow());
  }
}
