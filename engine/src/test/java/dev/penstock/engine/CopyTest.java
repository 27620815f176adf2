package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.MediaDump;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What need not change does not: the packets go over as they are. */
@ExtendWith(NoLeaks.class)
class CopyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mov", "out.mkv"})
  void whatNobodyAsksToChange_isCopied(String name) {
    Path source = Clips.beacon("source.mp4", 3);

    Transcoding.Done done = Transcoding.of(source, folder.resolve(name)).run();

    assertThat(done.choice("video track 0")).isEqualTo("copy");
    assertThat(done.choice("audio track 1")).isEqualTo("copy");
    assertThat(done.media().video().packetHashes())
        .isEqualTo(Media.of(source).video().packetHashes());
    assertThat(done.media().audio().packetHashes())
        .isEqualTo(Media.of(source).audio().packetHashes());
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(done.track(0).kind()).isEqualTo("copy");
    assertThat(done.track(0).packetsOut()).isEqualTo(75);
  }

  @Test
  void aCopiedMp4_hasTheTimesOfItsSource() {
    Path source = Clips.beacon("source.mp4", 1);

    Path file = Transcoding.of(source, folder.resolve("out.mp4")).run().file();

    assertThat(MediaDump.times(file).lines().filter(line -> line.startsWith("0")).limit(8))
        .containsExactly(
            "0 0 -80 key",
            "0 120 -40",
            "0 40 0",
            "0 80 40",
            "0 240 80",
            "0 160 120",
            "0 200 160",
            "0 360 200");
    assertThat(MediaDump.packets(file).lines().sorted())
        .isEqualTo(MediaDump.packets(source).lines().sorted().toList());
  }

  @ParameterizedTest
  @CsvSource({
    "source.mp4, out.ts",
    "source.ts, out.mp4",
    "source.ts, out.mkv",
    "source.mkv, out.mp4",
    "source.mkv, out.ts",
    "source.flv, out.mp4"
  })
  void aCopyIntoAnotherContainer_showsAndSoundsTheSame(String from, String to) {
    Path source = Clips.beacon(from, 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(to)).copyVideo().copyAudio().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 74));
    assertThat(done.media().video().frameHashes())
        .isEqualTo(Media.of(source).video().frameHashes());
    assertThat(done.media().video().relativeTimes())
        .isEqualTo(Media.of(source).video().relativeTimes());
    assertThat(beepsAfterFirstFrame(done.file())).isEqualTo(beepsAfterFirstFrame(source));
    assertThat(done.report().warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hevc, libx265, mp4, mkv",
    "hevc, libx265, mkv, mp4",
    "hevc, libx265, ts, mp4",
    "hevc, libx265, mp4, ts",
    "av1, libsvtav1, mkv, mp4",
    "vp9, libvpx-vp9, webm, mp4",
    "vp9, libvpx-vp9, mp4, webm",
    "mpeg2video, mpeg2video, ts, mkv",
    "mpeg4, mpeg4, mkv, mov"
  })
  void otherCodecs_areCopiedToo(String codec, String encoder, String from, String to) {
    Path source =
        Clips.make(
            "source." + from,
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 1),
            "-pix_fmt yuv420p -c:v " + encoder + fast(encoder));

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out." + to)).copyVideo().run();

    assertThat(done.media().video().fact("codec_name")).isEqualTo(codec);
    assertThat(done.media().video().frameHashes())
        .isEqualTo(Media.of(source).video().frameHashes());
    assertThat(done.media().video().frameCount()).isEqualTo(25);
  }

  private static String fast(String encoder) {
    return switch (encoder) {
      case "libx265" -> " -preset ultrafast -x265-params log-level=error";
      case "libsvtav1" -> " -preset 12";
      case "libvpx-vp9" -> " -deadline realtime -cpu-used 8";
      default -> "";
    };
  }

  @ParameterizedTest
  @CsvSource({
    "libmp3lame, mp3, mkv, mp4",
    "ac3, ac3, mkv, mp4",
    "ac3, ac3, mkv, ts",
    "flac, flac, mkv, mp4",
    "libopus, opus, mkv, mp4",
    "libopus, opus, webm, mkv",
    "pcm_s16le, pcm_s16le, mkv, mov",
    "libopus, opus, mkv, ts",
    "aac, aac, ts, m4a"
  })
  void soundIsCopied(String encoder, String codec, String from, String to) {
    Path source =
        Clips.make("source." + from, "-f lavfi -i " + Clips.beeping(3), "-c:a " + encoder);

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out." + to)).copyAudio().run();

    assertThat(done.media().codecs()).containsExactly(codec);
    List<Long> onsets = Sound.onsets(done.file());
    assertThat(onsets).hasSize(3);
    assertThat(onsets.get(2) - onsets.get(0)).isEqualTo(2000);
  }

  @Test
  void matroska_keepsSoundInItsCodecWhileThePictureIsEncoded() {
    Path source =
        Clips.make(
            "source.mkv",
            "-f lavfi -i testsrc2=s=160x120:d=1 -f lavfi -i sine=d=1",
            "-c:v mpeg4 -c:a flac");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mkv")).quick().run();

    assertThat(done.media().codecs()).containsExactly("h264", "flac");
    assertThat(done.media().audio().packetHashes())
        .isEqualTo(Media.of(source).audio().packetHashes());
  }

  @Test
  void copiedPictures_goWithEncodedSound() {
    Path source = Clips.beacon("source.mkv", 3);

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .copyVideo()
            .audio(dev.penstock.model.AudioCodec.OPUS)
            .run();

    assertThat(done.media().codecs()).containsExactly("h264", "opus");
    assertThat(done.media().video().packetHashes()).hasSize(75);
    assertThat(beepsAfterFirstFrame(done.file())).isEqualTo(beepsAfterFirstFrame(source));
  }

  private static List<Long> beepsAfterFirstFrame(Path file) {
    long first = Math.round(Media.of(file).video().times().getFirst() / 1000.0);
    return Sound.onsets(file).stream().map(beep -> beep - first).toList();
  }

  /** As cameras and editors cut: the samples are there, and the edit list leaves them out. */
  private static Path endingEarly(int millis) throws IOException {
    byte[] bytes = Files.readAllBytes(Clips.beacon("source.mp4", 3));
    int list = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("elst");
    ByteBuffer.wrap(bytes).putInt(list + 12, millis); // of the movie's milliseconds
    return Clips.of("ending.mp4", bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv"})
  void whatAnEditListCutsOffAtTheEnd_isNotCopied(String name) throws IOException {
    Path source = endingEarly(2520);
    assertThat(Pictures.numbers(source)).isEqualTo(Pictures.range(0, 62));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(name)).copyVideo().copyAudio().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 62));
    assertThat(done.media().video().packetHashes()).hasSize(63);
    assertThat(done.report().warnings()).isEmpty();
  }

  @Test
  void whatItCutsOff_andOthersNeed_isCopiedAndSaid() throws IOException {
    // The picture at 2.48 s is decoded before those at 2.40 and 2.44 s, which need it.
    Path source = endingEarly(2480);
    assertThat(Pictures.numbers(source)).isEqualTo(Pictures.range(0, 61));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).copyVideo().copyAudio().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 62));
    assertThat(done.report().warnings())
        .singleElement()
        .asString()
        .contains("track 0: 1 pictures that its edit list cuts off");
  }
}
