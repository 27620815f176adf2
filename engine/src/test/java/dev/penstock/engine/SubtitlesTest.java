package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Subtitles;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subtitles are copied where the container holds them, and converted where it needs text. */
@ExtendWith(NoLeaks.class)
class SubtitlesTest {
  private static final String SRT =
      """
      1
      00:00:00,200 --> 00:00:00,900
      Plain

      2
      00:00:01,000 --> 00:00:01,800
      <i>Slanted</i> and <b>bold</b>
      two lines: \u00e9\u4e2d\u6587

      3
      00:00:02,000 --> 00:00:02,500
      Last
      """;

  @TempDir Path folder;

  private static Path with(String name, String codec) {
    Path srt = Clips.text("text.srt", SRT);
    return Clips.make(
        name,
        "-f lavfi -i testsrc2=s=160x96:r=25:d=3 -i " + srt,
        "-map 0 -map 1 -c:v mpeg4 -c:s " + codec);
  }

  @ParameterizedTest
  @CsvSource({
    "in.mkv, srt, out.mp4, mov_text",
    "in.mkv, srt, out.mov, mov_text",
    "in.mkv, srt, out.mkv, subrip",
    "in.mkv, srt, out.webm, webvtt",
    "in.mkv, ass, out.mkv, ass",
    "in.mkv, ass, out.mp4, mov_text",
    "in.mkv, webvtt, out.mp4, mov_text",
    "in.mkv, webvtt, out.mkv, webvtt",
    "in.mp4, mov_text, out.mp4, mov_text",
    "in.mp4, mov_text, out.mkv, subrip",
    "in.mp4, mov_text, out.webm, webvtt",
  })
  void text_keepsItsWordsAndTimes(String from, String codec, String to, String expected) {
    Path source = with(from, codec);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(to)).quick().run();

    assertThat(done.media().subtitle().fact("codec_name")).isEqualTo(expected);
    assertThat(srt(done.file())).isEqualTo(srt(source));
    assertThat(srt(done.file()))
        .contains("\u00e9\u4e2d\u6587")
        .contains("00:00:01,000 --> 00:00:01,800");
    assertThat(done.report().warnings()).isEmpty();
  }

  /** The first subtitle track as SubRip, without marks that not every format knows. */
  private static String srt(Path file) {
    String text =
        new String(
            Oracle.ffmpeg(List.of("-i", file.toString(), "-map", "0:s:0", "-f", "srt", "-")),
            StandardCharsets.UTF_8);
    return text.replaceAll("<[^>]*>|\\{[^}]*\\}", "");
  }

  @Test
  void stylesOfAss_stay() {
    Path source = with("in.mkv", "ass");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mkv")).quick().run();

    assertThat(done.choice("subtitle track 1")).isEqualTo("copy");
    assertThat(done.media().subtitle().packetHashes())
        .isEqualTo(Media.of(source).subtitle().packetHashes());
    String ass =
        new String(
            Oracle.ffmpeg(List.of("-i", done.file().toString(), "-map", "0:s:0", "-f", "ass", "-")),
            StandardCharsets.UTF_8);
    assertThat(ass).contains("[V4+ Styles]").contains("{\\i1}Slanted{\\i0}");
  }

  @Test
  void convert_makesTextOfTheContainer() {
    Transcoding.Done done =
        Transcoding.of(with("in.mkv", "ass"), folder.resolve("out.mkv"))
            .quick()
            .subtitles(Subtitles.CONVERT)
            .run();

    assertThat(done.media().subtitle().fact("codec_name")).isEqualTo("subrip");
    assertThat(srt(done.file())).contains("Slanted");
  }

  @Test
  void none_leavesThemOut() {
    Transcoding.Done done =
        Transcoding.of(with("in.mkv", "srt"), folder.resolve("out.mp4"))
            .quick()
            .subtitles(Subtitles.NONE)
            .run();

    assertThat(done.media().streams("subtitle")).isEmpty();
  }

  @Test
  void aFileOfItsOwn_isReadToo() {
    Path srt = Clips.text("text.srt", SRT);

    Transcoding.Done done = Transcoding.of(srt, folder.resolve("out.mkv")).run();

    assertThat(done.media().codecs()).containsExactly("subrip");
    assertThat(srt(done.file())).contains("Last");
  }

  // ---- pictures

  @Test
  void pictures_areLeftOutOfMp4_whichIsNoted() {
    Path source = withPictures();

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.media().streams("subtitle")).isEmpty();
    assertThat(done.notes())
        .anyMatch(note -> note.contains("subtitle track 1") && note.contains("hdmv_pgs_subtitle"));
  }

  @ParameterizedTest
  @CsvSource({"hdmv_pgs_subtitle", "dvd_subtitle"})
  void pictures_stayInMatroska(String codec) {
    Path source =
        codec.equals("dvd_subtitle")
            ? Clips.make("dvd.mkv", "-i " + withPictures() + " -map 0 -c:v copy -c:s dvdsub")
            : withPictures();

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mkv")).quick().run();

    assertThat(done.media().subtitle().fact("codec_name")).isEqualTo(codec);
    assertThat(done.media().subtitle().packetHashes())
        .isEqualTo(Media.of(source).subtitle().packetHashes())
        .isNotEmpty();
  }

  @Test
  void dvdPictures_areLeftOutOfMp4() {
    Path source = Clips.make("dvd.mkv", "-i " + withPictures() + " -map 0 -c:v copy -c:s dvdsub");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.media().streams("subtitle")).isEmpty();
    assertThat(done.notes()).anyMatch(note -> note.contains("dvd_subtitle"));
  }

  private static Path withPictures() {
    Path sup = Clips.of("pictures.sup", pgs());
    return Clips.make(
        "pictures.mkv",
        "-f lavfi -i testsrc2=s=160x96:r=25:d=3 -i " + sup,
        "-map 0 -map 1 -c:v mpeg4 -c:s copy");
  }

  /** A presentation graphics stream: a square of 8 by 8 pixels shown from 0.5 to 1.5 seconds. */
  private static byte[] pgs() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] shown = bytes(0, 160, 0, 96, 0x10, 0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 40, 0, 40);
    byte[] window = bytes(1, 0, 0, 40, 0, 40, 0, 8, 0, 8);
    byte[] palette = bytes(0, 0, 1, 200, 128, 128, 255);
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int row = 0; row < 8; row++) {
      rows.writeBytes(bytes(0, 0x88, 1, 0, 0)); // eight pixels of colour 1, end of line
    }
    int size = rows.size() + 4;
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    object.writeBytes(bytes(0, 0, 0, 0xc0, 0, 0, size, 0, 8, 0, 8));
    object.writeBytes(rows.toByteArray());
    segment(out, 45_000, 0x16, shown);
    segment(out, 45_000, 0x17, window);
    segment(out, 45_000, 0x14, palette);
    segment(out, 45_000, 0x15, object.toByteArray());
    segment(out, 45_000, 0x80, new byte[0]);
    segment(out, 135_000, 0x16, bytes(0, 160, 0, 96, 0x10, 0, 2, 0, 0, 0, 0));
    segment(out, 135_000, 0x17, window);
    segment(out, 135_000, 0x80, new byte[0]);
    return out.toByteArray();
  }

  private static void segment(ByteArrayOutputStream out, int pts, int type, byte[] data) {
    out.writeBytes(
        ByteBuffer.allocate(13)
            .put((byte) 'P')
            .put((byte) 'G')
            .putInt(pts)
            .putInt(0)
            .put((byte) type)
            .putShort((short) data.length)
            .array());
    out.writeBytes(data);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
