package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.DemoClip;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code penstock train-aot}: goes the ways that matter for start-up, so that the JVM can record
 * them in its cache. A build step: it always succeeds and leaves nothing behind.
 */
@Command(
    name = "train-aot",
    hidden = true,
    description = "Exercises start-up for the JVM's ahead-of-time cache.")
final class TrainAotCommand implements Runnable {
  private static final Duration LENGTH = Duration.ofSeconds(1);

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin HelpOption help = new HelpOption();

  TrainAotCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public void run() {
    try {
      train(Files.createTempDirectory("penstock-train-"));
    } catch (IOException e) {
      terminal.err().println("train-aot: " + e);
    }
  }

  private void train(Path folder) throws IOException {
    try {
      words(folder.resolve("clip.mkv").toString(), folder.resolve("clip.mp4").toString());
    } finally {
      delete(folder);
    }
  }

  private void words(String clip, String output) {
    step("--version");
    step("--help");
    step("transcode", "--help");
    step("completion");
    clip(Path.of(clip));
    step("probe", clip);
    step("probe", clip, "--json");
    step("plan", clip, output, "--size", "50%", "--gop", "2s", "--audio", "aac:96k");
    step("plan", clip, output, "--json");
    step("plan", clip, output, "--ffmpeg");
    step("transcode", clip, output, "--preset", "p1", "--report", output + ".json");
    step("transcode", clip, output, "--overwrite", "--progress", "json", "--preset", "p1");
    step("probe", clip + ".missing");
    // Only a live progress line asks for it, and here there is no terminal.
    var _ = Posix.columns(2);
  }

  private void clip(Path file) {
    try {
      DemoClip.write(file, LENGTH, cancellation);
    } catch (RuntimeException | LinkageError e) {
      terminal.err().println("train-aot: no clip: " + e);
    }
  }

  private void step(String... words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    try {
      Penstock.run(Terminal.plain(nowhere, nowhere), cancellation, words);
    } catch (RuntimeException | LinkageError e) {
      terminal.err().println("train-aot: " + List.of(words) + ": " + e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
