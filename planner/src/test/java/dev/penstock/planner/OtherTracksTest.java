package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Chapter;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.Subtitles;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.planner.TestMedia.Pictures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherTracksTest {
  @ParameterizedTest
  @CsvSource({
    "o.mp4, AUTO, subrip, true, convert mov_text",
    "o.mp4, AUTO, mov_text, true, copy",
    "o.mp4, AUTO, hdmv_pgs_subtitle, false, none",
    "o.mp4, CONVERT, mov_text, true, copy",
    "o.mp4, NONE, mov_text, true, none",
    "o.mkv, AUTO, mov_text, true, convert subrip",
    "o.mkv, AUTO, ass, true, copy",
    "o.mkv, CONVERT, ass, true, convert subrip",
    "o.mkv, COPY, hdmv_pgs_subtitle, false, copy",
    "o.mkv, AUTO, dvb_subtitle, false, copy",
    "o.webm, AUTO, subrip, true, convert webvtt",
    "o.ts, AUTO, subrip, true, none",
    "o.ts, AUTO, dvb_subtitle, false, copy",
    "o.mp4, AUTO, dvb_teletext, true, none",
  })
  void subtitles(String output, Subtitles asked, String codec, boolean text, String expected) {
    TestMedia media = TestMedia.of(new Pictures()).subtitle(codec, text);
    var planned = Job.to(output).subtitles(asked).planned(media);
    String actual =
        planned.plan().tracks().stream()
            .filter(track -> track.source() == 1)
            .map(OtherTracksTest::how)
            .collect(Collectors.joining());
    assertThat(actual.isEmpty() ? "none" : actual).isEqualTo(expected);
    assertThat(planned.receipt().notes().stream().noneMatch(note -> note.contains("subtitle")))
        .isEqualTo(!expected.equals("none") || asked == Subtitles.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "o.mp4, COPY, subrip, true",
    "o.mp4, CONVERT, dvd_subtitle, false",
    "o.ts, CONVERT, subrip, true"
  })
  void impossibleSubtitles_areRefused(String output, Subtitles asked, String codec, boolean text) {
    assertThat(
            Job.to(output)
                .subtitles(asked)
                .refused(TestMedia.of(new Pictures()).subtitle(codec, text)))
        .singleElement()
        .asString()
        .startsWith("subtitle track 1: ");
  }

  @ParameterizedTest
  @CsvSource({
    "o.mkv, png, '{filename=cover.png, mimetype=image/png}'",
    "o.mka, mjpeg, '{filename=cover.jpg, mimetype=image/jpeg}'",
    "o.mp4, mjpeg, {}",
  })
  void coversThatBecomeAttachedFiles_areNamed(String output, String cover, String tags) {
    var planned = Job.to(output).planned(TestMedia.ordinary().cover(cover));
    assertThat(planned.plan().tracks().getLast().labels().tags()).hasToString(tags);
  }

  @ParameterizedTest
  @CsvSource({
    "o.mp4, mjpeg, 0 1 2",
    "o.mkv, png, 0 1 2 3",
    "o.mp4, gif, 0 1",
    "o.ts, png, 0 1",
    "o.m4a, png, 1 2"
  })
  void coversAndAttachments_goWhereTheyFit(String output, String cover, String sources) {
    var planned = Job.to(output).planned(TestMedia.ordinary().cover(cover).attachment().data());
    assertThat(
            planned.plan().tracks().stream()
                .map(track -> Integer.toString(track.source()))
                .collect(Collectors.joining(" ")))
        .isEqualTo(sources);
    assertThat(planned.receipt().notes()).anyMatch(note -> note.contains("(GoPro MET)"));
  }

  @Test
  void tags_thatWouldBeFalse_areDropped() {
    var plan =
        Job.to("o.mkv")
            .planned(
                TestMedia.ordinary()
                    .tags(Map.of("title", "Film", "ENCODER", "Lavf", "major_brand", "isom")))
            .plan();
    assertThat(plan.file().tags()).containsExactly(Map.entry("title", "Film"));
    assertThat(plan.tracks().get(0).labels().tags()).containsExactly(Map.entry("title", "Film"));
    assertThat(plan.tracks().get(1).labels().tags()).containsExactly(Map.entry("language", "deu"));
    assertThat(plan.tracks().get(0).labels().dispositions()).containsExactly("default");
  }

  static Stream<Arguments> fileTags() {
    Map<String, String> camera = Map.of("com.android.version", "15", "creation_time", "2020");
    Map<String, String> film = Map.of("TITLE", "Film", "IMDB", "tt1", "title-deu", "Streifen");
    String free = "+faststart+use_metadata_tags";
    return Stream.of(
        arguments("o.mp4", camera, "com.android.version creation_time", free, 0),
        arguments("o.mov", camera, "com.android.version creation_time", free, 0),
        arguments("o.mp4", film, "TITLE title-deu", "+faststart", 1),
        arguments("o.m4a", Map.of("lyrics", "la"), "lyrics", "+faststart", 0),
        arguments("o.mov", Map.of("lyrics", "la"), "lyrics", free, 0),
        arguments("o.mkv", film, "IMDB TITLE title-deu", "", 0),
        arguments("o.ts", film, "TITLE title-deu", "", 1));
  }

  @ParameterizedTest
  @MethodSource("fileTags")
  void tagsOfTheFile_areKeptInTheFormThatPlayersReadOrNoted(
      String output, Map<String, String> tags, String kept, String movflags, int notes) {
    var planned =
        Job.to(output).planned(TestMedia.empty().audio("aac", 48000, 2, "stereo").tags(tags));
    assertThat(String.join(" ", new TreeSet<>(planned.plan().file().tags().keySet())))
        .isEqualTo(kept);
    assertThat(planned.plan().file().options().getOrDefault("movflags", "")).isEqualTo(movflags);
    assertThat(planned.receipt().notes().stream().filter(note -> note.contains("IMDB")))
        .hasSize(notes);
  }

  @Test
  void covers_keepTheListOfTags() {
    var planned =
        Job.to("o.mp4").planned(TestMedia.ordinary().cover("png").tags(Map.of("IMDB", "tt1")));
    assertThat(planned.plan().file().options()).containsEntry("movflags", "+faststart");
    assertThat(planned.receipt().notes()).anyMatch(note -> note.contains("left out: IMDB"));
  }

  @ParameterizedTest
  @CsvSource({
    "o.mp4, '{TITLE=Director, language=deu}',"
        + "'{handler_name=Director, language=deu, title=Director}', 0",
    "o.mp4, '{language=de-AT}', '{language=deu}', 0",
    "o.mov, '{language=deu}', '{language=ger}', 0",
    "o.mov, '{language=nob}', '{}', 1",
    "o.mp4, '{language=x-klingon}', '{}', 1",
    "o.mkv, '{language=de-AT, note=x}', '{language=de-AT, note=x}', 0",
    "o.mp4, '{note=x}', '{}', 1",
    "o.ts, '{title=Director, language=deu}', '{language=deu}', 1",
    "o.mkv, '{handler_name=Director}', '{title=Director}', 0",
    "o.mp4, '{HANDLER_NAME=Director}', '{handler_name=Director, title=Director}', 0",
    "o.mkv, '{handler_name=SoundHandler}', '{}', 0",
    "o.mkv, '{handler_name=SoundHandle}', '{}', 0",
    "o.mkv, '{handler_name=Core Media Audio}', '{}', 0",
    "o.mkv, '{handler_name=Director, title=Cut}', '{title=Cut}', 0",
  })
  void tagsOfTracks_areKeptOrNoted(String output, String tags, String kept, int notes) {
    var planned = Job.to(output).planned(TestMedia.empty().sound(parsed(tags)));
    assertThat(planned.plan().tracks().getFirst().labels().tags()).hasToString(kept);
    assertThat(planned.receipt().notes().stream().filter(note -> note.contains("no place")))
        .hasSize(notes);
  }

  private static Map<String, String> parsed(String tags) {
    return Stream.of(tags.substring(1, tags.length() - 1).split(", "))
        .map(tag -> tag.split("="))
        .collect(Collectors.toMap(tag -> tag[0], tag -> tag[1]));
  }

  @Test
  void chapters_moveWithTheTrim() {
    TestMedia media = TestMedia.ordinary().chapter("a", 0, 3).chapter("b", 3, 6).chapter("c", 6, 9);
    assertThat(Job.to("o.mkv").start(4).duration(3).planned(media).plan().file().chapters())
        .containsExactly(chapter("b", 0, 2), chapter("c", 2, 3));
    assertThat(Job.to("o.ts").planned(media).plan().file().chapters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.avi", "out", "-", "dir.mp4/out"})
  void unknownContainers_areRefusedWithTheKnownOnes(String output) {
    assertThat(Job.to(output).refused(TestMedia.ordinary()))
        .singleElement()
        .asString()
        .contains(".mp4", ".mkv", ".webm", ".ts", ".mov");
  }

  @Test
  void missingMuxer_isRefused() {
    var build =
        new Capabilities("small", TestBuild.GPL.encoders(), TestBuild.GPL.filters(), List.of());
    assertThat(Job.to("o.mp4").refused(TestMedia.ordinary(), build))
        .singleElement()
        .asString()
        .contains("without the muxer mp4");
  }

  @Test
  void trims_outsideTheInput_areRefused() {
    assertThat(Job.to("o.mp4").start(10).refused(TestMedia.ordinary()))
        .singleElement()
        .asString()
        .contains("the input lasts 10 s");
    assertThat(Job.to("o.mp4").duration(0).refused(TestMedia.ordinary())).hasSize(1);
  }

  @Test
  void nothingLeft_isRefused() {
    assertThat(Job.to("o.mp4").refused(TestMedia.empty().data()))
        .singleElement()
        .asString()
        .contains("nothing of it would be in the output");
    assertThat(
            Job.to("o.mp4")
                .audio(new AudioTarget.None())
                .refused(TestMedia.empty().audio("aac", 48000, 2, "stereo")))
        .hasSize(1);
  }

  @Test
  void soundOnly_isFineUnlessPicturesWereAskedFor() {
    TestMedia media = TestMedia.empty().audio("aac", 48000, 2, "stereo");
    assertThat(Job.to("o.mp4").planned(media).receipt().notes())
        .anyMatch(note -> note.contains("no video"));
    assertThat(Job.to("o.mp4").lines(720).refused(media)).hasSize(1);
    assertThat(Job.to("o.m4a").planned(TestMedia.ordinary()).receipt().notes())
        .anyMatch(note -> note.contains("video is left out"));
    assertThat(Job.to("o.m4a").lines(720).refused(TestMedia.ordinary())).hasSize(1);
  }

  private static Chapter chapter(String title, int from, int to) {
    return new Chapter(title, Duration.ofSeconds(from), Duration.ofSeconds(to));
  }

  private static String how(TrackPlan track) {
    return switch (track) {
      case Plan.Copy _ -> "copy";
      case Plan.ConvertSubtitle subtitle -> "convert " + subtitle.encoder();
      case Plan.EncodeVideo video -> video.encoder();
      case Plan.EncodeAudio audio -> audio.encoder();
    };
  }
}
