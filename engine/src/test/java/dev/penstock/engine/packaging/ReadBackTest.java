package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FFmpeg plays what was packaged: every frame, at its time, without a word of complaint. */
@ExtendWith(NoLeaks.class)
class ReadBackTest {
  private static final Pattern TIME = Pattern.compile("^frame\\|pts_time=(-?[0-9.]+)");

  @TempDir Path folder;

  private static List<Long> times(Path input, String stream) {
    return Oracle.ffprobe(
            List.of(
                "-show_frames",
                "-select_streams",
                stream,
                "-show_entries",
                "frame=pts_time",
                "-of",
                "compact",
                input.toString()))
        .lines()
        .map(TIME::matcher)
        .filter(Matcher::find)
        .map(time -> Math.round(Double.parseDouble(time.group(1)) * 1e6))
        .toList();
  }

  private static String complaints(Path input) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Oracle.program("ffmpeg"), "-v", "warning", "-nostdin"));
    command.addAll(List.of("-i", input.toString(), "-map", "0:v?", "-map", "0:a?", "-f"));
    command.addAll(List.of("null", "-"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(log).isZero();
    return log;
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void hls_givesEveryFrameAtItsTime(Layout layout) throws Exception {
    Presentation presentation = Packaging.usual(folder, layout);
    Packaging.manifests(presentation, folder);
    check(folder.resolve("v180.m3u8"), Packaging.video(320, 180, "400k"), "v");
    check(folder.resolve("v90.m3u8"), Packaging.video(160, 90, "80k"), "v");
    check(folder.resolve("en.m3u8"), Packaging.sound(440, "-c:a aac"), "a");
    assertThat(complaints(folder.resolve("master.m3u8"))).isEmpty();
    assertThat(times(folder.resolve("master.m3u8"), "v:0")).hasSize(125);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void dash_givesEveryFrameAtItsTime(Layout layout) throws Exception {
    Presentation presentation = Packaging.usual(folder, layout);
    Packaging.manifests(new Presentation(presentation.renditions(), List.of()), folder);
    Path mpd = folder.resolve("manifest.mpd");
    assertThat(times(mpd, "v:0")).isEqualTo(expected(Packaging.video(320, 180, "400k")));
    assertThat(times(mpd, "v:1")).isEqualTo(expected(Packaging.video(160, 90, "80k")));
    List<Long> sound = expected(Packaging.sound(660, "-c:a aac"));
    if (layout == Layout.ONE_FILE) {
      assertThat(times(mpd, "a:1")).isEqualTo(sound);
    } else {
      // FFmpeg's demuxer begins anew with each file and takes the first frame for priming each
      // time, of its own muxer's packages too.
      assertThat(sound).containsAll(times(mpd, "a:1"));
    }
    assertThat(complaints(mpd)).isEmpty();
  }

  private static List<Long> expected(Path source) {
    return Media.of(source).streams().getFirst().times();
  }

  private void check(Path playlist, Path source, String kind) throws Exception {
    assertThat(times(playlist, kind)).isEqualTo(expected(source));
    assertThat(complaints(playlist)).isEmpty();
  }

  @Test
  void subtitles_areReadFromSegments() {
    Packaging.manifests(Packaging.usual(folder, Layout.ONE_FILE), folder);
    String text =
        new String(
            Oracle.ffmpeg(
                List.of("-i", folder.resolve("sub-en.vtt").toString(), "-f", "webvtt", "-")),
            StandardCharsets.UTF_8);
    assertThat(text)
        .contains("00:00.500 --> 00:02.500\nacross &amp; <i>both</i>".replace("&amp;", "&"));
    assertThat(text).contains("the end");
    assertThat(folder.resolve("sub-en/00002.vtt"))
        .content()
        .contains("across")
        .contains("MPEGTS:0");
    assertThat(folder.resolve("sub-en/00003.vtt")).content().contains("the end").contains("line:0");
  }
}
