package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Scheme;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted ladders, with all that lies beside them, play in a browser. */
@ExtendWith(NoLeaks.class)
class LadderInBrowserTest {
  private static final byte[] BYTES = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
  private static final ContentKey KEY = ContentKey.of(BYTES, "unused");

  @TempDir Path folder;
  @TempDir Path profile;

  private void ladder(String name, Scheme scheme, Delivery.Layout layout, Form... forms)
      throws Exception {
    Path source =
        Clips.make(
            "lively.mp4",
            "-f lavfi -i testsrc2=s=320x180:r=25:d=5 -f lavfi -i sine=d=5:r=48000",
            "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k");
    Path target = folder.resolve(name);
    LadderSpec spec = Ladders.of(source, target, Set.of(forms), 180, 90);
    Delivery delivery =
        Delivery.PLAIN
            .laidOut(layout)
            .withStills(
                Optional.of(new Delivery.Poster(Optional.empty())),
                Optional.of(Duration.ofSeconds(1)));
    var _ =
        Ladders.done(
            Ladders.encrypted(spec.withDelivery(delivery), scheme, KEY, "key.bin"),
            2,
            Optional.of(KEY));
    Files.write(target.resolve("key.bin"), BYTES);
  }

  @Test
  void encryptedLadders_playToTheEndAndSwitch() throws Exception {
    ladder("aes", Scheme.AES_128, Delivery.Layout.FILES, Form.HLS);
    ladder("cbcs", Scheme.CBCS, Delivery.Layout.ONE_FILE, Form.HLS, Form.DASH);
    Map<String, String> runs = new LinkedHashMap<>();
    runs.put("hls-aes", "hls:aes/master.m3u8:switch");
    runs.put("dash-cbcs", "dash:cbcs/manifest.mpd:switch");
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String clearKey =
        "&clearkey=" + base64.encodeToString(KEY.id()) + ":" + base64.encodeToString(BYTES);
    try (Browser browser = Browser.over(folder, profile)) {
      Map<String, Map<String, String>> seen = browser.play(runs, clearKey);
      seen.forEach(Browser::assertPlayed);
      seen.forEach((name, facts) ->
          assertThat(Arrays.asList(facts.get("widths").split(";")))
              .as("%s %s", name, facts)
              .contains("320", "160"));
    }
  }
}
