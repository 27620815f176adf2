package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Deinterlace;
import dev.penstock.model.Scan;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields are found in the frames themselves and become progressive frames, as many as before. */
@ExtendWith(NoLeaks.class)
class InterlaceTest {
  private static final int FRAMES = 50;

  @TempDir Path folder;

  private static Path interlaced(String name, String encoder, boolean topFirst) {
    String order = topFirst ? "interleave_top,fieldorder=tff" : "interleave_bottom,fieldorder=bff";
    return Clips.make(
        name,
        "-f lavfi -i testsrc2=s=192x144:r=50:d=2,tinterlace=" + order,
        "-pix_fmt yuv420p -flags +ilme+ildct -c:v " + encoder);
  }

  @ParameterizedTest
  @CsvSource({
    "in.ts, mpeg2video, true, TOP_FIELD_FIRST",
    "in.mkv, mpeg2video, false, BOTTOM_FIELD_FIRST",
    "in.mp4, libx264 -preset veryfast, true, TOP_FIELD_FIRST",
    "in.ts, libx264 -preset veryfast, false, BOTTOM_FIELD_FIRST",
  })
  void interlacedFrames_areFoundAndDeinterlaced(
      String name, String encoder, boolean topFirst, Scan scan) {
    Path source = interlaced(name, encoder, topFirst);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.report().input().video().getFirst().scan()).isEqualTo(scan);
    assertThat(done.choice("video track 0, filter bwdif")).contains("send_frame");
    assertThat(done.media().video().frameCount()).isEqualTo(FRAMES);
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(done.media().video().fact("field_order")).isEqualTo("progressive");
    assertThat(combed(done.file())).isLessThan(10);
    assertThat(combed(source)).isGreaterThan(40);
  }

  @Test
  void theyLookLikeTheOracles() {
    Path source = interlaced("in.mkv", "mpeg2video -q:v 2", true);

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).quick().quality(4).run().file();

    assertThat(Pictures.leastPsnr(file, source, "bwdif=send_frame:auto:interlaced"))
        .isGreaterThan(40);
  }

  @Test
  void interlacedFrames_areNotCopiedByDefault() {
    Path source = interlaced("in.mp4", "libx264 -preset veryfast", true);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).run();

    assertThat(done.choice("video track 0")).startsWith("encode");
    assertThat(combed(done.file())).isLessThan(10);
  }

  @Test
  void deinterlaceOff_keepsTheFields() {
    Path source = interlaced("in.mkv", "mpeg2video -q:v 2", true);

    Path file =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .quality(4)
            .deinterlace(Deinterlace.OFF)
            .run()
            .file();

    assertThat(combed(file)).isGreaterThan(40);
    assertThat(Pictures.leastPsnr(file, source, "")).isGreaterThan(40);
  }

  @Test
  void deinterlaceOn_worksOnFramesThatAreNotMarked() {
    Path source =
        Clips.make(
            "unmarked.mkv",
            "-f lavfi -i testsrc2=s=192x144:r=50:d=2,tinterlace=interleave_top,setfield=prog",
            "-pix_fmt yuv420p -c:v ffv1");

    assertThat(combed(Transcoding.of(source, folder.resolve("auto.mp4")).quick().run().file()))
        .isGreaterThan(40);
    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("on.mp4")).quick().deinterlace(Deinterlace.ON).run();
    assertThat(combed(done.file())).isLessThan(10);
    assertThat(done.media().video().frameCount()).isEqualTo(FRAMES);
  }

  @Test
  void progressiveFrames_areLeftAlone() {
    Path source = Clips.beacon("source.mp4", 1);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.report().input().video().getFirst().scan()).isEqualTo(Scan.PROGRESSIVE);
    assertThat(done.report().receipt().decisions()).noneMatch(d -> d.choice().contains("bwdif"));
  }

  /** Frames that look interlaced to the oracle, whatever they are marked as. */
  private static int combed(Path file) {
    String log =
        Oracle.ffmpegLog(
            List.of("-i", file.toString(), "-vf", "setfield=prog,idet", "-f", "null", "-"));
    // The filter is set up twice, and the first one sees nothing.
    MatchResult found =
        Pattern.compile("Multi frame detection: TFF:\\s*(\\d+) BFF:\\s*(\\d+)")
            .matcher(log)
            .results()
            .toList()
            .getLast();
    return Integer.parseInt(found.group(1)) + Integer.parseInt(found.group(2));
  }
}
