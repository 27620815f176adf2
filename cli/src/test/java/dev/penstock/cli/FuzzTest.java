package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files with bytes changed at random: whatever is in one, a command ends in one of the usual ways.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FuzzTest {
  /** More of them is a matter of {@code -Dpenstock.fuzz=1000}. */
  private static final int FILES = Integer.getInteger("penstock.fuzz", 25);

  private static final long SEED = Long.getLong("penstock.fuzz.seed", 1);

  private static final List<String> COMMON = List.of("--overwrite", "--timeout", "10s");
  private static final List<String> ENCODE = Cli.strings(Cli.QUICK, "--size", "64x48!");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "mp4, -c:v libx264 -preset ultrafast -c:a aac",
    "mkv, -c:v libx265 -preset ultrafast -c:a flac",
    "ts, -c:v mpeg2video -c:a mp2",
    "webm, -c:v libvpx -deadline realtime -c:a libopus",
    "avi, -c:v mpeg4 -c:a libmp3lame",
  })
  void anyBytes_endInAKnownWay(String extension, String codecs) throws Exception {
    byte[] whole = Oracle.clip("a." + extension, (codecs + " -b:v 100k -g 25").split(" "));
    List<List<String>> commands = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve(i + "." + extension);
      Files.write(file, damaged(whole, new Random(SEED + i)));
      commands.add(List.of("probe", file.toString(), "--timeout", "10s"));
      commands.add(
          Cli.strings(
              "transcode",
              file,
              folder.resolve("out.mkv"),
              COMMON,
              i % 3 == 0 ? List.of() : ENCODE));
    }
    for (Child.Looped looped : Child.runAll(List.of("-Xmx256m"), commands)) {
      Answer answer = looped.answer().withoutTraces();
      assertThat(answer.exit()).as("%s%n%s", answer.words(), answer.err()).isIn(0, 3, 4);
      assertThat(answer.complaint().isEmpty()).isEqualTo(answer.exit() == 0);
      assertThat(looped.peakMebibytes()).isLessThan(1500);
    }
    Files.deleteIfExists(folder.resolve("out.mkv"));
    assertThat(folder).isDirectoryNotContaining("glob:**{.part,out*}");
  }

  /** A few bytes in most files, many in some; half of them near the start, where headers are. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    int changes = 1 << random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int range = random.nextBoolean() ? Math.min(bytes.length, 1500) : bytes.length;
      bytes[random.nextInt(range)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
