package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.model.JobSpec;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock transcode}. */
@Command(
    name = "transcode",
    sortOptions = false,
    customSynopsis = "penstock transcode IN OUT [OPTIONS]",
    description = {
      "Makes OUT from IN. Without options: H.264 and AAC where the tracks are not already what the"
          + " container plays, the size, timing, colour and rotation kept.",
      "OUT appears when it is complete. Of a run that was ended, finished segments are kept beside it"
          + " for the next; nothing else is left behind."
    },
    footer = {
      "",
      "Examples:",
      "  penstock transcode in.mkv out.mp4",
      "  penstock transcode in.mov out.mp4 --codec hevc --preset p6 --quality 22",
      "  penstock transcode in.ts out.mp4 --size 720p --bitrate 3M --gop 2s --audio aac:128k",
      "  penstock transcode in.mkv out.mkv --codec copy --audio opus:96k --loudness -23LUFS",
      "  penstock transcode in.mp4 cut.mp4 --start 1m30s --duration 20s --report cut.json",
      "",
      "Exit codes: penstock --help."
    })
final class TranscodeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin JobOptions job = new JobOptions();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  TranscodeCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    return new JobRun(terminal, cancellation, output, work, open, job.input, job.output)
        .run((flow, options) -> {
          JobSpec spec = job.spec();
          checkFree(job.output, output.overwrite);
          return flow.execute(spec, options);
        });
  }

  /** What would otherwise only be found once the input is open. */
  static void checkFree(String file, boolean overwrite) {
    if (!overwrite && Files.exists(Path.of(file), LinkOption.NOFOLLOW_LINKS)) {
      throw existing(file);
    }
  }

  static UsageException existing(String file) {
    return new UsageException(
        file, "exists already", "give --overwrite to replace it, or choose another name");
  }
}
