package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.health.KernelLogFacts;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.hardware.health.KernelLogProbe;
import dev.penstock.model.Reading;
import java.util.List;

/** What the kernel said, for the checks. */
final class LoggedFaults {
  private LoggedFaults() {}

  static Reading<KernelLogFacts> facts(Machine machine) {
    return machine.answer(KernelLogProbe.class, KernelLogFacts.class);
  }

  /** Its events since the machine was started; none when it was not read. */
  static List<Seen> events(Machine machine) {
    return facts(machine).toOptional().map(KernelLogFacts::events).orElse(List.of());
  }
}
