package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Planning;
import dev.penstock.planner.FfmpegCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock plan}. */
@Command(
    name = "plan",
    sortOptions = false,
    customSynopsis = "penstock plan IN OUT [OPTIONS]",
    description =
        "Says what transcode would do with the same options, with every encoder option and the"
            + " reason for each choice. Writes nothing.",
    footer = {
      "",
      "Examples:",
      "  penstock plan in.mkv out.mp4 --size 720p",
      "  penstock plan in.mkv out.mp4 --codec av1 --ffmpeg"
    })
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin JobOptions job = new JobOptions();

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Option(
      names = "--ffmpeg",
      description = "The nearest ffmpeg command instead; not all of a plan can be said in one.")
  boolean ffmpeg;

  @Option(
      names = "--job",
      description = "The job file that asks for the same, without looking at IN; see docs/jobs.md.")
  boolean jobFile;

  @Option(
      names = "--as",
      paramLabel = "DIR",
      description = "For the GPUs of a captured machine; this build's encoders stay.")
  @Nullable Path as;

  @Spec @Nullable CommandSpec self;

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  PlanCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (json && ffmpeg) {
      throw new UsageException("--ffmpeg", "cannot be had with --json", "leave one out");
    }
    if (jobFile && (json || ffmpeg)) {
      throw new UsageException("--job", "cannot be had with another form", "leave one out");
    }
    Flow flow =
        new Flow(open.reading(terminal), cancellation, Gpus.ofThisMachine(terminal.err()::println));
    JobSpec spec = job.spec();
    if (jobFile) {
      terminal.out().print(JobText.of(JobFile.TRANSCODE, spec.input(), spec.output(), self, job));
      return ExitCode.DONE.value();
    }
    try (Input input = flow.open(spec)) {
      terminal.out().print(shown(planned(flow, spec, input)));
    }
    return ExitCode.DONE.value();
  }

  /** ffmpeg then asks before it replaces a file, as Penstock would not do it either. */
  private static List<String> unforced(List<String> command) {
    return command.stream().filter(word -> !word.equals("-y")).map(Secrets::hidden).toList();
  }

  private Planning.Planned planned(Flow flow, JobSpec spec, Input input) {
    if (as == null) {
      return flow.plan(spec, input);
    }
    DeviceMap machine = DeviceMap.of(Captured.read(as));
    // Of a machine that is elsewhere there is mostly no more than its drivers' word.
    JobSpec.Hardware asked = spec.hardware();
    JobSpec believing =
        asked.use() == JobSpec.Hardware.Use.AUTO
            ? spec.withHardware(
                new JobSpec.Hardware(JobSpec.Hardware.Use.PREFER, asked.device(), asked.api()))
            : spec;
    Planning.Planned planned =
        flow.plan(believing, input, Survey.declared().withDevices(machine.devices()));
    return planned.noting(
        "planned for "
            + machine.origin().text()
            + (machine.devices().isEmpty() ? ", which has no GPU" : ""));
  }

  private String shown(Planning.Planned planned) {
    if (json) {
      return Json.pretty(planned) + "\n";
    }
    return ffmpeg
        ? Shell.line(unforced(FfmpegCommand.of(planned.plan()))) + "\n"
        : Terminal.harmless(PlanText.of(planned));
  }
}
