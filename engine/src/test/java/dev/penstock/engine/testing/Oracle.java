package dev.penstock.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@code ffmpeg} and {@code ffprobe} programs of the natives under test: they make the media
 * and judge the results. Where they cannot run, because a library they are linked with is missing,
 * the test that asks for them is skipped.
 */
public final class Oracle {
  private static final Path FOLDER =
      Path.of(
          Objects.requireNonNull(
              System.getProperty("penstock.oracle"), "the system property penstock.oracle"));
  private static final boolean RUNS = runs();

  /** What was asked about clips: they do not change, and many tests ask the same. */
  private static final Map<List<String>, Output> KNOWN = new ConcurrentHashMap<>();

  private Oracle() {}

  private static boolean runs() {
    try {
      return new ProcessBuilder(program("ffmpeg"), "-version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The path of one of the programs. */
  public static String program(String name) {
    return FOLDER.resolve(name).toString();
  }

  /** Runs ffmpeg, which must succeed, and gives what it wrote to standard output. */
  public static byte[] ffmpeg(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program("ffmpeg"), "-v", "error", "-nostdin"));
    command.addAll(arguments);
    return run(command).out();
  }

  /** Runs ffmpeg and gives its log at level info, where filters write what they measured. */
  public static String ffmpegLog(List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of(program("ffmpeg"), "-v", "info", "-nostats", "-nostdin"));
    command.addAll(arguments);
    return run(command).err();
  }

  /** Runs ffprobe, which must succeed, and gives what it wrote to standard output. */
  public static String ffprobe(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program("ffprobe"), "-v", "error"));
    command.addAll(arguments);
    return new String(run(command).out(), StandardCharsets.UTF_8);
  }

  private record Output(byte[] out, String err) {}

  private static Output run(List<String> command) {
    return Clips.isAboutClipsOnly(command)
        ? KNOWN.computeIfAbsent(command, Oracle::runNow)
        : runNow(command);
  }

  private static Output runNow(List<String> command) {
    assumeTrue(RUNS, () -> program("ffmpeg") + " does not run on this machine");
    try {
      Process process = new ProcessBuilder(command).start();
      byte[][] err = {{}};
      Thread reader = Thread.startVirtualThread(() -> err[0] = readAll(process));
      byte[] out = process.getInputStream().readAllBytes();
      int code = process.waitFor();
      reader.join();
      String log = new String(err[0], StandardCharsets.UTF_8);
      assertThat(code).as("%s%n%s", String.join(" ", command), log).isZero();
      return new Output(out, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static byte[] readAll(Process process) {
    try {
      return process.getErrorStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
