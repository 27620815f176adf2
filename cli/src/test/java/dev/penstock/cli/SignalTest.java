package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are interrupted: soon over, and nothing of theirs is left. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class SignalTest {
  @TempDir Path folder;
  private Path results;
  private Path out;

  @BeforeEach
  void makeFolder() throws IOException {
    results = Files.createDirectory(folder.resolve("results"));
    out = results.resolve("out.mp4");
  }

  /** An input that comes to a halt in the middle, so that the command is surely at work then. */
  private Child halted(Object... words) throws IOException {
    Child child = Child.start(folder, null, words);
    byte[] clip = Oracle.clip("a.mp4", "-c:v mpeg4 -g 25 -c:a aac -movflags +faststart".split(" "));
    child.stdin().write(Arrays.copyOf(clip, clip.length / 2));
    child.stdin().flush();
    return child;
  }

  private Child transcoding() throws Exception {
    Child child =
        halted(Cli.strings("transcode", "-", out, Cli.QUICK, "--timeout", "300s").toArray());
    awaitPartialFile(child);
    return child;
  }

  private void awaitPartialFile(Child child) throws Exception {
    while (partialFiles() == 0) {
      assertThat(child.isAlive()).as(child.err()).isTrue();
      Thread.sleep(10);
    }
  }

  private long partialFiles() throws IOException {
    try (Stream<Path> files = Files.list(results)) {
      return files.filter(file -> file.toString().endsWith(".part")).count();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void transcode_thatWaitsForInput(String signal, int exit) throws Exception {
    try (Child child = transcoding()) {
      child.signal(signal);
      assertInterrupted(child.answer(), exit, "interrupted; nothing was written to " + out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hevc", "av1"})
  void transcode_thatComputes(String codec) throws Exception {
    if (codec.equals("hevc")) {
      Cli.assumeEncoder("libx265");
    }
    Path long1 =
        Oracle.clip(
            folder,
            "long.mp4",
            "-filter_complex testsrc2=size=640x360:rate=25:duration=20 -c:v mpeg4 -b:v 2M"
                .split(" "));
    Files.writeString(out, "mine");
    List<String> words =
        Cli.strings(
            "transcode", long1, out, "--codec", codec, "--preset", "p7", "--progress", "json");
    words.add("--overwrite");
    try (Child child = Child.start(folder, Path.of("/dev/null"), words.toArray())) {
      awaitPartialFile(child);
      while (!child.err().contains("\"event\":\"progress\"")) {
        assertThat(child.isAlive()).as(child.err()).isTrue();
        Thread.sleep(10);
      }
      child.signal("INT");
      Answer answer = child.answer();
      assertThat(answer.exit()).as(answer.err()).isEqualTo(130);
      assertThat(answer.err().lines()).allMatch(line -> line.startsWith("{"), "is JSON");
      assertThat(answer.err().lines().toList().getLast()).startsWith("{\"event\":\"interrupted\"");
    }
    assertThat(out).hasContent("mine");
    Answer.assertOnly(results, "out.mp4");
  }

  @ParameterizedTest
  @CsvSource({"probe, INT, 130", "plan, TERM, 143", "compare, INT, 130"})
  void probing(String command, String signal, int exit) throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    List<String> words = Cli.strings(command, pipe, "--timeout", "300s");
    if (!command.equals("probe")) {
      words.add(2, out.toString());
    }
    try (Child child = Child.start(folder, Path.of("/dev/null"), words.toArray());
        // Opens when the command has opened its end.
        var _ = new FileOutputStream(pipe.toFile())) {
      child.signal(signal);
      assertInterrupted(child.answer(), exit, "interrupted");
    }
  }

  private void assertInterrupted(Answer answer, int exit, String said) throws IOException {
    assertThat(answer.exit()).as(answer.err()).isEqualTo(exit);
    assertThat(answer.withoutTraces().err()).isEqualTo("penstock: " + said + "\n");
    Answer.assertOnly(results);
  }

  @Test
  void aSecondSignal_doesNotMatterOnceAllIsClean() throws Exception {
    try (Child child = transcoding()) {
      for (int i = 0; i < 5 && child.isAlive(); i++) {
        child.signal("INT");
      }
      assertThat(child.answer().exit()).isEqualTo(130);
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void kill_leavesAPartialFile_thatHindersNobody() throws Exception {
    try (Child child = transcoding()) {
      child.signal("KILL");
      assertThat(child.answer().exit()).isEqualTo(137);
    }
    assertThat(out).doesNotExist();
    assertThat(partialFiles()).isEqualTo(1);
    Cli.encode(Oracle.clip(folder, "a.ts"), out).succeeds();
    assertThat(partialFiles()).isEqualTo(1);
  }
}
