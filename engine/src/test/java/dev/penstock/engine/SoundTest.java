package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loudness, channels, rates and lengths of sound. */
@ExtendWith(NoLeaks.class)
class SoundTest {
  @TempDir Path folder;

  // ---- loudness

  /** Noise of changing level. */
  private static Path noise(double level, double seconds) {
    return Clips.make(
        "noise.mkv",
        "-f lavfi -i anoisesrc=d="
            + seconds
            + ":c=pink:r=48000:a=0.5:seed=7,volume='"
            + level
            + "*(0.6+0.4*sin(t))':eval=frame",
        "-ac 2 -c:a flac");
  }

  @ParameterizedTest
  @CsvSource({
    "1, -23, AAC, out.m4a",
    "1, -14, AAC, out.mp4",
    "0.05, -23, AAC, out.m4a",
    "0.05, -16, OPUS, out.mkv",
    "1, -30, OPUS, out.webm",
  })
  void loudness_isReached(double level, double target, AudioCodec codec, String name) {
    Path source = noise(level, 8);

    Path file =
        Transcoding.of(source, folder.resolve(name)).audio(codec).loudness(target).run().file();

    assertThat(Sound.loudness(file, 0)).isCloseTo(target, Offset.offset(0.5));
    assertThat(Sound.truePeak(file, 0)).isLessThan(0);
  }

  @Test
  void loudness_keepsPeaksBelowTheCeiling() {
    // Short loud bursts in quiet sound: raising it by gain alone would clip them.
    Path source =
        Clips.make(
            "bursts.mkv",
            "-f lavfi -i aevalsrc='0.02*sin(2*PI*300*t)+if(lt(mod(t,2),0.002),0.9*sin(2*PI*1500*t),0)':s=48000:c=stereo:d=8",
            "-c:a flac");

    Path file =
        Transcoding.of(source, folder.resolve("out.mka"))
            .audio(AudioCodec.OPUS, 256_000)
            .loudness(-18)
            .run()
            .file();

    assertThat(Sound.truePeak(file, 0)).isLessThan(0);
    assertThat(Sound.loudness(file, 0)).isBetween(-25.0, -18.0);
  }

  @Test
  void loudness_ofTwoTracks_isThatOfEach() {
    Path source =
        Clips.make(
            "two.mkv", "-i " + noise(1, 8) + " -i " + noise(0.1, 8) + " -map 0 -map 1 -c copy");

    Path file =
        Transcoding.of(source, folder.resolve("out.mka"))
            .audio(AudioCodec.OPUS)
            .loudness(-20)
            .run()
            .file();

    assertThat(Sound.loudness(file, 0)).isCloseTo(-20, Offset.offset(0.5));
    assertThat(Sound.loudness(file, 1)).isCloseTo(-20, Offset.offset(0.5));
  }

  @Test
  void loudness_isThatOfThePartThatIsWritten() {
    // Loud first, quiet from the fourth second on.
    Path source =
        Clips.make(
            "change.mkv",
            "-f lavfi -i anoisesrc=d=8:c=pink:r=48000:a=0.5:seed=7,volume='if(lt(t,4),1,0.1)':eval=frame",
            "-ac 2 -c:a flac");

    Path file =
        Transcoding.of(source, folder.resolve("out.m4a"))
            .loudness(-20)
            .start(4500)
            .duration(3000)
            .run()
            .file();

    assertThat(Sound.loudness(file, 0)).isCloseTo(-20, Offset.offset(0.5));
  }

  /** The decoder answers some of it with -1, which as an error code is a want of permission. */
  @Test
  void loudness_isMeasuredPastDamage() {
    Path aac = Clips.make("aac.mkv", "-i " + noise(1, 8) + " -c:a aac -b:a 48k");
    Path source = Clips.make("damaged.mkv", "-i " + aac + " -c copy -bsf:a noise=amount=700");
    assertThat(Oracle.ffmpegLog(List.of("-i", source.toString(), "-f", "null", "-")))
        .contains("Operation not permitted");

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mka"))
            .audio(AudioCodec.OPUS)
            .loudness(-20)
            .run();

    // What damage decodes to has wild peaks, so it is only near.
    assertThat(Sound.loudness(done.file(), 0)).isCloseTo(-20, Offset.offset(6.0));
    assertThat(done.report().warnings()).anyMatch(warning -> warning.contains("decoded past"));
  }

  @Test
  void loudness_goesOnWhenTheSoundChangesItsChannels() {
    Path loud = Clips.make("loud.ts", "-i " + noise(1, 8) + " -ac 2 -c:a mp2 -b:a 384k");
    Path quiet =
        Clips.make(
            "quiet.ts", "-i " + noise(0.05, 2) + " -ac 1 -c:a mp2 -b:a 192k -output_ts_offset 8");
    Path source = Clips.joined("both.ts", loud, quiet);

    Path file = Transcoding.of(source, folder.resolve("out.m4a")).loudness(-20).run().file();

    assertThat(Sound.loudness(file, 0)).isCloseTo(-20, Offset.offset(0.5));
  }

  @Test
  void silence_staysSilent() {
    Path source = Clips.make("silence.mkv", "-f lavfi -i anullsrc=d=3 -c:a flac");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.m4a")).loudness(-20).run();

    assertThat(Sound.samples(done.file())).doesNotContain((short) 1000);
    assertThat(done.notes()).anyMatch(note -> note.contains("silent"));
  }

  // ---- channels and rates

  @ParameterizedTest
  @CsvSource({
    "mono, AAC, 1, mono",
    "stereo, OPUS, 2, stereo",
    "5.1, AAC, 6, 5.1",
    "5.1(side), AAC, 6, 5.1",
    "5.1, OPUS, 6, 5.1",
    "5.1(side), OPUS, 6, 5.1",
    "7.1, AAC, 8, 7.1",
    "7.1, OPUS, 8, 7.1",
    "quad, OPUS, 4, quad",
    "quad, AAC, 5, 5.0",
    "2.1, AAC, 6, 5.1",
    "4.0, AAC, 4, 4.0",
    "6.1, OPUS, 7, 6.1",
  })
  void channels_areKept(String layout, AudioCodec codec, int channels, String expected) {
    Path source =
        Clips.make(
            "channels.wav",
            "-f lavfi -i sine=440:d=1:r=48000,aformat=channel_layouts=" + layout,
            "-c:a pcm_s16le");

    Media.Stream audio =
        Transcoding.of(source, folder.resolve("out.mkv")).audio(codec).run().media().audio();

    assertThat(audio.number("channels")).isEqualTo(channels);
    assertThat(audio.fact("channel_layout")).isEqualTo(expected);
  }

  @Test
  void eachChannel_staysInItsPlace() {
    // Only the third channel, the centre, sounds.
    Path source =
        Clips.make(
            "centre.mkv",
            "-f lavfi -i aevalsrc='0|0|0.5*sin(2*PI*440*t)|0|0|0':s=48000:c=5.1:d=1",
            "-c:a pcm_s16le");

    for (AudioCodec codec : AudioCodec.values()) {
      Path file = Transcoding.of(source, folder.resolve(codec + ".mkv")).audio(codec).run().file();
      Path centre = Clips.make("centre-of.wav", "-i " + file + " -af channelmap=FC:mono -y");
      Path left = Clips.make("left-of.wav", "-i " + file + " -af channelmap=FL:mono -y");
      assertThat(loudest(centre)).isGreaterThan(12_000);
      assertThat(loudest(left)).isLessThan(1500);
    }
  }

  private static int loudest(Path file) {
    int loudest = 0;
    for (short sample : Sound.samples(file)) {
      loudest = Math.max(loudest, Math.abs(sample));
    }
    return loudest;
  }

  @ParameterizedTest
  @CsvSource({
    "44100, AAC, 44100",
    "96000, AAC, 96000",
    "192000, AAC, 96000",
    "8000, AAC, 8000",
    "44100, OPUS, 48000",
    "16000, OPUS, 16000",
    "11025, OPUS, 48000"
  })
  void rates_areKeptWhereTheCodecTakesThem(int rate, AudioCodec codec, int expected) {
    Path source = Clips.make("rate.mkv", "-f lavfi -i sine=440:d=1:r=" + rate, "-c:a pcm_s16le");

    Media.Stream audio =
        Transcoding.of(source, folder.resolve("out.mp4")).audio(codec).run().media().audio();

    // Opus always says 48 kHz when it is decoded.
    assertThat(audio.number("sample_rate")).isEqualTo(codec == AudioCodec.OPUS ? 48_000 : expected);
  }

  @ParameterizedTest
  @CsvSource({"AAC, 64000", "AAC, 192000", "OPUS, 48000", "OPUS, 160000"})
  void bitRates_areMet(AudioCodec codec, long rate) {
    Path source = noise(1, 8);

    Media media =
        Transcoding.of(source, folder.resolve("out.mkv")).audio(codec, rate).run().media();

    double bits =
        media.audio().packets("size").stream().mapToLong(p -> Long.parseLong(p.fact("size"))).sum()
            * 8.0;
    // Opus spends less where it can.
    assertThat(bits / 8).isBetween(rate * 0.6, rate * 1.2);
  }

  @ParameterizedTest
  @CsvSource({
    "AAC, out.mp4",
    "AAC, out.mkv",
    "AAC, out.ts",
    "OPUS, out.mp4",
    "OPUS, out.webm",
    "OPUS, out.mkv"
  })
  void theLength_isTheSources(AudioCodec codec, String name) {
    Path source = Clips.make("length.mkv", "-f lavfi -i sine=440:d=2.345:r=48000", "-c:a flac");

    Path file = Transcoding.of(source, folder.resolve(name)).audio(codec).run().file();

    double seconds = Sound.samples(file).length / 48_000.0;
    // Only MP4 says where in the last frame the sound ends, and where in the first it begins.
    assertThat(seconds).isCloseTo(2.345, Offset.offset(name.endsWith("mp4") ? 0.022 : 0.05));
  }
}
