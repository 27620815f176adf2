package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.JobSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All tracks come along, with their names, and what is not a track to play is not taken for one.
 */
@ExtendWith(NoLeaks.class)
class TracksTest {
  private static final String SRT =
      """
      1
      00:00:00,500 --> 00:00:01,000
      One

      2
      00:00:01,200 --> 00:00:01,900
      <i>Two</i>
      """;
  private static final String CHAPTERS =
      """
      ;FFMETADATA1
      title=A title
      artist=Somebody
      comment=Said
      [CHAPTER]
      TIMEBASE=1/1000
      START=0
      END=1000
      title=Opening
      [CHAPTER]
      TIMEBASE=1/1000
      START=1000
      END=2000
      title=Rest; more = \\u00e9
      """
          .replace("\\u00e9", "\u00e9");

  @TempDir Path folder;

  /** Two of each kind, labelled, with chapters. */
  private static Path rich() {
    Path srt = Clips.text("subtitles.srt", SRT);
    Path chapters = Clips.text("chapters.txt", CHAPTERS);
    return Clips.make(
        "rich.mkv",
        "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i smptebars=s=96x96:r=25:d=2",
        "-f lavfi -i sine=440:d=2 -f lavfi -i sine=880:d=2 -i " + srt + " -i " + srt,
        "-i " + chapters + " -map_metadata 6 -map_chapters 6",
        "-map 0 -map 1 -map 2 -map 3 -map 4 -map 5",
        "-c:v mpeg4 -c:a flac -c:s srt",
        "-metadata:s:v:0 title=Main -metadata:s:v:1 \"title=Second camera\"",
        "-metadata:s:a:0 language=eng -metadata:s:a:1 language=ita",
        "-metadata:s:a:1 \"title=Commento: \u00e8 qui\"",
        "-metadata:s:s:0 language=ger -metadata:s:s:1 language=jpn -metadata:s:s:1 title=Signs",
        "-disposition:v:0 default -disposition:v:1 0 -disposition:a:0 default",
        "-disposition:a:1 comment -disposition:s:0 0 -disposition:s:1 forced");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mkv", "out.mp4", "out.mov"})
  void severalTracks_keepTheirOrderNamesAndLanguages(String name) {
    Transcoding.Done done = Transcoding.of(rich(), folder.resolve(name)).quick().run();

    Media media = done.media();
    assertThat(media.streams("video"))
        .extracting(Media.Stream::size)
        .containsExactly("160x120", "96x96");
    assertThat(media.streams("video")).extracting(s -> s.fact("codec_name")).containsOnly("h264");
    assertThat(media.streams("audio"))
        .extracting(s -> s.tag("language"))
        .containsExactly("eng", "ita");
    assertThat(media.streams("subtitle"))
        .extracting(s -> s.tag("language"))
        .containsExactly("ger", "jpn");
    assertThat(titles(media)).contains("Main", "Second camera", "Commento: \u00e8 qui", "Signs");
  }

  /**
   * libav writes titles to QuickTime files and does not read them: they are sought in the bytes.
   */
  private static List<String> titles(Media media) {
    if (media.fact("format_name").startsWith("matroska")) {
      return media.streams().stream().map(stream -> stream.tag("title")).toList();
    }
    try {
      String bytes = Files.readString(media.file(), StandardCharsets.ISO_8859_1);
      return Pattern.compile("name([^\0]+)\0\0")
          .matcher(bytes)
          .results()
          .map(found -> found.group(1).getBytes(StandardCharsets.ISO_8859_1))
          .map(title -> new String(title, StandardCharsets.UTF_8))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mkv", "out.mp4"})
  void dispositions_survive(String name) {
    Media media = Transcoding.of(rich(), folder.resolve(name)).quick().run().media();

    assertThat(media.streams("audio").get(0).is("default")).isTrue();
    assertThat(media.streams("audio").get(1).is("default")).isFalse();
    assertThat(media.streams("audio").get(1).is("comment")).isTrue();
    // libav's MP4 muxer enables the first track of a kind when none is the default.
    assertThat(media.streams("subtitle").get(0).is("default")).isEqualTo(name.endsWith("mp4"));
    assertThat(media.streams("subtitle").get(1).is("forced")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mkv", "out.mp4", "out.mov", "out.webm"})
  void chapters_survive(String name) {
    Media media = Transcoding.of(rich(), folder.resolve(name)).quick().run().media();

    assertThat(media.chapters()).containsExactly("0-1000 Opening", "1000-2000 Rest; more = \u00e9");
  }

  @Test
  void chaptersAreLeftOutOfMpegTs_whichIsNoted() {
    Transcoding.Done done = Transcoding.of(rich(), folder.resolve("out.ts")).quick().run();

    assertThat(done.media().chapters()).isEmpty();
    assertThat(done.notes()).anyMatch(note -> note.contains("chapters"));
    assertThat(done.notes()).filteredOn(note -> note.contains("subtitle")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mkv", "out.mp4", "out.mov", "out.webm"})
  void theContainersTags_survive(String name) {
    Media media = Transcoding.of(rich(), folder.resolve(name)).quick().run().media();

    assertThat(tag(media, "title")).isEqualTo("A title");
    assertThat(tag(media, "artist")).isEqualTo("Somebody");
    assertThat(tag(media, "comment")).isEqualTo("Said");
  }

  private static String tag(Media media, String name) {
    String lower = media.tag(name);
    return lower.isEmpty() ? media.tag(name.toUpperCase(java.util.Locale.ROOT)) : lower;
  }

  @Test
  void audioTracks_areChosenByNumber() {
    Transcoding.Done done =
        Transcoding.of(rich(), folder.resolve("out.mp4")).quick().audioTracks(2).run();

    assertThat(done.media().streams("audio")).hasSize(1);
    assertThat(done.media().audio().tag("language")).isEqualTo("ita");
  }

  @Test
  void audioTracks_comeInTheOrderAsked() {
    Transcoding.Done done =
        Transcoding.of(rich(), folder.resolve("out.mp4")).quick().audioTracks(2, 1).run();

    assertThat(done.media().streams("audio"))
        .extracting(s -> s.tag("language"))
        .containsExactly("ita", "eng");
  }

  @Test
  void audioNone_leavesThePicture() {
    Transcoding.Done done =
        Transcoding.of(rich(), folder.resolve("out.mp4"))
            .quick()
            .audio(new JobSpec.AudioTarget.None())
            .run();

    assertThat(done.media().streams("audio")).isEmpty();
    assertThat(done.media().streams("video")).hasSize(2);
  }

  // ---- covers, attachments, data

  private static Path cover() {
    return Clips.make("cover.jpg", "-f lavfi -i testsrc=s=64x64:d=1 -frames:v 1 -q:v 3");
  }

  @ParameterizedTest
  @CsvSource({"out.mp4, h264", "out.mkv, h264"})
  void aCoverInMp4_staysACover(String name, String codec) {
    Path source =
        Clips.make(
            "covered.mp4",
            "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 -i " + cover(),
            "-map 0 -map 1 -map 2 -c:v:0 mpeg4 -c:a aac -c:v:1 copy -disposition:v:1 attached_pic");

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).quick().run();

    Media media = done.media();
    assertThat(media.codecs()).containsExactlyInAnyOrder(codec, "aac", "mjpeg");
    Media.Stream picture =
        media.streams().stream()
            .filter(s -> s.fact("codec_name").equals("mjpeg"))
            .findFirst()
            .orElseThrow();
    assertThat(picture.is("attached_pic")).isTrue();
    assertThat(media.video().frameCount()).isEqualTo(50);
    assertThat(done.choice("cover picture 2")).isEqualTo("copy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.m4a", "out.mka", "out.mp4"})
  void anMp3sCover_isNotAVideo(String name) {
    Path source =
        Clips.make(
            "song.mp3",
            "-f lavfi -i " + Clips.beeping(3) + " -i " + cover(),
            "-map 0 -map 1 -c:a libmp3lame -c:v copy -disposition:v attached_pic",
            "-metadata title=Song -id3v2_version 3");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(name)).audio(AudioCodec.AAC).run();

    Media media = done.media();
    assertThat(media.audio().fact("codec_name")).isEqualTo("aac");
    assertThat(Sound.onsets(done.file())).hasSize(3);
    assertThat(media.streams("video")).hasSize(1);
    assertThat(media.video().is("attached_pic")).isTrue();
    assertThat(tag(media, "title")).isEqualTo("Song");
    assertThat(done.report().tracks()).noneMatch(track -> track.kind().equals("video"));
  }

  @Test
  void attachedFilesAndPictures_stayInMatroska() {
    Path font = Clips.text("font.ttf", "not really a font");
    Path source =
        Clips.make(
            "attached.mkv",
            "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v mpeg4",
            "-attach " + font + " -metadata:s:1 mimetype=application/x-truetype-font",
            "-attach " + cover() + " -metadata:s:2 mimetype=image/jpeg");

    Transcoding.Done kept = Transcoding.of(source, folder.resolve("out.mkv")).quick().run();
    assertThat(kept.report().warnings()).isEmpty();
    assertThat(kept.media().streams("attachment")).hasSize(1);
    assertThat(kept.media().streams("attachment").getFirst().tag("filename")).isEqualTo("font.ttf");
    assertThat(kept.media().streams("video")).hasSize(2);
    assertThat(kept.media().streams("video").get(1).is("attached_pic")).isTrue();

    Transcoding.Done dropped = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();
    assertThat(dropped.media().streams("attachment")).isEmpty();
    assertThat(dropped.notes()).anyMatch(note -> note.contains("font.ttf"));
    assertThat(dropped.report().tracks().stream().filter(t -> t.kind().equals("video"))).hasSize(1);
  }

  @Test
  void dataTracks_areLeftOutWithANote() {
    Path source =
        Clips.make(
            "timecode.mov",
            "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v mpeg4 -timecode 10:00:00:00");
    assertThat(Media.of(source).streams("data")).hasSize(1);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mkv")).quick().run();

    assertThat(done.media().streams("data")).isEmpty();
    assertThat(done.notes()).anyMatch(note -> note.contains("data track 1"));
  }
}
