package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.Video;
import dev.penstock.engine.packaging.Segment.KeyFrame;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments as bytes: where they begin, what is in them, and that nothing is lost. */
@ExtendWith(NoLeaks.class)
class RenditionWriterTest {
  @TempDir Path folder;

  private static List<Double> starts(Rendition rendition) {
    return rendition.segments().stream().map(s -> rendition.seconds(s.start())).toList();
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void segments_beginWhereTheGridSays(Layout layout) {
    Presentation presentation = Packaging.usual(folder, layout);
    for (Rendition video : presentation.video()) {
      assertThat(starts(video)).containsExactly(0.0, 2.0, 4.0);
      assertThat(video.seconds(video.end())).isEqualTo(5.0);
    }
    for (Rendition audio : presentation.audio()) {
      List<Double> starts = starts(audio);
      assertThat(starts).hasSize(3);
      assertThat(starts.getFirst()).isZero();
      double half = 512.0 / 48000;
      assertThat(starts.get(1)).isBetween(2 - half, 2 + half);
      assertThat(starts.get(2)).isBetween(4 - half, 4 + half);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void everyPacket_isThereAtItsTime(Layout layout) {
    Path clip = Packaging.video(160, 90, "80k");
    Rendition video = Packaging.write(clip, RenditionSpec.of("v"), Packaging.GRID, folder, layout);
    assertSamePackets(Packaging.joined(folder, video), clip);
    Path sound = Packaging.sound(440, "-c:a aac");
    Rendition audio = Packaging.write(sound, RenditionSpec.of("a"), Packaging.GRID, folder, layout);
    assertSamePackets(Packaging.joined(folder, audio), sound);
  }

  private static void assertSamePackets(Path result, Path source) {
    Media expected = Media.of(source);
    Media actual = Media.of(result);
    assertThat(times(actual)).isEqualTo(times(expected));
    Media.Stream from = expected.streams().getFirst();
    Media.Stream to = actual.streams().getFirst();
    assertThat(to.packetHashes()).isEqualTo(from.packetHashes());
    assertThat(to.frameHashes()).isEqualTo(from.frameHashes());
    assertThat(to.fact("time_base")).isEqualTo(from.fact("time_base"));
  }

  private static List<String> times(Media media) {
    return media.streams().getFirst().packets("pts", "dts", "duration").stream()
        .map(row -> row.fact("pts") + " " + row.fact("dts") + " " + row.fact("duration"))
        .toList();
  }

  /** Audio or video may begin later than the other. */
  @ParameterizedTest
  @CsvSource({"video.mp4, -c:v libx264 -bf 2 -g 250 -force_key_frames 1.52", "sound.mp4, -c:a aac"})
  void trackThatBeginsLate_keepsItsTimes(String name, String encoder) {
    boolean video = name.startsWith("video");
    Path clip =
        Clips.make(
            "late-" + name,
            video ? "-f lavfi -i testsrc2=s=64x64:r=25:d=3" : "-f lavfi -i sine=r=48000:d=3",
            encoder + " -output_ts_offset 0.48");
    Rendition late =
        Packaging.write(
            clip, RenditionSpec.of("late"), Packaging.GRID, folder, Layout.FILE_PER_SEGMENT);
    List<Long> times = Media.of(Packaging.joined(folder, late)).streams().getFirst().times();
    List<Long> expected = Media.of(clip).streams().getFirst().times();
    assertThat(times).hasSameSizeAs(expected);
    for (int i = 0; i < times.size(); i++) {
      // The edit list that begins the clip late counts milliseconds.
      assertThat(times.get(i))
          .isCloseTo(expected.get(i), org.assertj.core.data.Offset.offset(1000L));
    }
    assertThat(late.seconds(late.segments().getFirst().start()))
        .isCloseTo(times.getFirst() / 1e6, org.assertj.core.data.Offset.offset(1e-3));
  }

  /** H.264 and AAC as encoders and MPEG-TS have them: start codes, ADTS headers. */
  @ParameterizedTest
  @CsvSource({
    "-f lavfi -i testsrc2=s=160x90:r=30000/1001:d=4 -c:v libx264 -bf 2 -g 30 -sc_threshold 0,"
        + " 120, avc1.",
    "-f lavfi -i testsrc2=s=160x90:r=30000/1001:d=4 -c:v libx265 -preset ultrafast -x265-params"
        + " log-level=none:keyint=30:min-keyint=30:scenecut=0:open-gop=0, 120, hvc1.",
    "-f lavfi -i sine=r=48000:d=4 -c:a aac, 188, mp4a.40.2"
  })
  void elementaryStreams_becomeWhatMp4Holds(String how, int frames, String codecs) {
    Path clip = Clips.make("clip.ts", how + " -muxdelay 0 -muxpreload 0");
    Rendition rendition =
        Packaging.write(
            clip,
            RenditionSpec.of("x"),
            new SegmentGrid(Rational.ONE, List.of(0L)),
            folder,
            Layout.ONE_FILE);
    Media.Stream stream = Media.of(Packaging.joined(folder, rendition)).streams().getFirst();
    Media.Stream source = Media.of(clip).streams().getFirst();
    assertThat(rendition.codecs()).startsWith(codecs);
    assertThat(stream.frameCount()).isEqualTo(source.frameCount()).isBetween(frames, frames + 2);
    assertThat(stream.frameHashes()).isEqualTo(source.frameHashes());
    assertThat(stream.times()).isEqualTo(source.times());
    if (rendition.media() instanceof Video video) {
      assertThat(video.frameRate()).isEqualTo(new Rational(30000, 1001));
      assertThat(rendition.segments().getFirst().keyFrames()).hasSize(4);
    }
  }

  @Test
  void facts_comeFromTheBytes() {
    Presentation presentation = Packaging.usual(folder, Layout.ONE_FILE);
    Rendition big = presentation.video().getFirst();
    Video video = (Video) big.media();
    assertThat(video.coded()).isEqualTo(new Size(320, 180));
    assertThat(video.display()).isEqualTo(new Size(320, 180));
    assertThat(video.frameRate()).isEqualTo(new Rational(25, 1));
    assertThat(video.range()).isEqualTo(Rendition.Range.SDR);
    assertThat(presentation.audio().getFirst().media()).isEqualTo(new Audio(48000, 2));
    long bytes = big.segments().stream().mapToLong(s -> s.span().bytes()).sum();
    assertThat(big.averageBitRate()).isEqualTo((long) Math.ceil(bytes * 8 / 5.0));
    long peak =
        big.segments().stream()
            .mapToLong(s -> (long) Math.ceil(s.span().bytes() * 8 / big.seconds(s.duration())))
            .max()
            .orElseThrow();
    assertThat(big.peakBitRate()).isGreaterThanOrEqualTo(big.averageBitRate()).isEqualTo(peak);
  }

  @Test
  void anamorphicAndTurnedPicture_hasTheSizeItIsShownIn() {
    Path clip =
        Clips.make(
            "anamorphic.mp4",
            "-f lavfi -i testsrc2=s=180x144:r=25:d=1,setsar=16/11 -c:v libx264 -pix_fmt yuv420p");
    Rendition rendition =
        Packaging.write(clip, RenditionSpec.of("v"), Packaging.GRID, folder, Layout.ONE_FILE);
    Video video = (Video) rendition.media();
    assertThat(video.coded()).isEqualTo(new Size(180, 144));
    assertThat(video.display()).isEqualTo(new Size(262, 144));
    assertThat(video.sampleAspect()).isEqualTo(new Rational(16, 11));
  }

  @Test
  void everyKeyFrame_canBeFetchedAlone() throws IOException {
    Path clip = Packaging.video(160, 90, "80k");
    Rendition rendition =
        Packaging.write(clip, RenditionSpec.of("v"), Packaging.GRID, folder, Layout.ONE_FILE);
    List<KeyFrame> keys =
        rendition.segments().stream().flatMap(s -> s.keyFrames().stream()).toList();
    assertThat(keys.stream().map(k -> rendition.seconds(k.start())))
        .containsExactly(0.0, 2.0, 3.0, 4.0);
    List<String> wanted = new ArrayList<>();
    Media.Stream source = Media.of(clip).video();
    List<Media.Row> packets = source.packets("flags");
    for (int i = 0; i < packets.size(); i++) {
      if (packets.get(i).fact("flags").startsWith("K")) {
        wanted.add(source.packetHashes().get(i));
      }
    }
    List<String> got = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Path alone = folder.resolve("key-" + i + ".mp4");
      Files.write(alone, Packaging.bytes(folder, rendition.init()));
      Files.write(
          alone,
          Packaging.bytes(folder, keys.get(i).span()),
          java.nio.file.StandardOpenOption.APPEND);
      got.add(Media.of(alone).video().packetHashes().getFirst());
    }
    assertThat(got).isEqualTo(wanted);
  }

  @Test
  void boxes_areThoseOfCmaf() {
    Rendition rendition =
        Packaging.write(
            Packaging.video(160, 90, "80k"),
            RenditionSpec.of("v"),
            Packaging.GRID,
            folder,
            Layout.ONE_FILE);
    Box init = Box.all(Packaging.bytes(folder, rendition.init()));
    assertThat(init.children(0).stream().map(Box::type)).containsExactly("ftyp", "moov");
    assertThat(new String(init.get("ftyp").bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("cmfc");
    assertThat(init.get("moov").find("mvex")).isPresent();
    assertThat(init.get("moov").children(0).stream().filter(b -> b.type().equals("trak")))
        .hasSize(1);
    for (Segment segment : rendition.segments()) {
      Box all = Box.all(Packaging.bytes(folder, segment.span()));
      List<String> types = all.children(0).stream().map(Box::type).toList();
      assertThat(types.getFirst()).isEqualTo("styp");
      assertThat(types.subList(1, types.size()))
          .isEqualTo(
              java.util.Collections.nCopies(segment.keyFrames().size(), List.of("moof", "mdat"))
                  .stream()
                  .flatMap(List::stream)
                  .toList());
      Box moof = all.get("moof");
      assertThat(moof.children(0).stream().filter(b -> b.type().equals("traf"))).hasSize(1);
    }
  }

  @Test
  void index_namesEverySegment() throws IOException {
    // Two starts on the grid that the clip does not reach: room for them is left over.
    SegmentGrid longer = new SegmentGrid(Rational.ONE, List.of(0L, 2L, 4L, 6L, 8L));
    Rendition rendition =
        Packaging.write(
            Packaging.video(160, 90, "80k"),
            RenditionSpec.of("v"),
            longer,
            folder,
            Layout.ONE_FILE);
    Span index = rendition.index().orElseThrow();
    assertThat(index.offset()).isEqualTo(rendition.init().bytes());
    Box sidx = Box.all(Packaging.bytes(folder, index)).get("sidx");
    ByteBuffer fields = sidx.read();
    assertThat(fields.getInt(8)).isEqualTo(rendition.timescale());
    assertThat(fields.getLong(12)).isZero();
    long at = index.offset() + index.bytes() + fields.getLong(20);
    assertThat((int) fields.getShort(30)).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      Segment segment = rendition.segments().get(i);
      assertThat(segment.span().offset()).isEqualTo(at);
      assertThat((long) fields.getInt(32 + 12 * i)).isEqualTo(segment.span().bytes());
      assertThat((long) fields.getInt(36 + 12 * i)).isEqualTo(segment.duration());
      at += segment.span().bytes();
    }
    assertThat(at).isEqualTo(Files.size(folder.resolve("v.mp4")));
    assertThat(Media.of(folder.resolve("v.mp4")).video().frameCount()).isEqualTo(125);
  }

  @Test
  void segmentWithoutKeyFrame_isABug() {
    SegmentGrid grid = new SegmentGrid(Rational.ONE, List.of(0L, 1L));
    assertThatThrownBy(() ->
            Packaging.write(
                Packaging.video(160, 90, "80k"),
                RenditionSpec.of("v"),
                grid,
                folder,
                Layout.ONE_FILE))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Bug.class))
        .hasMessageContaining("segment 2 does not begin with a key frame");
  }

  @Test
  void gridFinerThanTheFrames_givesASegmentAFrame() {
    Path clip =
        Clips.make(
            "slow.mp4", "-f lavfi -i testsrc2=s=64x64:r=1:d=3 -c:v libx264 -g 1 -pix_fmt yuv420p");
    SegmentGrid grid = new SegmentGrid(new Rational(1, 2), List.of(0L, 1L, 2L, 3L, 4L, 5L));
    Rendition rendition =
        Packaging.write(clip, RenditionSpec.of("v"), grid, folder, Layout.ONE_FILE);
    assertThat(starts(rendition)).containsExactly(0.0, 1.0, 2.0);
    assertThat(rendition.seconds(rendition.end())).isEqualTo(3.0);
  }

  @Test
  void sameInput_givesTheSameBytes() throws IOException {
    Path a = Files.createDirectory(folder.resolve("a"));
    Path b = Files.createDirectory(folder.resolve("b"));
    for (Path target : List.of(a, b)) {
      Packaging.manifests(Packaging.usual(target, Layout.ONE_FILE), target);
    }
    for (Path file : Files.list(a).filter(Files::isRegularFile).toList()) {
      assertThat(b.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libx265 -preset ultrafast -x265-params"
            + " log-level=none -pix_fmt yuv420p10le | hvc1.2.4.L30.90",
        "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libx264 -profile:v baseline -pix_fmt yuv420p |"
            + " avc1.42C00A",
        "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p |"
            + " av01.0.00M.08",
        "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p10le"
            + " -vf setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc |"
            + " av01.0.00M.10.0.110.09.16.09.0",
        "-f lavfi -i testsrc2=s=64x64:r=25:d=1 -c:v libvpx-vp9 -cpu-used 8 -pix_fmt yuv420p |"
            + " vp09.00.10.08",
        "-f lavfi -i sine=r=48000:d=1 -c:a aac | mp4a.40.2",
        "-f lavfi -i sine=r=48000:d=1 -c:a libopus | opus",
        "-f lavfi -i sine=r=48000:d=1 -c:a flac | fLaC",
        "-f lavfi -i sine=r=48000:d=1 -c:a ac3 | ac-3",
        "-f lavfi -i sine=r=48000:d=1 -c:a eac3 | ec-3",
        "-f lavfi -i sine=r=48000:d=1 -c:a libmp3lame | mp4a.6B",
      })
  void codecString_saysWhatIsInTheSampleEntry(String how, String codecs) {
    Path clip = Clips.make("clip.mp4", how);
    Rendition rendition =
        Packaging.write(clip, RenditionSpec.of("x"), Packaging.GRID, folder, Layout.ONE_FILE);
    assertThat(rendition.codecs()).isEqualTo(codecs);
    assertThat(Media.of(Packaging.joined(folder, rendition)).streams().getFirst().frameCount())
        .isEqualTo(Media.of(clip).streams().getFirst().frameCount());
  }
}
