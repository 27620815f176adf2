package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Input;
import dev.penstock.model.Job;
import dev.penstock.model.Planning;
import java.nio.file.Path;
import java.util.Optional;

/** Prints what a job would do, instead of doing it. */
final class DryRun {
  private final Terminal terminal;
  private final Cancellation cancellation;
  private final OutputOptions output;
  private final WorkOptions work;
  private final OpenOptions open;

  DryRun(
      Terminal terminal,
      Cancellation cancellation,
      OutputOptions output,
      WorkOptions work,
      OpenOptions open) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.output = output;
    this.work = work;
    this.open = open;
  }

  /**
   * Plans and prints.
   *
   * @param target what the user named as the output
   * @return empty when it was interrupted, which it then has said
   */
  Optional<Planning.Planned> print(Job job, String target, boolean json) {
    Display display = Displays.of(output.progress, terminal);
    Flow flow =
        new Flow(
            open.reading(display::log),
            cancellation,
            display::measuring,
            Optional.empty(),
            Gpus.ofThisMachine(display::log));
    try (Input opened = flow.open(job)) {
      Optional<Planning.Planned> planned =
          flow.plan(job, opened, Optional.<Path>ofNullable(work.folder));
      display.measured();
      planned.ifPresentOrElse(
          plan -> terminal.out().print(json ? Json.pretty(plan) + "\n" : harmless(plan)),
          () -> display.interrupted(target, Optional.empty()));
      return planned;
    }
  }

  private static String harmless(Planning.Planned plan) {
    return Terminal.harmless(PlanText.of(plan));
  }
}
