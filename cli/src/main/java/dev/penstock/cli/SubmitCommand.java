package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.model.JobSpec;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Spec;

/** {@code penstock submit}. */
@Command(
    name = "submit",
    sortOptions = false,
    modelTransformer = SubmitCommand.JobFileAlone.class,
    customSynopsis = {
      "penstock submit IN OUT [OPTIONS]",
      "       penstock submit JOB [OPTIONS]",
      "       penstock submit ladder IN FOLDER [OPTIONS]"
    },
    description = {
      "Gives a job to the daemon, which does it as soon as there is room: transcode's job, with",
      "transcode's options, what a job file says, or a ladder. Printed once it is sure not to be",
      "lost.",
    },
    footer = {
      "",
      "Examples:",
      "  penstock submit in.mkv out.mp4",
      "  penstock submit in.mkv out.mp4 --size 720p --class interactive --wait",
      "  penstock submit job.yaml --priority 80",
      "  penstock submit ladder in.mkv out --per-title",
      "",
      "Exit codes: penstock --help."
    })
final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin JobOptions job = new JobOptions();

  @Mixin SubmitOptions submission = new SubmitOptions();

  @Mixin HelpOption help = new HelpOption();

  @Spec @Nullable CommandSpec self;

  SubmitCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  /**
   * OUT may be left away: then IN is a job file. So may IN, for picocli asks a command for what it
   * requires before it looks at what comes below it, a ladder here.
   */
  static final class JobFileAlone implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      for (PositionalParamSpec operand : List.copyOf(command.positionalParameters())) {
        command.remove(operand);
        command.addPositional(
            PositionalParamSpec.builder(operand).required(false).arity("0..1").build());
      }
      return command;
    }
  }

  @Override
  public Integer call() {
    return submission.submit(spec(), terminal, cancellation);
  }

  private String spec() {
    if (job.input.isEmpty()) {
      throw new UsageException("submit", "needs IN and OUT", "see penstock submit --help");
    }
    if (job.output.isEmpty()) {
      String spec = JobFile.forDaemon(job.input);
      if (hasOptions()) {
        throw new UsageException(
            job.input,
            "is a job file, and options of jobs do not go with one",
            "write them into it, or name OUT as well");
      }
      return spec;
    }
    JobSpec spec = job.spec();
    return JobText.of(
        JobFile.TRANSCODE,
        SubmitOptions.whole(spec.input()),
        SubmitOptions.whole(spec.output()),
        self,
        job);
  }

  private boolean hasOptions() {
    // What JobText writes after input and output are the options that were given.
    return JobText.of(JobFile.TRANSCODE, "x", "x", self, job).lines().count() > 3;
  }
}
