package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.engine.packaging.Playlist.Entry;
import dev.penstock.engine.packaging.Playlist.Tag;
import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.Range;
import dev.penstock.engine.packaging.Rendition.Video;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each rule of RFC 8216bis that a playlist must keep, on records made by hand. */
class HlsPlaylistsTest {
  private static final int NTSC = 30000;

  /** Segments of so many ticks. */
  private static Rendition rendition(
      RenditionSpec spec, Rendition.Media media, String codecs, int timescale, long... durations) {
    List<Segment> segments = new ArrayList<>();
    long start = 0;
    long offset = 1000;
    for (long duration : durations) {
      long bytes = duration * 10 / timescale * 10_000 + 5000;
      Span span = new Span(spec.id() + ".mp4", offset, bytes, false);
      List<Segment.KeyFrame> keys =
          media instanceof Video
              ? List.of(new Segment.KeyFrame(start, span.part(24, 3000)))
              : List.of();
      segments.add(new Segment(start, duration, span, keys));
      start += duration;
      offset += bytes;
    }
    return new Rendition(
        spec,
        media,
        codecs,
        timescale,
        new Span(spec.id() + ".mp4", 0, 800, false),
        Optional.of(new Span(spec.id() + ".mp4", 800, 200, false)),
        segments);
  }

  private static Rendition video(String id, int height, Range range, long... durations) {
    return rendition(
        RenditionSpec.of(id),
        new Video(
            new Size(height * 16 / 9, height),
            new Size(height * 16 / 9, height),
            Rational.ONE,
            new Rational(30000, 1001),
            range,
            Optional.empty(),
            /* captions= */ false),
        "avc1.64001F",
        NTSC,
        durations);
  }

  private static Rendition audio(String id, String name, String language, String codecs) {
    return rendition(
        RenditionSpec.of(id).named(name, language),
        new Audio(48000, codecs.equals("ec-3") ? 6 : 2),
        codecs,
        48000,
        96256,
        96256,
        95488);
  }

  /** 6.006 s each: 180 frames at 29.97. */
  private static long[] ntscSegments(int count) {
    return LongStream.generate(() -> 180 * 1001L).limit(count).toArray();
  }

  @Test
  void durations_doNotDrift() {
    Rendition rendition = video("v", 720, Range.SDR, ntscSegments(600));
    Playlist playlist = Playlist.parse(HlsPlaylists.media(rendition));
    double sum = 0;
    for (int i = 0; i < 600; i++) {
      assertThat(sum)
          .isCloseTo(rendition.seconds(rendition.segments().get(i).start()), within(1e-6));
      sum += playlist.entries().get(i).duration();
    }
  }

  @Test
  void targetDuration_isNoLessThanAnyRoundedDuration() {
    // 6.506 s rounds to 7, 6.4998 s to 6.
    Rendition longer = video("v", 720, Range.SDR, 195195, 180180);
    assertThat(Playlist.parse(HlsPlaylists.media(longer)).one("EXT-X-TARGETDURATION").value())
        .isEqualTo("7");
    Rendition shorter = video("v", 720, Range.SDR, 194994, 180180);
    assertThat(Playlist.parse(HlsPlaylists.media(shorter)).one("EXT-X-TARGETDURATION").value())
        .isEqualTo("6");
    Rendition tiny = video("v", 720, Range.SDR, 1001);
    assertThat(Playlist.parse(HlsPlaylists.media(tiny)).one("EXT-X-TARGETDURATION").value())
        .isEqualTo("1");
  }

  @Test
  void mediaPlaylist_isACompleteOneOfByteRanges() {
    Rendition rendition = video("v", 720, Range.SDR, ntscSegments(3));
    Playlist playlist = Playlist.parse(HlsPlaylists.media(rendition));
    assertThat(Integer.parseInt(playlist.one("EXT-X-VERSION").value())).isGreaterThanOrEqualTo(6);
    assertThat(playlist.one("EXT-X-PLAYLIST-TYPE").value()).isEqualTo("VOD");
    assertThat(playlist.one("EXT-X-MAP").attribute("URI")).isEqualTo("v.mp4");
    assertThat(playlist.one("EXT-X-MAP").attribute("BYTERANGE")).isEqualTo("800@0");
    assertThat(playlist.has("EXT-X-INDEPENDENT-SEGMENTS")).isTrue();
    assertThat(playlist.has("EXT-X-KEY")).isFalse();
    assertThat(playlist.tags().getLast().name()).isEqualTo("EXT-X-ENDLIST");
    for (int i = 0; i < 3; i++) {
      Span span = rendition.segments().get(i).span();
      Entry entry = playlist.entries().get(i);
      assertThat(entry.uri()).isEqualTo("v.mp4");
      assertThat(entry.value("EXT-X-BYTERANGE")).isEqualTo(span.bytes() + "@" + span.offset());
    }
  }

  @Test
  void iFramePlaylist_namesEachKeyFrameUntilTheNext() {
    Rendition rendition = video("v", 720, Range.SDR, ntscSegments(3));
    Playlist playlist = Playlist.parse(HlsPlaylists.iFrames(rendition));
    assertThat(playlist.has("EXT-X-I-FRAMES-ONLY")).isTrue();
    assertThat(playlist.entries())
        .hasSize(3)
        .allSatisfy(entry -> assertThat(entry.duration()).isCloseTo(6.006, within(1e-5)));
    assertThat(playlist.entries().getFirst().value("EXT-X-BYTERANGE")).isEqualTo("3000@1024");
  }

  @Test
  void peak_isThatOfRunsNearTheTargetDuration() {
    // A last segment of 0.1 s with many bytes does not count alone, it counts with its neighbour.
    List<Segment> segments =
        List.of(
            new Segment(0, 2000, Span.file("1", 25_000), List.of()),
            new Segment(2000, 2000, Span.file("2", 50_000), List.of()),
            new Segment(4000, 100, Span.file("3", 12_500), List.of()));
    Rendition rendition =
        new Rendition(
            RenditionSpec.of("a"),
            new Audio(48000, 2),
            "mp4a.40.2",
            1000,
            Span.file("init", 700),
            Optional.empty(),
            segments);
    assertThat(rendition.peakBitRate()).isEqualTo((long) Math.ceil(62_500 * 8 / 2.1));
    assertThat(rendition.averageBitRate()).isEqualTo((long) Math.ceil(87_500 * 8 / 4.1));
  }

  private static Presentation several() {
    return new Presentation(
        List.of(
            video("v1080", 1080, Range.SDR, ntscSegments(3)),
            video("v540", 540, Range.SDR, ntscSegments(3)),
            audio("aac-en", "English", "eng", "mp4a.40.2"),
            audio("aac-de", "Deutsch", "deu", "mp4a.40.2"),
            audio("ec3-en", "English", "eng", "ec-3"),
            audio("ec3-de", "Deutsch", "deu", "ec-3")),
        List.of(
            new Subtitles(
                RenditionSpec.of("sub").named("English", "en"),
                false,
                Span.file("sub.vtt", 10),
                List.of(new Segment(0, 6000, Span.file("sub/00001.vtt", 10), List.of())))));
  }

  @Test
  void master_offersEachPictureWithEachCodecOfSound() {
    Playlist master = Playlist.parse(HlsPlaylists.master(several()));
    assertThat(master.entries())
        .extracting(Entry::uri)
        .containsExactly("v1080.m3u8", "v1080.m3u8", "v540.m3u8", "v540.m3u8");
    assertThat(master.all("EXT-X-STREAM-INF"))
        .extracting(t -> t.attribute("CODECS"), t -> t.attribute("AUDIO"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("avc1.64001F,mp4a.40.2", "audio-mp4a.40.2"),
            org.assertj.core.groups.Tuple.tuple("avc1.64001F,ec-3", "audio-ec-3"),
            org.assertj.core.groups.Tuple.tuple("avc1.64001F,mp4a.40.2", "audio-mp4a.40.2"),
            org.assertj.core.groups.Tuple.tuple("avc1.64001F,ec-3", "audio-ec-3"));
  }

  @Test
  void everyGroupThatIsNamed_exists() {
    Playlist master = Playlist.parse(HlsPlaylists.master(several()));
    List<String> groups =
        master.all("EXT-X-MEDIA").stream()
            .map(t -> t.attribute("TYPE") + " " + t.attribute("GROUP-ID"))
            .distinct()
            .toList();
    assertThat(groups)
        .containsExactly("AUDIO audio-mp4a.40.2", "AUDIO audio-ec-3", "SUBTITLES subtitles");
    assertThat(master.all("EXT-X-STREAM-INF"))
        .allSatisfy(t -> assertThat(groups).contains("AUDIO " + t.attribute("AUDIO")))
        .allSatisfy(t -> assertThat(t.attribute("SUBTITLES")).isEqualTo("subtitles"));
  }

  @Test
  void membersOfAGroup_haveNamesOfTheirOwnAndOneDefault() {
    Playlist master = Playlist.parse(HlsPlaylists.master(several()));
    for (String group : List.of("audio-mp4a.40.2", "audio-ec-3")) {
      List<Tag> members =
          master.all("EXT-X-MEDIA").stream()
              .filter(t -> t.attribute("GROUP-ID").equals(group))
              .toList();
      assertThat(members).extracting(t -> t.attribute("NAME")).doesNotHaveDuplicates().hasSize(2);
      assertThat(members).extracting(t -> t.attribute("LANGUAGE")).containsExactly("en", "de");
      assertThat(members).extracting(t -> t.attribute("DEFAULT")).containsExactly("YES", "NO");
      assertThat(members).allSatisfy(t -> assertThat(t.attribute("AUTOSELECT")).isEqualTo("YES"));
    }
    assertThat(master.all("EXT-X-MEDIA").get(2).attribute("CHANNELS")).isEqualTo("6");
  }

  @Test
  void bandwidth_isThatOfPictureAndSoundTogether() {
    Presentation presentation = several();
    Playlist master = Playlist.parse(HlsPlaylists.master(presentation));
    Rendition picture = presentation.video().getFirst();
    long sound =
        presentation.audio().stream()
            .filter(r -> r.codecs().equals("ec-3"))
            .mapToLong(Rendition::peakBitRate)
            .max()
            .orElseThrow();
    Tag second = master.all("EXT-X-STREAM-INF").get(1);
    assertThat(second.attribute("BANDWIDTH"))
        .isEqualTo(Long.toString(picture.peakBitRate() + sound));
    assertThat(Long.parseLong(second.attribute("AVERAGE-BANDWIDTH")))
        .isLessThanOrEqualTo(Long.parseLong(second.attribute("BANDWIDTH")));
  }

  @Test
  void variant_saysWhatThePictureIs() {
    Rendition hdr = video("hdr", 2160, Range.PQ, ntscSegments(2));
    Playlist master =
        Playlist.parse(HlsPlaylists.master(new Presentation(List.of(hdr), List.of())));
    Tag variant = master.one("EXT-X-STREAM-INF");
    assertThat(variant.attribute("RESOLUTION")).isEqualTo("3840x2160");
    assertThat(variant.attribute("FRAME-RATE")).isEqualTo("29.970");
    assertThat(variant.attribute("VIDEO-RANGE")).isEqualTo("PQ");
    assertThat(variant.attributes()).containsEntry("CLOSED-CAPTIONS", "NONE");
    assertThat(variant.attributes()).doesNotContainKeys("AUDIO", "SUBTITLES");
    Tag keys = master.one("EXT-X-I-FRAME-STREAM-INF");
    assertThat(keys.attribute("URI")).isEqualTo("hdr-iframes.m3u8");
    assertThat(keys.attribute("CODECS")).isEqualTo("avc1.64001F");
    assertThat(keys.attribute("BANDWIDTH"))
        .isEqualTo(Long.toString((long) Math.ceil(3000 * 8 / 6.006)));
    assertThat(master.has("EXT-X-INDEPENDENT-SEGMENTS")).isTrue();
  }

  @Test
  void captionsInThePictures_areAGroup() {
    Rendition plain = video("v", 720, Range.SDR, ntscSegments(2));
    Video silent = (Video) plain.media();
    Rendition captioned =
        new Rendition(
            plain.spec(),
            new Video(
                silent.coded(),
                silent.display(),
                silent.sampleAspect(),
                silent.frameRate(),
                silent.range(),
                silent.colour(),
                /* captions= */ true),
            plain.codecs(),
            plain.timescale(),
            plain.init(),
            plain.index(),
            plain.segments());
    Playlist master =
        Playlist.parse(HlsPlaylists.master(new Presentation(List.of(captioned), List.of())));
    Tag media = master.one("EXT-X-MEDIA");
    assertThat(media.attribute("TYPE")).isEqualTo("CLOSED-CAPTIONS");
    assertThat(media.attribute("INSTREAM-ID")).isEqualTo("CC1");
    assertThat(media.attributes()).doesNotContainKey("URI");
    assertThat(master.one("EXT-X-STREAM-INF").attributes())
        .containsEntry("CLOSED-CAPTIONS", '"' + media.attribute("GROUP-ID") + '"');
  }

  @Test
  void firstVariant_isTheBestOfAbout2Megabits() {
    // Bytes follow from the durations: 6 s are 605 kB here, 0.8 Mbit/s.
    List<Rendition> renditions = new ArrayList<>();
    for (int height : List.of(2160, 1080, 540)) {
      Rendition base = video("v" + height, height, Range.SDR, ntscSegments(2));
      int times = height / 540;
      List<Segment> segments =
          base.segments().stream()
              .map(s ->
                  new Segment(
                      s.start(),
                      s.duration(),
                      new Span(s.span().uri(), s.span().offset(), s.span().bytes() * times, false),
                      s.keyFrames()))
              .toList();
      renditions.add(
          new Rendition(
              base.spec(),
              base.media(),
              base.codecs(),
              base.timescale(),
              base.init(),
              base.index(),
              segments));
    }
    Playlist master = Playlist.parse(HlsPlaylists.master(new Presentation(renditions, List.of())));
    assertThat(master.entries())
        .extracting(Entry::uri)
        .containsExactly("v1080.m3u8", "v2160.m3u8", "v540.m3u8");
  }

  @Test
  void soundWithoutPictures_streamsByItself() {
    Presentation sound =
        new Presentation(List.of(audio("en", "English", "en", "mp4a.40.2")), List.of());
    Playlist master = Playlist.parse(HlsPlaylists.master(sound));
    assertThat(master.entries()).extracting(Entry::uri).containsExactly("en.m3u8");
    assertThat(master.one("EXT-X-STREAM-INF").attribute("CODECS")).isEqualTo("mp4a.40.2");
    assertThat(master.one("EXT-X-STREAM-INF").attributes()).doesNotContainKey("RESOLUTION");
  }

  @Test
  void nameWithQuotes_doesNotBreakTheList() {
    Presentation odd =
        new Presentation(
            List.of(
                video("v", 720, Range.SDR, ntscSegments(2)),
                audio("a", "The \"director\", speaking\nloud", "en", "mp4a.40.2")),
            List.of());
    Playlist master = Playlist.parse(HlsPlaylists.master(odd));
    assertThat(master.one("EXT-X-MEDIA").attribute("NAME"))
        .isEqualTo("The 'director', speaking loud");
  }
}
