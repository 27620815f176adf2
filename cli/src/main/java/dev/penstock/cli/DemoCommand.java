package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.DemoClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock demo}. */
@Command(
    name = "demo",
    description = "Makes a clip of 10 seconds with motion and sound, and transcodes it.")
final class DemoCommand implements Callable<Integer> {
  private static final Duration LENGTH = Duration.ofSeconds(10);

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "penstock-demo",
      description = "Where to put both files. Default: ${DEFAULT-VALUE}.")
  Path folder = Path.of("penstock-demo");

  @Option(names = "--overwrite", description = "Replace both files if they exist.")
  boolean overwrite;

  @Mixin HelpOption help = new HelpOption();

  DemoCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    Path clip = folder.resolve("clip.mkv");
    Path output = folder.resolve("clip-720p.mp4");
    checkFree(clip);
    checkFree(output);
    makeFolder();
    terminal.err().println("making " + clip);
    DemoClip.write(clip, LENGTH, overwrite, cancellation);
    if (cancellation.isCancelled()) {
      new TextDisplay(terminal, TextDisplay.Style.NONE)
          .interrupted(clip.toString(), Optional.empty());
      return ExitCode.INTERRUPTED.value();
    }
    return transcode(clip, output);
  }

  private int transcode(Path clip, Path output) {
    List<String> words =
        new ArrayList<>(List.of("transcode", clip.toString(), output.toString(), "--size", "720p"));
    if (overwrite) {
      words.add("--overwrite");
    }
    terminal.err().println(command() + " " + Shell.line(words));
    int exit = Penstock.run(terminal, cancellation, words.toArray(String[]::new));
    if (exit == ExitCode.DONE.value()) {
      terminal.out().println(whereToLook(clip, output));
    }
    return exit;
  }

  private void checkFree(Path file) {
    if (!overwrite && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new UsageException(
          file.toString(),
          "exists already",
          "give --overwrite to replace it, or name another folder");
    }
  }

  private void makeFolder() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UsageException(folder.toString(), "cannot be made a folder", "name another");
    }
  }

  /** As the user can type it: the scripts that start Penstock say by which name. */
  private static String command() {
    return Shell.line(List.of(System.getenv().getOrDefault("PENSTOCK_COMMAND", "penstock")));
  }

  private static String whereToLook(Path clip, Path output) {
    String before = Shell.line(List.of(clip.toString()));
    String after = Shell.line(List.of(output.toString()));
    return """

    before: %s
    after:  %s
    Play both, or ask what was done and why:
      %s probe %s
      %s plan %s %s --size 720p\
    """
        .formatted(before, after, command(), after, command(), before, after);
  }
}
