package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A whole job, as {@code plan} and {@code transcode} take it. */
final class JobOptions {
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "What to read: a file, a URL, or - for standard input.")
  String input = "";

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file to write; its extension chooses the container.")
  String output = "";

  @Mixin VideoOptions video = new VideoOptions();

  @Mixin SoundOptions sound = new SoundOptions();

  @Mixin RunOptions run = new RunOptions();

  JobSpec spec() {
    checkPaths();
    return new JobSpec(
        input,
        output,
        video.spec(),
        sound.spec(),
        sound.tracks.subtitles,
        run.trim(),
        run.segments,
        run.machine.hardware(),
        run.machine.threadCount(),
        run.machine.strict);
  }

  private void checkPaths() {
    if (input.isEmpty() || output.isEmpty()) {
      throw new UsageException(input.isEmpty() ? "IN" : "OUT", "is empty", "name a file");
    }
    Path out;
    try {
      out = Path.of(output);
    } catch (InvalidPathException e) {
      throw new UsageException(output, "is not a file name: " + e.getReason(), "name a file");
    }
    if (output.equals("-")) {
      throw new UsageException("OUT", "standard output cannot be written to", "name a file");
    }
    if (Files.isDirectory(out)) {
      throw new UsageException(output, "is a folder", "name a file in it");
    }
    if (isSame(input, out)) {
      throw new UsageException(
          output, "is the input itself, which would be lost", "choose another name for the output");
    }
  }

  /** Whether an input, as it is given, is this file. */
  static boolean isSame(String input, Path file) {
    try {
      Path in = input.equals("-") ? STANDARD_INPUT : Path.of(withoutScheme(input));
      return Files.exists(in) && Files.exists(file) && Files.isSameFile(in, file);
    } catch (InvalidPathException | IOException _) {
      // A URL, or a file that probing will say more about.
      return false;
    }
  }

  private static String withoutScheme(String input) {
    return input.startsWith("file://") ? input.substring("file://".length()) : input;
  }
}
