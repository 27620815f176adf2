package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.model.Rational;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was packaged plays in a browser, for real. */
@ExtendWith(NoLeaks.class)
class BrowserTest {
  @TempDir Path folder;
  @TempDir Path profile;

  @Test
  void everyRendition_playsToTheEndAndSwitches() throws Exception {
    for (Layout layout : Layout.values()) {
      Path target = Files.createDirectory(folder.resolve(layout.name()));
      Packaging.manifests(Packaging.usual(target, layout), target);
    }
    Path whole = Files.createDirectory(folder.resolve("whole"));
    byte[] key = "sixteen bytes ok".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Files.write(whole.resolve("key.bin"), key);
    ContentKey content = ContentKey.of(key, "key.bin");
    Packaging.manifests(
        Packaging.usual(whole, Layout.FILE_PER_SEGMENT, new Protection.WholeSegments(content)),
        whole);
    Path samples = Files.createDirectory(folder.resolve("samples"));
    Packaging.manifests(
        Packaging.usual(samples, Layout.ONE_FILE, new Protection.Samples(content)), samples);
    Path av1 = Files.createDirectory(folder.resolve("av1"));
    other(av1, "-c:v libaom-av1 -cpu-used 8", "-c:a libopus");
    Path vp9 = Files.createDirectory(folder.resolve("vp9"));
    other(vp9, "-c:v libvpx-vp9 -cpu-used 8", "-c:a flac");
    Map<String, String> runs = new LinkedHashMap<>();
    runs.put("hls-best", "hls:ONE_FILE/master.m3u8:1");
    runs.put("hls-least", "hls:FILE_PER_SEGMENT/master.m3u8:0");
    runs.put("hls-switch", "hls:ONE_FILE/master.m3u8:switch");
    runs.put("hls-aes", "hls:whole/master.m3u8:switch");
    runs.put("dash-best", "dash:ONE_FILE/manifest.mpd:1");
    runs.put("dash-least", "dash:FILE_PER_SEGMENT/manifest.mpd:0");
    runs.put("dash-switch", "dash:FILE_PER_SEGMENT/manifest.mpd:switch");
    runs.put("dash-cbcs", "dash:samples/manifest.mpd:switch");
    runs.put("hls-av1", "hls:av1/master.m3u8:0");
    runs.put("dash-vp9", "dash:vp9/manifest.mpd:0");
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String clearKey =
        "&clearkey=" + base64.encodeToString(content.id()) + ":" + base64.encodeToString(key);
    try (Browser browser = Browser.over(folder, profile)) {
      Map<String, Map<String, String>> seen = browser.play(runs, clearKey);
      seen.forEach(Browser::assertPlayed);
      assertThat(seen.get("hls-av1")).containsEntry("frames", "50");
      assertThat(seen.get("dash-vp9")).containsEntry("frames", "50");
      seen.keySet().removeAll(Set.of("hls-av1", "dash-vp9"));
      seen.forEach(BrowserTest::assertWhole);
      assertThat(widths(seen, "hls-best")).containsOnly("320");
      assertThat(widths(seen, "hls-least")).containsOnly("160");
      assertThat(widths(seen, "dash-best")).containsOnly("320");
      assertThat(widths(seen, "dash-least")).containsOnly("160");
      assertThat(widths(seen, "hls-switch")).contains("320", "160");
      assertThat(widths(seen, "hls-aes")).contains("320", "160");
      assertThat(widths(seen, "dash-switch")).contains("320", "160");
      assertThat(widths(seen, "dash-cbcs")).contains("320", "160");
    }
  }

  /** Two seconds in other codecs. */
  private static void other(Path target, String videoCodec, String audioCodec) {
    Path picture =
        Clips.make(
            "picture.mp4",
            "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -g 25 -pix_fmt yuv420p " + videoCodec);
    Path sound = Clips.make("sound.mp4", "-f lavfi -i sine=r=48000:d=2 -ac 2 " + audioCodec);
    SegmentGrid grid = new SegmentGrid(Rational.ONE, List.of(0L, 1L));
    Packaging.manifests(
        new Presentation(
            List.of(
                Packaging.write(picture, RenditionSpec.of("v"), grid, target, Layout.ONE_FILE),
                Packaging.write(sound, RenditionSpec.of("a"), grid, target, Layout.ONE_FILE)),
            List.of()),
        target);
  }

  private static List<String> widths(Map<String, Map<String, String>> seen, String name) {
    return Arrays.asList(seen.get(name).get("widths").split(";"));
  }

  /** Five seconds without a hole. */
  private static void assertWhole(String name, Map<String, String> seen) {
    assertThat(seen.get("ranges"))
        .as("%s %s", name, seen)
        .matches("0\\.0\\d\\d-(4\\.9|5\\.0)\\d\\d");
    assertThat(seen.get("cues")).as("%s %s", name, seen).isEqualTo("0.50-2.50;4.20-4.90");
    assertThat(Double.parseDouble(seen.get("duration"))).isBetween(4.95, 5.05);
    assertThat(Integer.parseInt(seen.get("frames"))).as("%s %s", name, seen).isBetween(120, 130);
  }
}
