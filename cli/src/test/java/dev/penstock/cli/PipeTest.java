package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Named pipes and standard input: read like files, and given up when nothing comes. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class PipeTest {
  private static final String[] INDEX_FIRST =
      "-c:v mpeg4 -g 25 -b:v 100k -c:a aac -movflags +faststart".split(" ");

  @TempDir Path folder;
  private Path results;
  private Path out;

  @BeforeEach
  void makeFolder() throws IOException {
    results = Files.createDirectory(folder.resolve("results"));
    out = results.resolve("out.mp4");
  }

  private Path namedPipe() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void namedPipe_thatNobodyWritesTo() throws Exception {
    Path pipe = namedPipe();
    Cli.probe(pipe, "--timeout", "1s").fails(3, "open", "gave no data for 1 s", "--timeout");
    Cli.encode(pipe, out, "--timeout", "1s").fails(3, "open", "gave no data for 1 s");
    Answer.assertOnly(results);
  }

  @Test
  void namedPipe_isReadLikeAFile() throws Exception {
    byte[] clip = Oracle.clip("a.ts");
    Path pipe = namedPipe();
    Thread.ofPlatform().daemon().start(() -> write(pipe, clip));
    assertThat(Cli.encode(pipe, out, "--timeout", "30s").succeeds().out()).contains("100 frames in");
  }

  private static void write(Path pipe, byte[] bytes) {
    try (OutputStream stream = new FileOutputStream(pipe.toFile())) {
      stream.write(bytes);
    } catch (IOException gone) {
      // The reader has gone.
    }
  }

  /** Runs {@code penstock} with these bytes on a pipe as its standard input. */
  private Answer fed(byte[] bytes, boolean thenEnd, Object... words) throws Exception {
    try (Child child = Child.start(folder, null, words)) {
      try {
        child.stdin().write(bytes);
        child.stdin().flush();
        if (thenEnd) {
          child.stdin().close();
        }
      } catch (IOException gone) {
        // It ended before it had read all.
      }
      return child.answer();
    }
  }

  private Object[] encode(Object... more) {
    return Cli.strings("transcode", "-", out, Cli.QUICK, List.of(more)).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.ts", "a.mkv", "a.mp4"})
  void standardInput_isReadLikeAFile(String name) throws Exception {
    Answer answer = fed(Oracle.clip(name, INDEX_FIRST), /* thenEnd= */ true, encode());
    assertThat(answer.succeeds().out()).contains("100 frames in");
    Cli.probe(out).succeeds();
  }

  @Test
  void standardInput_withItsIndexAtTheEnd_isExplained_andAFileBehindItWillDo() throws Exception {
    byte[] clip = Oracle.clip("a.mp4");
    fed(clip, /* thenEnd= */ true, encode())
        .fails(3, "probe", "an MP4 with its index at the end", "to a file first");
    Path file = Files.write(folder.resolve("a.mp4"), clip);
    try (Child child = Child.start(folder, file, encode())) {
      assertThat(child.answer().succeeds().out()).contains("100 frames in");
    }
  }

  @Test
  void standardInput_thatStallsAtOnce() throws Exception {
    fed(new byte[0], /* thenEnd= */ false, encode("--timeout", "1s"))
        .fails(3, "open", "gave no data for 1 s");
    Answer.assertOnly(results);
  }

  @Test
  void standardInput_thatStallsInTheMiddle() throws Exception {
    byte[] clip = Oracle.clip("a.mp4", INDEX_FIRST);
    fed(Arrays.copyOf(clip, clip.length / 2), /* thenEnd= */ false, encode("--timeout", "1s"))
        .fails(3, "demux", "gave no data for 1 s");
    Answer.assertOnly(results);
  }

  @Test
  void standardInput_thatIsEmptyOrClosed() throws Exception {
    fed(new byte[0], /* thenEnd= */ true, encode()).fails(3, "open");
    List<String> closed = Cli.strings("sh", "-c", "\"$@\" <&-", "sh", Child.command(encode()));
    try (Child child = Child.start(folder, null, closed, closed)) {
      child.answer().fails(3, "open");
    }
    Answer.assertOnly(results);
  }

  @Test
  void standardInput_mayNotNameFiles() throws Exception {
    Oracle.clip(folder, "segment.ts");
    Path list =
        Files.writeString(
            folder.resolve("list.ffconcat"), "ffconcat version 1.0\nfile segment.ts\n");
    fed(Files.readAllBytes(list), /* thenEnd= */ true, "probe", "-").fails(3, "open");
    try (Child child = Child.start(folder, list, "probe", "-")) {
      child.answer().fails(3, "open");
    }
  }
}
