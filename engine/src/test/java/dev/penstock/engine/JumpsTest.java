package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Sound;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MPEG-TS as receivers and cameras record it: with holes, with clocks that wrap or start anew. */
@ExtendWith(NoLeaks.class)
class JumpsTest {
  @TempDir Path folder;

  /** A recording of three seconds whose clock begins at {@code offset} seconds. */
  private static Path recording(String offset) {
    return Clips.make(
        "at.ts",
        "-i " + Clips.beacon("source.mp4", 3) + " -map 0 -c copy -muxdelay 0 -muxpreload 0",
        "-output_ts_offset " + offset);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void aGapOfThreeSeconds_staysOneAndTheSoundIsFilled(String name) {
    Path source = Clips.joined("gap.ts", recording("10"), recording("16"));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve(name)).quick().audio(AudioCodec.AAC, 64_000).run();

    List<Long> times = done.media().video().relativeTimes();
    assertThat(times).hasSize(150);
    assertThat(times.get(75) - times.get(74)).isCloseTo(3_040_000, Offset.offset(45_000L));
    assertThat(Pictures.numbers(done.file())).isEqualTo(twice(75));
    List<Long> beeps = beeps(done.file());
    assertThat(differences(beeps)).allSatisfy(d -> assertThat(d % 1000).isIn(0L, 1L, 999L));
    assertThat(beeps.get(3) - beeps.get(2)).isCloseTo(4000, Offset.offset(2L));
    assertThat(behind(done.file(), 75)).allSatisfy(ms -> assertThat(ms).isBetween(-2L, 2L));
    assertThat(packetGap(done.media().audio())).isLessThan(50_000);
  }

  /** The longest time from one packet to the next. */
  private static long packetGap(Media.Stream stream) {
    List<Long> times = stream.packets("pts_time").stream().map(p -> p.micros("pts_time")).toList();
    return differences(times).stream().mapToLong(d -> d).max().orElseThrow();
  }

  @Test
  void aClockThatWraps_isNoJump() {
    // 33 bits of 1/90000 s end after 95443.7 s.
    Path source = recording("95442.2");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(Pictures.range(0, 74));
    assertThat(differences(done.media().video().times())).containsOnly(40_000L);
    assertThat(beeps(done.file())).hasSize(3);
    assertThat(behind(done.file(), 75)).allSatisfy(ms -> assertThat(ms).isBetween(-2L, 2L));
    assertThat(done.report().warnings()).isEmpty();
    assertThat(done.report().input().duration().orElseThrow().toMillis()).isBetween(2900L, 3100L);
  }

  @Test
  void aClockThatWrapsLongAfterTheStart_isNoJump() {
    Path source =
        Clips.make(
            "long.ts",
            "-f lavfi -i color=gray:s=64x64:r=1:d=150 -f lavfi -i sine=d=150:r=16000",
            "-c:v mpeg4 -g 10 -c:a mp2 -b:a 32k -muxdelay 0 -muxpreload 0 -output_ts_offset 95343");

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(differences(done.media().video().times())).containsOnly(1_000_000L);
    assertThat(done.media().seconds()).isCloseTo(150, Offset.offset(1.1));
  }

  @ParameterizedTest
  @CsvSource({"10, 5000", "5000, 10", "10, 10", "95442.2, 20", "0.5, 40"})
  void joinedRecordings_goOnWithoutAJump(String first, String second) {
    Path source = Clips.joined("joined.ts", recording(first), recording(second));

    Transcoding.Done done = Transcoding.of(source, folder.resolve("out.mp4")).quick().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(twice(75));
    assertThat(differences(done.media().video().times()))
        .allSatisfy(d -> assertThat(d).isBetween(20_000L, 120_000L));
    assertThat(beeps(done.file())).hasSize(6);
    assertThat(behind(done.file(), 75)).allSatisfy(ms -> assertThat(ms).isBetween(-45L, 45L));
    assertThat(done.report().warnings()).anyMatch(warning -> warning.contains("jump"));
    assertThat(done.media().seconds()).isCloseTo(6, Offset.offset(0.15));
  }

  @Test
  void joinedRecordings_canBeCopied() {
    Path source = Clips.joined("joined.ts", recording("10"), recording("5000"));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).copyVideo().copyAudio().run();

    assertThat(Pictures.numbers(done.file())).isEqualTo(twice(75));
    assertThat(behind(done.file(), 75)).allSatisfy(ms -> assertThat(ms).isBetween(-45L, 45L));
    assertThat(done.media().seconds()).isCloseTo(6, Offset.offset(0.15));
  }

  @Test
  void manyRecordings_stayInSync() {
    Path source =
        Clips.joined(
            "many.ts",
            recording("10"),
            recording("5000"),
            recording("100"),
            recording("10"),
            recording("95442.2"));

    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out.mp4")).quick().audio(AudioCodec.OPUS).run();

    assertThat(Pictures.numbers(done.file())).hasSize(375);
    assertThat(beeps(done.file())).hasSize(15);
    assertThat(behind(done.file(), 75)).allSatisfy(ms -> assertThat(ms).isBetween(-80L, 80L));
  }

  private static List<Integer> twice(int frames) {
    List<Integer> numbers = Pictures.range(0, frames - 1);
    return Stream.concat(numbers.stream(), numbers.stream()).toList();
  }

  private static List<Long> beeps(Path file) {
    return Sound.onsets(file);
  }

  private static List<Long> differences(List<Long> values) {
    List<Long> differences = new ArrayList<>();
    for (int i = 1; i < values.size(); i++) {
      differences.add(values.get(i) - values.get(i - 1));
    }
    return differences;
  }

  /** Milliseconds from where each beep should be, by the frame shown then, to where it is. */
  private static List<Long> behind(Path file, int framesEach) {
    List<Long> times = Media.of(file).video().times();
    List<Long> beeps = beeps(file);
    List<Long> behind = new ArrayList<>();
    for (int i = 0; i < beeps.size(); i++) {
      // Frame 12 of each second is shown 20 ms before the beep.
      int frame = i / 3 * framesEach + i % 3 * 25 + 12;
      behind.add(beeps.get(i) - (times.get(frame) / 1000 + 20));
    }
    return behind;
  }
}
