package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.node.text.MistakenException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock run}. */
@Command(
    name = "run",
    sortOptions = false,
    customSynopsis = "penstock run JOB [OPTIONS]",
    description = {
      "Does what a job file says: the same as transcode or ladder with the same words, to the byte.",
      "Paths in the file start at its folder. See docs/jobs.md."
    },
    footer = {
      "",
      "Examples:",
      "  penstock run job.yaml",
      "  penstock run job.yaml --dry-run",
      "  penstock plan in.mkv out.mp4 --size 720p --job > job.yaml",
      "",
      "Exit codes: penstock --help."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(
      index = "0",
      paramLabel = "JOB",
      description = "The job file: YAML, or JSON; - for standard input.")
  String file = "";

  @Option(names = "--dry-run", description = "Say what would be done and why; write nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: for programs; see docs/json.md.")
  boolean json;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  RunCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (json && !dryRun) {
      throw new UsageException("--json", "is for --dry-run", "use --report or --progress json");
    }
    return dryRun ? plan(read().job()) : run();
  }

  private int run() {
    JobFile.Wanted wanted;
    try {
      wanted = read();
    } catch (MistakenException | UsageException e) {
      // As the other mistakes of a run, in the form that --progress asks for.
      return new JobRun(terminal, cancellation, output, work, open, file, file)
          .run((_, _) -> {
            throw e;
          });
    }
    Job job = wanted.job();
    String target = target(job);
    return new JobRun(terminal, cancellation, output, work, open, job.input(), target)
        .run((flow, options) -> {
          if (job instanceof JobSpec) {
            TranscodeCommand.checkFree(target, output.overwrite);
          }
          return flow.execute(job, wanted.key().map(options::withKey).orElse(options));
        });
  }

  private JobFile.Wanted read() {
    JobFile.Wanted wanted = JobFile.read(file);
    Job job = wanted.job();
    if (file.equals("-") && job.input().equals("-")) {
      throw new UsageException("input", "standard input holds the job", "name a file or a URL");
    }
    if (JobOptions.isSame(file, Path.of(target(job)))) {
      throw new UsageException(
          target(job), "is the job file", "choose another name for the output");
    }
    return wanted;
  }

  private static String target(Job job) {
    return switch (job) {
      case JobSpec spec -> spec.output();
      case LadderSpec spec -> spec.folder();
    };
  }

  private int plan(Job job) {
    return new DryRun(terminal, cancellation, output, work, open)
            .print(job, target(job), json)
            .isPresent()
        ? ExitCode.DONE.value()
        : ExitCode.INTERRUPTED.value();
  }
}
