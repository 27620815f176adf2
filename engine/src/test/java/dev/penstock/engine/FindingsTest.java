package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Expectations.Expected;
import dev.penstock.engine.Expectations.Kind;
import dev.penstock.engine.ReadBack.Found;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules alone: packets that were written against packets that were read back. */
class FindingsTest {
  private static final Rational MILLIS = new Rational(1, 1000);

  /** Pictures 40 ms apart in the order of decoding, shown as {@code times} say; keys end in K. */
  private static PacketLog log(String times, long shift) {
    PacketLog log = new PacketLog();
    long decoding = -80;
    for (String word : times.split(" ")) {
      boolean key = word.endsWith("K");
      long time = Long.parseLong(key ? word.substring(0, word.length() - 1) : word);
      log.add(new PacketLog.Entry(time + shift, decoding + shift, 40, 1000, key), MILLIS);
      decoding += 40;
    }
    return log;
  }

  private static Expected video(PacketLog written, long begins, Optional<Plan.KeyGrid> grid) {
    return new Expected(
        0,
        Kind.VIDEO,
        "h264",
        true,
        false,
        written,
        OptionalLong.of(written.size()),
        written.size(),
        OptionalLong.of(begins),
        grid,
        OptionalInt.empty(),
        Optional.empty());
  }

  private static Expected audio(PacketLog written, long begins) {
    return new Expected(
        1,
        Kind.AUDIO,
        "aac",
        true,
        false,
        written,
        OptionalLong.empty(),
        0,
        OptionalLong.of(begins),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static List<String> failed(Expectations expected, PacketLog... found) {
    List<Found> tracks = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      tracks.add(
          new Found(expected.tracks().get(i).kind(), expected.tracks().get(i).codec(), found[i]));
    }
    return Findings.of(expected, new ReadBack(Optional.empty(), tracks, Optional.empty())).stream()
        .filter(check -> check.result() instanceof Result.Failed)
        .map(Check::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "0K 80 40 120, 0K 80 40 120, 0, ''",
    "0K 80 40 120, 0K 80 40 120, 1400, ''", // all moved alike
    "0K 80 40 120, 0K 80 40, 0, packets",
    "0K 80 40 120, 0K 40 80 120, 0, times", // two have changed places
    "0K 80 40 120, 0K 81 41 121, 0, ''", // rounded
    "0K 80 40 120, 0K 80 40 160, 0, times",
    "0K 80K 40 120, 0K 80 40 120, 0, key frames"
  })
  void pictures(String written, String found, long shift, String name) {
    Expectations expected =
        new Expectations("out.mp4", "mp4", List.of(video(log(written, 0), 0, Optional.empty())));

    assertThat(failed(expected, log(found, shift)))
        .isEqualTo(name.isEmpty() ? List.of() : List.of(name));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, ''",
    "1400, 1400, 0, ''", // the container begins later
    "0, 80, 0, sound against pictures", // the container moved one of them
    "0, 0, 80000, sound against pictures", // the source has it later
    "0, 0, 15000, ''" // less than can be heard
  })
  void soundAgainstPictures(long pictures, long sound, long inSource, String name) {
    PacketLog video = log("0K 40 80 120", 0);
    PacketLog audio = log("0K 20K 40K 60K", 0);
    Expectations expected =
        new Expectations(
            "out.mp4", "mp4", List.of(video(video, 0, Optional.empty()), audio(audio, inSource)));

    List<String> failed =
        failed(expected, log("0K 40 80 120", pictures), log("0K 20K 40K 60K", sound));

    // One frame of sound lasts 40 ms here.
    assertThat(failed).isEqualTo(name.isEmpty() ? List.of() : List.of(name));
  }

  @ParameterizedTest
  @CsvSource({
    "0K 40 80 120K 160 200 240K, 1, ''",
    "0K 40 80 120 160 200 240K, 1, key frames",
    "0K 40 80 130K 160 200 240K, 1, ''", // the first at or behind the grid
    "0K 40 80 125 130K 200 240K, 1, key frames",
    "0K 40 80 120 160K 200 240K, 2, ''", // the first that rungs of half the rate have too
    "0K 40 80 120 160 200K 240K, 2, key frames"
  })
  void aGrid(String times, int step, String name) {
    PacketLog written = log(times, 0);
    Expectations expected =
        new Expectations(
            "out.mp4",
            "mp4",
            List.of(
                video(written, 0, Optional.of(new Plan.KeyGrid(Duration.ofMillis(120), step)))));

    assertThat(failed(expected, written)).isEqualTo(name.isEmpty() ? List.of() : List.of(name));
  }

  @Test
  void decodingTimesThatFall_areFound_whereTheContainerStoresThem() {
    PacketLog found = new PacketLog();
    found.add(new PacketLog.Entry(0, 0, 40, 1000, true), MILLIS);
    found.add(new PacketLog.Entry(40, 0, 40, 1000, false), MILLIS);
    PacketLog written = log("0K 40", 0);

    assertThat(
            failed(
                new Expectations("a", "mp4", List.of(video(written, 0, Optional.empty()))), found))
        .containsExactly("times");
    assertThat(
            failed(
                new Expectations("a", "matroska", List.of(video(written, 0, Optional.empty()))),
                found))
        .isEmpty();
  }

  @Test
  void rungs_haveTheSameKeyFrames() {
    Verifier.Rung first = new Verifier.Rung("a", 0, log("0K 40 80K 120", 0));
    Verifier.Rung half = new Verifier.Rung("b", 1, log("0K 80K", 0));
    Verifier.Rung other = new Verifier.Rung("c", 2, log("0K 40 80 120K", 0));

    assertThat(SameKeys.of(List.of(first, half, other)))
        .extracting(check -> check.result() instanceof Result.Passed)
        .containsExactly(true, false);
  }
}
