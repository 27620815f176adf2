package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted segments: those who have the key get every frame, and those who have not get none. */
@ExtendWith(NoLeaks.class)
class ProtectionTest {
  private static final String HEX = "000102030405060708090a0b0c0d0eff";
  private static final byte[] KEY = HexFormat.of().parseHex(HEX);

  @TempDir Path folder;

  private static List<String> frames(Path input, String... options) {
    List<String> command = new java.util.ArrayList<>(List.of(options));
    command.addAll(List.of("-i", input.toString(), "-map", "0:0", "-f", "framemd5", "-"));
    return new String(Oracle.ffmpeg(command), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",")[5].strip())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void wholeSegments_areReadWithTheKey(Layout layout) throws IOException {
    Files.write(folder.resolve("key.bin"), KEY);
    Protection protection = new Protection.WholeSegments(ContentKey.of(KEY, "key.bin"));
    Presentation presentation = Packaging.usual(folder, layout, protection);
    Packaging.manifests(presentation, folder);
    Playlist playlist = Playlist.parse(Files.readString(folder.resolve("v90.m3u8")));
    Playlist.Tag key = playlist.one("EXT-X-KEY");
    assertThat(key.attribute("METHOD")).isEqualTo("AES-128");
    assertThat(key.attribute("URI")).isEqualTo("key.bin");
    assertThat(playlist.tags().indexOf(playlist.one("EXT-X-MAP")))
        .isLessThan(playlist.tags().indexOf(key));
    assertThat(folder.resolve("v90-iframes.m3u8")).doesNotExist();
    assertThat(folder.resolve("manifest.mpd")).doesNotExist();
    if (layout == Layout.FILE_PER_SEGMENT) {
      // FFmpeg does not seek in encrypted files that come without HTTP.
      assertThat(frames(folder.resolve("v90.m3u8"), "-allowed_extensions", "ALL"))
          .isEqualTo(Media.of(Packaging.video(160, 90, "80k")).video().frameHashes());
    }
  }

  @Test
  void wholeSegment_isCbcWithItsNumberAsVector() throws Exception {
    Protection protection = new Protection.WholeSegments(ContentKey.of(KEY, "k"));
    Path clear = Files.createDirectory(folder.resolve("clear"));
    Path dark = Files.createDirectory(folder.resolve("dark"));
    Path clip = Packaging.video(160, 90, "80k");
    RenditionSpec spec = RenditionSpec.of("v");
    Rendition plain = Packaging.write(clip, spec, Packaging.GRID, clear, Layout.ONE_FILE);
    Rendition secret =
        Packaging.write(clip, spec.protectedBy(protection), Packaging.GRID, dark, Layout.ONE_FILE);
    byte[] iv = new byte[16];
    iv[15] = 2;
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(iv));
    assertThat(cipher.doFinal(Packaging.bytes(dark, secret.segments().get(2).span())))
        .isEqualTo(Packaging.bytes(clear, plain.segments().get(2).span()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -c:v libx264 -bf 2 -b:v 800k -pix_fmt yuv420p",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -c:v libx264 -x264-params slices=4 -crf 15"
            + " -pix_fmt yuv420p",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -c:v libx265 -preset ultrafast -x265-params"
            + " log-level=none -b:v 800k -pix_fmt yuv420p -tag:v hvc1",
        "-f lavfi -i sine=r=48000:d=2 -c:a aac",
        "-f lavfi -i sine=r=48000:d=2 -c:a libopus",
      })
  void samples_areReadWithTheKeyAndNotWithoutIt(String how) {
    Path clip = Clips.make("secret.mp4", how);
    Protection protection = new Protection.Samples(ContentKey.of(KEY, "k"));
    RenditionSpec spec = RenditionSpec.of("x").protectedBy(protection);
    Rendition rendition =
        Packaging.write(clip, spec, Packaging.GRID, folder, Layout.FILE_PER_SEGMENT);
    Path joined = Packaging.joined(folder, rendition);
    List<String> expected = Media.of(clip).streams().getFirst().packetHashes();
    assertThat(packets(joined, "-decryption_key", HEX)).isEqualTo(expected);
    assertThat(packets(joined)).hasSameSizeAs(expected).isNotEqualTo(expected);
    assertThat(rendition.codecs()).doesNotStartWith("enc");
  }

  /** The header of a slice takes some ten bytes; behind it, one block in ten is encrypted. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "libx264 -preset veryfast -bf 2 -crf 33",
        "libx265 -preset ultrafast -crf 33 -x265-params log-level=none -tag:v hvc1",
      })
  void smallSlices_areEncrypted(String codec) {
    Path clip =
        Clips.make(
            "small.mp4", "-f lavfi -i testsrc2=s=64x64:r=25:d=2 -pix_fmt yuv420p -c:v " + codec);
    Protection protection = new Protection.Samples(ContentKey.of(KEY, "k"));
    RenditionSpec spec = RenditionSpec.of("x").protectedBy(protection);
    Rendition rendition = Packaging.write(clip, spec, Packaging.GRID, folder, Layout.ONE_FILE);
    Path joined = Packaging.joined(folder, rendition);

    List<String> sizes = packets(clip, /* field= */ 4);
    List<String> clear = packets(clip, /* field= */ 5);
    List<String> dark = packets(joined);
    int small = 0;
    for (int i = 0; i < clear.size(); i++) {
      int size = Integer.parseInt(sizes.get(i));
      if (size >= 60) {
        assertThat(dark.get(i)).as("packet %d of %d bytes", i, size).isNotEqualTo(clear.get(i));
        small += size < 200 ? 1 : 0;
      }
    }
    assertThat(small).isGreaterThan(5);
    assertThat(packets(joined, "-decryption_key", HEX)).isEqualTo(clear);
  }

  private static List<String> packets(Path input, String... options) {
    return packets(input, 5, options);
  }

  private static List<String> packets(Path input, int field, String... options) {
    List<String> command = new java.util.ArrayList<>(List.of(options));
    command.addAll(List.of("-i", input.toString(), "-map", "0:0", "-c", "copy"));
    command.addAll(List.of("-f", "framemd5", "-"));
    return new String(Oracle.ffmpeg(command), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",")[field].strip())
        .toList();
  }

  @Test
  void boxes_sayHowSamplesAreEncrypted() {
    ContentKey key = ContentKey.of(KEY, "k");
    RenditionSpec spec = RenditionSpec.of("v").protectedBy(new Protection.Samples(key));
    Rendition rendition =
        Packaging.write(
            Packaging.video(320, 180, "400k"), spec, Packaging.GRID, folder, Layout.ONE_FILE);
    Box trak = Box.all(Packaging.bytes(folder, rendition.init())).get("moov", "trak");
    Box entry = InitSegment.sampleEntry(trak);
    assertThat(entry.type()).isEqualTo("encv");
    Box sinf = InitSegment.inside(entry, true).get("sinf");
    assertThat(sinf.get("frma").read().getInt()).isEqualTo(0x61766331);
    assertThat(sinf.get("schm").read().getInt(4)).isEqualTo(0x63626373);
    Box tenc = sinf.get("schi", "tenc");
    assertThat(tenc.read().get(0)).isEqualTo((byte) 1);
    assertThat(tenc.read().get(5)).isEqualTo((byte) 0x19);
    for (Segment segment : rendition.segments()) {
      byte[] bytes = Packaging.bytes(folder, segment.span());
      Box all = Box.all(bytes);
      Box moof = all.get("moof");
      Box traf = moof.get("traf");
      int offset = traf.get("saio").read().getInt(8);
      assertThat(moof.start() + offset).isEqualTo(traf.get("senc").body() + 8);
      assertThat(traf.get("senc").read().getInt(4)).isEqualTo(traf.get("saiz").read().getInt(5));
    }
    Packaging.manifests(new Presentation(List.of(rendition), List.of()), folder);
    assertThat(folder.resolve("manifest.mpd")).content().contains("value=\"cbcs\"");
    assertThat(Playlist.parse(HlsPlaylists.media(rendition)).one("EXT-X-KEY").attribute("METHOD"))
        .isEqualTo("SAMPLE-AES");
  }

  @Test
  void codecWithoutRules_isRefused() {
    Path clip =
        Clips.make(
            "v.mp4",
            "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libvpx-vp9 -cpu-used 8 -pix_fmt yuv420p");
    Protection protection = new Protection.Samples(ContentKey.of(KEY, "k"));
    assertThatThrownBy(() ->
            Packaging.write(
                clip,
                RenditionSpec.of("v").protectedBy(protection),
                Packaging.GRID,
                folder,
                Layout.ONE_FILE))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.Unsupported.class));
  }

  @Test
  void keyFile_hasBytesOrDigits() throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), KEY);
    Path digits = Files.writeString(folder.resolve("digits"), HEX + "\n");
    Path wrong = Files.writeString(folder.resolve("wrong"), "too short");
    assertThat(ContentKey.read(bytes, "u").bytes()).isEqualTo(KEY);
    assertThat(ContentKey.read(digits, "u").bytes()).isEqualTo(KEY);
    assertThat(ContentKey.read(digits, "u").toString()).doesNotContain(HEX);
    assertThatThrownBy(() -> ContentKey.read(wrong, "u"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("is not a key");
    assertThatThrownBy(() -> ContentKey.read(folder.resolve("missing"), "u"))
        .isInstanceOf(FailureException.class);
  }
}
