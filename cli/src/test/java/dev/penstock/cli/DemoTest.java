package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class DemoTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"clip.mkv", "clip-720p.mp4"})
  void existingFiles_stay(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "mine");
    Cli.run("demo", folder).refuses(file + ": exists already");
    assertThat(file).hasContent("mine");
    Answer.assertOnly(folder, name);
  }

  @Test
  void anInterruptedClip_isNamed() throws IOException {
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    Answer answer = Cli.run(cancelled, List.of("demo", folder.toString()));
    assertThat(answer.exit()).isEqualTo(130);
    assertThat(answer.err())
        .endsWith("penstock: interrupted; nothing was written to " + folder + "/clip.mkv\n");
    Answer.assertOnly(folder);
  }

  /** The words that started Penstock start it again. */
  @Test
  void existingFiles_areReplacedWhenAskedTo_andHintsNameTheCommandAsItWasTyped() throws Exception {
    Path clip = Files.writeString(folder.resolve("clip.mkv"), "mine");
    Path output = Files.writeString(folder.resolve("clip-720p.mp4"), "mine");
    List<String> demo = Child.command("demo", folder, "--overwrite");
    List<String> command = Cli.strings("env", "PENSTOCK_COMMAND=./my penstock", demo);
    try (Child child = Child.start(folder, Path.of("/dev/null"), command, command)) {
      assertThat(child.answer().succeeds().out())
          .contains("\n  './my penstock' probe " + output + "\n");
    }
    Cli.probe(clip).succeeds();
    Cli.probe(output).succeeds();
    Answer.assertOnly(folder, "clip.mkv", "clip-720p.mp4");
  }
}
