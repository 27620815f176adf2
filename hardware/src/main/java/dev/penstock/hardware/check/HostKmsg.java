package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.health.KernelLogFacts;
import dev.penstock.hardware.health.KernelLogProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Whether the kernel log can be read. */
record HostKmsg() implements Check {
  private static final String RESTRICT = "/proc/sys/kernel/dmesg_restrict";
  private static final Remedy JOURNAL =
      Remedy.command(
          "Let the user who runs the service read the journal, after the next login.",
          "sudo usermod -aG systemd-journal \"$USER\"");

  @Override
  public String id() {
    return "host.kmsg";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "kernel log";
  }

  @Override
  public String rule() {
    return "The kernel log can be read, from /dev/kmsg or the journal: faults of GPUs are"
        + " told there first, and some only there. In files of syslog, other programs may"
        + " write what looks like the kernel's.";
  }

  @Override
  public String source() {
    return "Linux kernel, Documentation/ABI/testing/dev-kmsg;" + " /proc/sys/kernel/dmesg_restrict";
  }

  @Override
  public List<Wanted> files() {
    return List.of(Wanted.text(RESTRICT));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(KernelLogProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Found found = Found.by(this);
    Reading<String> restrict = machine.files().text(RESTRICT);
    restrict.toOptional().ifPresent(_ -> found.seen(restrict));
    return List.of(
        switch (LoggedFaults.facts(machine)) {
          case Absent<KernelLogFacts> absent -> found.seen(absent).unknown("it was not read", "");
          case Present<KernelLogFacts>(KernelLogFacts log, String _) -> judged(log, found);
        });
  }

  private static Finding judged(KernelLogFacts log, Found found) {
    log.refused().forEach(each -> found.seen(each.name(), each.reason()));
    return switch (log.source()) {
      case Present<String>(String name, String _) when name.startsWith("/var/log") ->
          found
              .seen(name, "read")
              .remedy(JOURNAL)
              .warn("only " + name + " can be read", "Faults are seen late, and could be forged.");
      case Present<String>(String name, String _) ->
          found.seen(name, "read").pass("through " + name);
      case Absent<String>(Why _, String source, String text) ->
          found
              .seen(source, text)
              .remedy(JOURNAL)
              .remedy(
                  Remedy.byHand(
                      "In a container: mount /dev/kmsg and give it the capability SYSLOG"
                          + " (--device /dev/kmsg --cap-add SYSLOG)."))
              .warn(
                  "this user cannot read it",
                  "Faults of GPUs are noticed only when jobs fail, without their cause.");
    };
  }
}
