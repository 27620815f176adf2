package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class DemuxerTest {
  @TempDir Path folder;

  @Test
  void peekThenRead_givesEveryPacketOnceAndInOrder() {
    Path file = Clip.usual().write(folder.resolve("a.mkv"), "matroska");
    List<Media.Seen> all = Media.packets(file);
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Packet packet = Packet.create()) {
      for (int i = 0; i < 7; i++) {
        assertThat(peeked(demuxer)).isEqualTo(all.get(i));
      }
      assertThat(demuxer.read(packet)).isTrue();
      assertThat(Media.Seen.of(packet)).isEqualTo(all.get(0));
      assertThat(peeked(demuxer)).isEqualTo(all.get(7));
      assertThat(Media.rest(demuxer)).isEqualTo(all.subList(1, all.size()));
      assertThat(demuxer.read(packet)).isFalse();
      assertThat(packet.size()).isZero();
    }
  }

  @Test
  void peekToTheEnd_thenRead_givesEverything() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      int peeked = 0;
      for (var next = demuxer.peek(); next.isPresent(); next = demuxer.peek()) {
        next.get().close();
        peeked++;
      }
      assertThat(peeked).isEqualTo(25);
      assertThat(demuxer.peek()).isEmpty();
      assertThat(Media.rest(demuxer)).isEqualTo(Media.packets(file));
    }
  }

  @Test
  void read_intoAPacketWithData_replacesIt() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Packet packet = Packet.create()) {
      peeked(demuxer);
      assertThat(demuxer.read(packet)).isTrue();
      assertThat(demuxer.read(packet)).isTrue();
      assertThat(packet.pts()).isEqualTo(40);
    }
  }

  @Test
  void seek_dropsWhatWasPeeked() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    List<Media.Seen> all = Media.packets(file);
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      peeked(demuxer);
      peeked(demuxer);
      demuxer.seek(Duration.ofMillis(900));
      assertThat(Media.rest(demuxer)).isEqualTo(all.subList(20, all.size()));
      demuxer.seek(Duration.ZERO);
      assertThat(Media.rest(demuxer)).isEqualTo(all);
    }
  }

  @Test
  void namedPipe_canBePeekedAndRead() throws Exception {
    Path file = Clip.usual().write(folder.resolve("a.ts"), "mpegts");
    Path pipe = namedPipe();
    Thread writer = feed(file, pipe);
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(pipe, interrupt)) {
      assertThat(demuxer.isSeekable()).isFalse();
      assertThat(demuxer.info().bytes()).isEmpty();
      Media.Seen first = peeked(demuxer);
      assertThatThrownBy(() -> demuxer.seek(Duration.ofMillis(500)))
          .isInstanceOf(AvException.class);
      List<Media.Seen> all = Media.packets(file);
      assertThat(first).isEqualTo(all.getFirst());
      assertThat(Media.rest(demuxer)).isEqualTo(all);
    }
    writer.join();
  }

  private Path namedPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  private static Thread feed(Path file, Path pipe) {
    return Thread.ofPlatform()
        .start(() -> {
          try (OutputStream out = Files.newOutputStream(pipe)) {
            Files.copy(file, out);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void skippedTrack_isNotRead() {
    Path file = Clip.usual().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      demuxer.skip(0);
      demuxer.seek(Duration.ZERO);
      assertThat(Media.rest(demuxer)).isNotEmpty().allMatch(seen -> seen.track() == 1);
    }
  }

  @Test
  void indexedTimes_areThoseOfTheIndex() {
    Path file = Clip.silent().write(folder.resolve("a.mp4"), "mp4");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      assertThat(demuxer.indexedTimes(0, 1000)).hasSize(25);
      assertThat(demuxer.indexedTimes(0, 3)).hasSize(3);
      assertThat(demuxer.indexedTimes(0, -1)).isEmpty();
    }
  }

  @Test
  void info_tellsWhatTheFileTells() {
    Color color = new Color("tv", "bt709", "bt709", "bt709", "left");
    Path file =
        Clip.empty()
            .color(color)
            .video(Clip.PICTURE, "mpeg4")
            .labelled(Map.of("language", "fra", "title", "Film"), "default", "original")
            .audio(Clip.SOUND, "aac")
            .labelled(Map.of("language", "eng"), "comment")
            .tagged(Map.of("title", "All", "artist", "Somebody"))
            .write(folder.resolve("a.mkv"), "matroska");
    MediaInfo info = info(file);

    assertThat(info.tags()).containsEntry("title", "All").containsEntry("ARTIST", "Somebody");
    Track.Video video = (Track.Video) info.tracks().getFirst();
    assertThat(video.codec()).isEqualTo("mpeg4");
    assertThat(video.width()).isEqualTo(160);
    assertThat(video.height()).isEqualTo(120);
    assertThat(video.frameRate()).contains(new Rational(25, 1));
    assertThat(video.sampleAspect()).isEqualTo(Rational.ONE);
    assertThat(video.color().primaries()).isEqualTo("bt709");
    assertThat(video.color().range()).isEqualTo("tv");
    assertThat(video.pixelFormat().name()).isEqualTo("yuv420p");
    assertThat(video.stream().language()).contains("fra");
    assertThat(video.stream().title()).contains("Film");
    assertThat(video.stream().dispositions()).contains("default", "original");
    Track.Audio audio = (Track.Audio) info.tracks().get(1);
    assertThat(audio.layout()).isEqualTo("stereo");
    assertThat(audio.sampleRate()).isEqualTo(44100);
    assertThat(audio.bitDepth()).isEmpty();
    assertThat(audio.stream().dispositions()).contains("comment").doesNotContain("default");
  }

  @Test
  void info_countsFromTheStartOfTheFile() {
    Path file =
        Clip.silent()
            .muxerOption("output_ts_offset", "100")
            .write(folder.resolve("a.ts"), "mpegts");
    MediaInfo info = info(file);
    assertThat(info.start()).isGreaterThanOrEqualTo(Duration.ofSeconds(100));
    assertThat(info.tracks().getFirst().stream().start()).contains(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({"matroska", "mp4"})
  void info_listsChapters(String format) {
    Chapter[] chapters = {
      new Chapter("One", Duration.ZERO, Duration.ofMillis(400)),
      new Chapter("", Duration.ofMillis(400), Duration.ofMillis(700)),
      new Chapter("Drei äöü", Duration.ofMillis(700), Duration.ofMillis(1000))
    };
    Path file = Clip.silent().chapters(chapters).write(folder.resolve("a"), format);
    assertThat(info(file).chapters()).containsExactly(chapters);
  }

  private static MediaInfo info(Path file) {
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      return demuxer.info();
    }
  }

  private static Media.Seen peeked(Demuxer demuxer) {
    try (Packet packet = demuxer.peek().orElseThrow()) {
      return Media.Seen.of(packet);
    }
  }
}
