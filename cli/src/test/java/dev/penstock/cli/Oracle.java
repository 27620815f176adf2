package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Clips made with the {@code ffmpeg} program; tests that want one are skipped where it is missing.
 */
final class Oracle {
  private static final Path FOLDER = Path.of(System.getProperty("penstock.oracle", ""));
  private static final boolean WORKS = works();
  private static final ConcurrentHashMap<String, byte[]> MADE = new ConcurrentHashMap<>();

  /** Four seconds of a moving picture and a tone. */
  private static final List<String> SOURCE =
      List.of(
          ("-f lavfi -i testsrc2=size=96x64:rate=25:duration=4"
                  + " -f lavfi -i sine=frequency=440:sample_rate=48000:duration=4")
              .split(" "));

  private static final List<String> CODECS =
      List.of(
          "-c:v mpeg4 -g 25 -b:v 100k -c:a aac -b:a 32k -fflags +bitexact -flags +bitexact"
              .split(" "));

  private Oracle() {}

  private static boolean works() {
    try {
      return run(List.of("-version"), Path.of(".")) == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  private static int run(List<String> words, Path folder) throws IOException {
    List<String> command = new ArrayList<>(List.of(FOLDER.resolve("ffmpeg").toString()));
    command.addAll(words);
    Path log = Files.createTempFile("penstock-oracle", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return -1;
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    } finally {
      Files.delete(log);
    }
  }

  /** A clip in the container that the name's extension says. Made once. */
  static byte[] clip(String name, String... options) {
    assumeTrue(WORKS, "the ffmpeg program cannot run here");
    return MADE.computeIfAbsent(name + List.of(options), _ -> make(name, options));
  }

  /** As {@link #clip}, in a file. */
  static Path clip(Path folder, String name, String... options) throws IOException {
    return Files.write(folder.resolve(name), clip(name, options));
  }

  private static byte[] make(String name, String... options) {
    try {
      Path folder = Files.createTempDirectory("penstock-oracle");
      Path file = folder.resolve(name);
      try {
        List<String> words = new ArrayList<>(List.of("-nostdin", "-y"));
        words.addAll(SOURCE);
        words.addAll(options.length == 0 ? CODECS : List.of(options));
        words.add(name);
        assertThat(run(words, folder)).as("%s", words).isZero();
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
