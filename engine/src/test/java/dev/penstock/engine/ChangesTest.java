package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Failure;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Broadcasts change their size and their channels in the middle. */
@ExtendWith(NoLeaks.class)
class ChangesTest {
  @TempDir Path folder;

  private static Path part(int width, int height, String picture, String sound, int offset) {
    return Clips.make(
        "part.ts",
        "-f lavfi -i " + Clips.numbered(width, height, "25", 2) + picture,
        "-f lavfi -i " + Clips.beeping(2) + sound,
        "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a mp2 -b:a 192k",
        "-muxdelay 0 -muxpreload 0 -output_ts_offset " + offset);
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void anotherSize_isFittedToTheFirst(VideoCodec codec) {
    Path source =
        Clips.joined(
            "sizes.ts",
            part(160, 96, "", "", 10),
            part(320, 192, "", "", 12),
            part(160, 96, "", "", 14));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).codec(codec).quick().run();

    assertThat(done.media().video().size()).isEqualTo("160x96");
    assertThat(Pictures.numbers(done.file())).isEqualTo(times(3));
    assertThat(sizes(done.media())).containsOnly("160x96");
    assertThat(done.track(0).encoded()).isEqualTo(150);
  }

  private static List<Integer> times(int parts) {
    return Stream.generate(() -> Pictures.range(0, 49)).limit(parts).flatMap(List::stream).toList();
  }

  private static List<String> sizes(Media media) {
    return media.video().frames("width", "height").stream()
        .map(f -> f.fact("width") + "x" + f.fact("height"))
        .distinct()
        .toList();
  }

  @Test
  void anotherSize_goesThroughTheSameFilters() {
    Path source = Clips.joined("sizes.ts", part(160, 96, "", "", 10), part(320, 192, "", "", 12));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .quick()
            .size(new SizeSpec.Percent(50))
            .fps("12.5")
            .run();

    assertThat(sizes(done.media())).containsExactly("80x48");
    assertThat(done.media().video().frameCount()).isBetween(50, 51);
    assertThat(Pictures.numbers(done.file()).subList(25, 45)).isSorted();
  }

  @Test
  void theShapeOfPixels_staysThatOfTheFirst() {
    Path source =
        Clips.joined(
            "aspects.ts",
            part(144, 116, ",setsar=16/11", "", 10),
            part(288, 116, ",setsar=8/11", "", 12));

    // MPEG-TS says nothing of it itself: what is read is in the stream.
    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.ts")).quick().run();

    assertThat(done.media().video().frames("sample_aspect_ratio"))
        .extracting(frame -> frame.fact("sample_aspect_ratio"))
        .containsOnly("16:11");
    assertThat(Pictures.numbers(done.file())).isEqualTo(times(2));
  }

  @Test
  void anotherPixelFormat_becomesTheFirst() {
    Path source =
        Clips.joined(
            "formats.ts",
            part(160, 96, ",format=yuv420p", "", 10),
            Clips.make(
                "part.ts",
                "-f lavfi -i " + Clips.numbered(160, 96, "25", 2),
                "-f lavfi -i " + Clips.beeping(2),
                "-c:v libx264 -preset ultrafast -pix_fmt yuv422p -c:a mp2 -b:a 192k -muxdelay 0 -muxpreload 0 -output_ts_offset 12"));

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(done.media().video().fact("pix_fmt")).isEqualTo("yuv420p");
    assertThat(Pictures.numbers(done.file())).isEqualTo(times(2));
  }

  @ParameterizedTest
  @CsvSource({
    "',aformat=channel_layouts=stereo', '', AAC, stereo",
    "'', ',aformat=channel_layouts=stereo', AAC, mono",
    "',aformat=channel_layouts=stereo', ',aresample=44100,aformat=channel_layouts=mono', OPUS, stereo",
    "',aresample=44100', ',aresample=32000', AAC, mono",
  })
  void otherChannelsAndRates_becomeTheFirst(
      String first, String second, AudioCodec codec, String layout) {
    Path source =
        Clips.joined(
            "channels.ts",
            part(160, 96, "", first, 10),
            part(160, 96, "", second, 12),
            part(160, 96, "", first, 14));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).quick().audio(codec).run();

    assertThat(done.media().audio().fact("channel_layout")).isEqualTo(layout);
    List<Long> beeps = Sound.onsets(done.file());
    long start = done.media().video().times().getFirst() / 1000;
    assertThat(beeps).hasSize(6);
    for (int i = 0; i < beeps.size(); i++) {
      assertThat(beeps.get(i) - start).isCloseTo(500 + i * 1000L, Offset.offset(41L));
    }
    assertThat(Pictures.numbers(done.file())).isEqualTo(times(3));
    assertThat(continuous(done.media().audio())).isTrue();
  }

  /** Whether each packet begins where the one before ends; Matroska rounds to milliseconds. */
  private static boolean continuous(Media.Stream stream) {
    List<Media.Row> packets = stream.packets("pts_time", "duration_time");
    for (int i = 1; i < packets.size(); i++) {
      Media.Row before = packets.get(i - 1);
      long expected = before.micros("pts_time") + before.micros("duration_time");
      if (Math.abs(packets.get(i).micros("pts_time") - expected) > 2000) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aGapWhereTheSoundChanges_isFilled() {
    Path source =
        Clips.joined(
            "gap.ts",
            part(160, 96, "", ",aformat=channel_layouts=stereo", 10),
            part(160, 96, "", "", 14));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mkv")).quick().audio(AudioCodec.AAC).run();

    List<Long> beeps = Sound.onsets(done.file());
    assertThat(beeps).hasSize(4);
    assertThat(beeps.get(2) - beeps.get(1)).isCloseTo(3000, Offset.offset(41L));
    assertThat(continuous(done.media().audio())).isTrue();
  }

  private static Path sound(String rate, int channels, int offset) {
    return Clips.make(
        "sound.ts",
        "-f lavfi -i sine=f=440:d=2:r=" + rate + " -ac " + channels + " -c:a aac -b:a 64k",
        "-muxdelay 0 -muxpreload 0 -output_ts_offset " + offset);
  }

  @ParameterizedTest
  @CsvSource({"44100, 1, 48000, 2", "48000, 2, 48000, 1", "48000, 2, 24000, 2"})
  void copiedSound_thatChanges_isRefusedWhereItWouldPlayWrongly(
      String rate, int channels, String laterRate, int laterChannels) {
    Path source =
        Clips.joined("joined.ts", sound(rate, channels, 10), sound(laterRate, laterChannels, 12));

    Failure failure = Transcoding.of(source, folder.resolve("out.m4a")).copyAudio().failure();

    assertThat(failure).isInstanceOf(Failure.Unsupported.class);
    assertThat(failure.diagnosis().line())
        .contains("track 0", rate + " Hz", laterRate + " Hz", "--audio aac");
    assertThat(folder.resolve("out.m4a")).doesNotExist();
    Path encoded =
        Transcoding.of(source, folder.resolve("new.m4a"))
            .audio(AudioCodec.AAC, 128_000)
            .run()
            .file();
    assertThat(Media.of(encoded).seconds()).isCloseTo(4, Offset.offset(0.1));
  }

  @Test
  void copiedSound_thatStaysTheSame_orKeepsItsHeaders_isCopied() {
    Path same = Clips.joined("same.ts", sound("48000", 2, 10), sound("48000", 2, 12));
    Path other = Clips.joined("other.ts", sound("44100", 1, 10), sound("48000", 2, 12));

    Transcoding.Done joined = Transcoding.of(same, folder.resolve("out.m4a")).copyAudio().run();
    Transcoding.Done kept = Transcoding.of(other, folder.resolve("out.ts")).copyAudio().run();

    assertThat(joined.media().audio().packetHashes()).hasSizeGreaterThan(180);
    assertThat(kept.media().audio().packetHashes()).hasSizeGreaterThan(170);
  }
}
