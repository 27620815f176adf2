package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.stream.Stream;

/** Whether NVML comes back from every question. */
record NvHang() implements NvmlCheck {
  @Override
  public String id() {
    return "nv.hang";
  }

  @Override
  public String title() {
    return "the driver does not hang";
  }

  @Override
  public String rule() {
    return "NVML comes back from every question in time. One that does not is blocked in"
        + " the kernel, where no signal reaches it, and so is every job that asks the"
        + " same.";
  }

  @Override
  public String source() {
    return "Process states of the Linux kernel (D, uninterruptible); NVML after Xid 45, 74"
        + " and 119";
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Nvidia.isHere(machine)) {
      return List.of(Nvidia.none(this, machine));
    }
    return switch (Nvidia.facts(machine)) {
      case Absent<NvmlFacts>(Why why, String source, String text) when why == Why.HUNG ->
          List.of(wedged(Found.by(this).seen(source, text), "NVML " + text));
      case Absent<NvmlFacts> absent ->
          List.of(Found.by(this).seen(absent).unknown(Found.silent("NVML", absent), ""));
      case Present<NvmlFacts>(NvmlFacts facts, String _) -> answered(facts);
    };
  }

  private List<Finding> answered(NvmlFacts facts) {
    if (facts.system().init() instanceof Absent<Integer>(Why why, String source, String text)
        && why == Why.HUNG) {
      return List.of(wedged(Found.by(this).seen(source, text), source + " " + text));
    }
    List<Finding> findings =
        facts.gpus().stream()
            .flatMap(gpu ->
                Nvidia.hung(gpu) instanceof Absent<?>(Why _, String source, String text)
                    ? Stream.of(
                        wedged(
                            Found.by(this, Nvidia.address(gpu)).seen(source, text),
                            source + " " + text))
                    : Stream.empty())
            .toList();
    return findings.isEmpty()
        ? List.of(Found.by(this).pass("NVML came back from every question"))
        : findings;
  }

  private static Finding wedged(Found found, String summary) {
    return found
        .remedy(
            Remedy.command(
                "See which processes are blocked (state D) and what the driver said.",
                "ps -eo pid,stat,wchan:30,comm | awk '$2 ~ /^D/'",
                "sudo dmesg | grep NVRM | tail -n 20"))
        .remedy(Reset.REBOOT)
        .fail(
            summary,
            "The driver is wedged: jobs that use it cannot be ended, and a restart is the only way"
                + " out.");
  }
}
