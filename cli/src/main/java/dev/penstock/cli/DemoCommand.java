package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.DemoClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin HelpOption help = new HelpOption();

  DemoCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    makeFolder();
    Path clip = folder.resolve("clip.mkv");
    Path output = folder.resolve("clip-720p.mp4");
    terminal.err().println("making " + clip);
    DemoClip.write(clip, LENGTH, cancellation);
    String[] words = {
      "transcode", clip.toString(), output.toString(), "--size", "720p", "--overwrite"
    };
    terminal.err().println("penstock " + String.join(" ", words));
    int exit = Penstock.run(terminal, cancellation, words);
    if (exit == ExitCode.DONE.value()) {
      terminal.out().println(whereToLook(clip, output));
    }
    return exit;
  }

  private void makeFolder() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UsageException(folder.toString(), "cannot be made a folder", "name another");
    }
  }

  private static String whereToLook(Path clip, Path output) {
    return """

    before: %s
    after:  %s
    Play both, or ask what was done and why:
      penstock probe %s
      penstock plan %s %s --size 720p\
    """
        .formatted(clip, output, output, clip, output);
  }
}
