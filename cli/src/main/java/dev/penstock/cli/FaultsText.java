package dev.penstock.cli;

import dev.penstock.hardware.health.Answer;
import dev.penstock.hardware.health.Faults;
import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Faults of this machine, for people. */
final class FaultsText {
  private static final int TIME = 28;

  private FaultsText() {}

  static String of(Faults faults) {
    StringBuilder text = new StringBuilder(source(faults.source(), faults.refused()));
    if (faults.devices().isEmpty() && faults.others().isEmpty()) {
      text.append("It holds nothing against any device.\n");
    }
    for (Faults.Device device : faults.devices()) {
      text.append('\n')
          .append(device.device())
          .append(device.uuid().map(uuid -> " " + Terminal.oneLine(uuid)).orElse(""))
          .append(device.name().map(name -> " " + Terminal.oneLine(name)).orElse(""))
          .append(": ")
          .append(device.level().name().toLowerCase(Locale.ROOT))
          .append('\n');
      for (Verdict.Condition condition : device.because()) {
        text.append("  because   ").append(condition.why()).append('\n');
      }
      faults(text, device.faults());
      next(text, device.faults());
    }
    if (!faults.others().isEmpty()) {
      text.append("\nNo device named:\n");
      faults(text, faults.others());
      next(text, faults.others());
    }
    if (faults.earlier() > 0) {
      text.append('\n').append(faults.earlier()).append(" earlier: penstock faults --since 30d\n");
    }
    return text.toString();
  }

  static String source(String name, List<KernelSource.Refused> refused) {
    StringBuilder text = new StringBuilder("Read from " + Terminal.oneLine(name));
    for (KernelSource.Refused each : refused) {
      text.append("\n  not from ").append(Terminal.oneLine(each.name() + ": " + each.reason()));
    }
    return text.append('\n').toString();
  }

  private static void faults(StringBuilder text, List<Answer.Cause> faults) {
    for (Answer.Cause fault : faults) {
      text.append("  ")
          .append(ProbeText.column(fault.first().map(Object::toString).orElse("-"), TIME))
          .append(Terminal.oneLine(fault.title()))
          .append(fault.detail().map(detail -> " (" + Terminal.oneLine(detail) + ")").orElse(""))
          .append(fault.process().map(each -> ", " + Terminal.oneLine(each)).orElse(""))
          .append(fault.count() > 1 ? ", " + fault.count() + " times" : "")
          .append('\n');
    }
  }

  private static void next(StringBuilder text, List<Answer.Cause> faults) {
    Optional<Answer.Cause> worst =
        faults.stream().max(java.util.Comparator.comparing(Answer.Cause::severity));
    worst.ifPresent(fault ->
        text.append("  next      penstock explain ")
            .append(fault.id().contains(" ") ? "\"" + fault.id() + "\"" : fault.id())
            .append('\n'));
  }

  /** One event on one line. */
  static String line(KernelEvent event) {
    return ProbeText.column(event.at().map(Object::toString).orElse("-"), TIME)
        + ProbeText.column(event.device().orElse("-"), 14)
        + ProbeText.column(event.severity().name().toLowerCase(Locale.ROOT), 9)
        + Terminal.oneLine(event.entry().title())
        + event.detail().map(detail -> " (" + Terminal.oneLine(detail) + ")").orElse("")
        + "\n";
  }
}
