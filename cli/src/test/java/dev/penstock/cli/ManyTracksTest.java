package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of tracks end in an error, soon and in bounded memory. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ManyTracksTest {
  @TempDir Path folder;

  static Stream<Arguments> files() {
    return Stream.of(
        arguments("10000.mp4", Crafted.mp4(10_000)),
        arguments("900.mp4", Crafted.mp4(900)),
        arguments("10000.mkv", Crafted.mkv(10_000)),
        arguments("900.mkv", Crafted.mkv(900)),
        arguments("7000.ts", Crafted.transportStream(7000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void files(String name, byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve(name), bytes);
    Path out = folder.resolve("out.mp4");
    List<List<String>> commands =
        List.of(Cli.strings("probe", file), Cli.strings("transcode", file, out, Cli.QUICK));
    List<Child.Looped> answers = Child.runAll(List.of("-Xmx256m"), commands);
    assertThat(answers.getFirst().answer().exit()).isIn(0, 3);
    Answer answer = answers.getLast().answer().withoutTraces();
    assertThat(answer.exit()).as(answer.err()).isIn(3, 4);
    assertThat(answer.complaint()).contains(file.toString());
    assertThat(answer.err().lines().count()).isLessThan(60);
    assertThat(answers.getLast().peakMebibytes()).isLessThan(1600);
    Answer.assertOnly(folder, name);
  }

  @Test
  void tooManyForOneFile_isSaid() throws Exception {
    Path file = Files.write(folder.resolve("a.mkv"), Crafted.mkv(1100));
    Cli.probe(file).fails(3, "open", "more than 1000 tracks");
  }

  @Test
  void tooManyToEncodeAtOnce_isSaid() throws Exception {
    Path file = Files.write(folder.resolve("a.mkv"), Crafted.mkv(65));
    Cli.encode(file, folder.resolve("out.mkv"))
        .fails(4, "plan", "65 video tracks cannot be encoded at once", "--codec copy");
  }
}
