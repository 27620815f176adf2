package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.engine.testing.Captioned;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Scheme;
import dev.penstock.model.Failure;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encryption, layouts and captions through the whole engine. */
@ExtendWith(NoLeaks.class)
class DeliveryTest {
  private static final String HEX = "8a1b2c3d4e5f60718293a4b5c6d7e8f9";
  private static final byte[] BYTES = HexFormat.of().parseHex(HEX);
  private static final ContentKey KEY = ContentKey.of(BYTES, "unused");

  @TempDir Path parent;

  private LadderSpec spec(String name, Form... forms) {
    Path source =
        Clips.make(
            "lively.mp4",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=4 -f lavfi -i sine=d=4:r=48000",
            "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k");
    return Ladders.of(source, parent.resolve(name), Set.of(forms), 96);
  }

  private Path done(LadderSpec spec, Optional<ContentKey> key) {
    Report _ = Ladders.done(spec, 2, key);
    return Path.of(spec.folder());
  }

  private static List<String> hashes(String what, Path input, String... options) {
    List<String> command = new ArrayList<>(List.of(options));
    command.addAll(List.of("-i", input.toString(), "-map", "0:0"));
    command.addAll(what.equals("packets") ? List.of("-c", "copy") : List.of());
    command.addAll(List.of("-f", "framemd5", "-"));
    return new String(Oracle.ffmpeg(command), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",")[5].strip())
        .toList();
  }

  @Test
  void aes128_isPlayedWithTheKey() throws IOException {
    Path clear = done(spec("clear", Form.HLS), Optional.empty());
    LadderSpec asked = spec("dark", Form.HLS);
    asked = asked.withDelivery(asked.delivery().laidOut(Delivery.Layout.FILES));
    Path dark = done(Ladders.encrypted(asked, Scheme.AES_128, KEY, "key.bin"), Optional.of(KEY));
    Files.write(dark.resolve("key.bin"), BYTES);

    assertThat(hashes("frames", dark.resolve("96p.m3u8"), "-allowed_extensions", "ALL"))
        .isEqualTo(hashes("frames", clear.resolve("96p.m3u8")))
        .hasSize(100);
    assertThat(hashes("frames", dark.resolve("audio-1.m3u8"), "-allowed_extensions", "ALL"))
        .isEqualTo(hashes("frames", clear.resolve("audio-1.m3u8")));
    assertThat(dark.resolve("96p.m3u8")).content().contains("METHOD=AES-128,URI=\"key.bin\"");
    assertThat(dark.resolve("96p-iframes.m3u8")).doesNotExist();
    assertThat(Files.readAllBytes(dark.resolve("96p/00001.m4s")))
        .isNotEqualTo(Files.readAllBytes(clear.resolve("96p.mp4")));
  }

  @Test
  void cbcs_isReadWithTheKeyAndNotWithoutIt() {
    Path clear = done(spec("clear", Form.HLS, Form.DASH), Optional.empty());
    LadderSpec asked = spec("dark", Form.HLS, Form.DASH);
    Path dark =
        done(Ladders.encrypted(asked, Scheme.CBCS, KEY, "https://k/?a=1"), Optional.of(KEY));

    for (String name : List.of("96p.mp4", "audio-1.mp4")) {
      List<String> expected = hashes("packets", clear.resolve(name));
      assertThat(hashes("packets", dark.resolve(name), "-decryption_key", HEX)).isEqualTo(expected);
      assertThat(hashes("packets", dark.resolve(name)))
          .hasSameSizeAs(expected)
          .isNotEqualTo(expected);
    }
    assertThat(dark.resolve("manifest.mpd")).content().contains("value=\"cbcs\"");
    assertThat(dark.resolve("96p.m3u8"))
        .content()
        .contains("METHOD=SAMPLE-AES,URI=\"https://k/?a=1\"");
  }

  @Test
  void theKey_isWrittenNowhere() throws IOException {
    LadderSpec spec = Ladders.encrypted(spec("dark", Form.HLS), Scheme.CBCS, KEY, "key");
    Report report = Ladders.done(spec, 2, Optional.of(KEY));
    assertThat(report.toString()).contains(KEY.idText()).doesNotContainIgnoringCase(HEX);
    assertThat(spec.toString()).doesNotContainIgnoringCase(HEX);
    String raw = new String(BYTES, StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.walk(Path.of(spec.folder()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(raw)
            .doesNotContainIgnoringCase(HEX);
      }
    }
  }

  @Test
  void anotherKeyThanPlanned_isRefusedBeforeAnyWork() throws IOException {
    ContentKey other = ContentKey.of(new byte[16], "unused");
    LadderSpec spec = Ladders.encrypted(spec("dark", Form.HLS), Scheme.CBCS, KEY, "key");
    for (Optional<ContentKey> given : List.of(Optional.of(other), Optional.<ContentKey>empty())) {
      assertThat(Ladders.run(spec, 1, given))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed ->
                  assertThat(failed.failure())
                      .isInstanceOf(Failure.BadRequest.class)
                      .extracting(failure -> failure.diagnosis().line())
                      .asString()
                      .contains(KEY.idText()));
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void segments_lieInFilesOfTheirOwn() {
    LadderSpec asked = spec("out", Form.HLS, Form.DASH);
    Path folder =
        done(asked.withDelivery(asked.delivery().laidOut(Delivery.Layout.FILES)), Optional.empty());

    assertThat(folder.resolve("96p.mp4")).doesNotExist();
    assertThat(folder.resolve("96p")).isDirectoryContaining("glob:**/00002.m4s");
    assertThat(Media.of(folder.resolve("96p.m3u8")).video().frameCount()).isEqualTo(100);
    assertThat(folder.resolve("manifest.mpd")).content().contains("$Number%05d$.m4s");
  }

  @Test
  void captions_areAnnouncedWhereTheyAre() {
    Path folder = parent.resolve("out");
    Report report = Ladders.done(Ladders.of(Captioned.clip(), folder, Set.of(Form.HLS), 96));

    assertThat(folder.resolve("master.m3u8"))
        .content()
        .contains("TYPE=CLOSED-CAPTIONS", "INSTREAM-ID=\"CC1\"", "CLOSED-CAPTIONS=\"captions\"")
        .doesNotContain("CLOSED-CAPTIONS=NONE");
    assertThat(Captioned.count(folder.resolve("96p.mp4"))).isEqualTo(Captioned.FRAMES);
    assertThat(report.receipt().decisions())
        .anyMatch(decision -> decision.choice().equals("announced as CC1"));
  }

  @ParameterizedTest
  @EnumSource(
      value = VideoCodec.class,
      names = {"H264", "HEVC"})
  void captionsThatBeginLate_areAnnounced(VideoCodec codec) {
    Path folder = parent.resolve("out");
    LadderSpec spec =
        Ladders.of(
            Captioned.from(Captioned.FRAMES - 1),
            folder,
            Set.of(Form.HLS, Form.DASH),
            List.of(rung(codec)));
    Report _ = Ladders.done(Ladders.encrypted(spec, Scheme.CBCS, KEY, "key"), 1, Optional.of(KEY));

    assertThat(folder.resolve("master.m3u8")).content().contains("CLOSED-CAPTIONS=\"captions\"");
    assertThat(folder.resolve("manifest.mpd")).content().contains("cc:cea-608");
  }

  private static RungSpec rung(VideoCodec codec) {
    return new RungSpec(
        new SizeSpec.Lines(96),
        Optional.of(codec),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(28));
  }

  @Test
  void captionsThatSayNothing_areNone() {
    Path folder = parent.resolve("out");
    Report report = Ladders.done(Ladders.of(Captioned.silent(), folder, Set.of(Form.HLS), 96));

    assertThat(Captioned.count(folder.resolve("96p.mp4"))).isEqualTo(Captioned.FRAMES);
    assertThat(folder.resolve("master.m3u8")).content().contains("CLOSED-CAPTIONS=NONE");
    assertThat(report.verification().failed()).isEmpty();
  }

  @Test
  void withoutCaptions_playersAreToldThatThereAreNone() {
    Path folder = done(spec("out", Form.HLS), Optional.empty());

    assertThat(folder.resolve("master.m3u8"))
        .content()
        .contains("CLOSED-CAPTIONS=NONE")
        .doesNotContain("TYPE=CLOSED-CAPTIONS");
  }
}
