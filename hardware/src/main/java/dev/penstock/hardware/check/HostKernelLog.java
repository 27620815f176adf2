package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the kernel log may be read. */
record HostKernelLog() implements Check {
  private static final String RESTRICT = "/proc/sys/kernel/dmesg_restrict";
  private static final List<String> JOURNALS = List.of("/var/log/journal", "/run/log/journal");
  private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s+(\\p{XDigit}+)");

  /** CAP_SYSLOG of include/uapi/linux/capability.h. */
  private static final int SYSLOG = 34;

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
    return "The user may read the kernel log: as root with CAP_SYSLOG, when"
        + " kernel.dmesg_restrict is 0, or through the journal as a member of its group. GPUs"
        + " that fail say so there first.";
  }

  @Override
  public String source() {
    return "Documentation/admin-guide/sysctl/kernel.rst, dmesg_restrict; capabilities(7),"
        + " CAP_SYSLOG; systemd-journald.service(8), Access Control";
  }

  @Override
  public List<Wanted> files() {
    return Place.and(
        List.of(
            Wanted.text(RESTRICT),
            Wanted.exists("/dev/kmsg"),
            Wanted.exists("/var/log/journal"),
            Wanted.exists("/run/log/journal"),
            Access.READER));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<Long> restrict = machine.files().number(RESTRICT);
    Found found = Found.by(this).seen(restrict);
    // The journal of a container is not that of its kernel.
    if (!Place.isContainer(machine)
        && JOURNALS.stream().anyMatch(path -> isOfUser(machine, path))) {
      return List.of(found.pass("the kernel log may be read through the journal"));
    }
    if (machine.files().at("/dev/kmsg").isEmpty()) {
      return List.of(found.unknown("/dev/kmsg was not looked at", ""));
    }
    if (!machine.files().has("/dev/kmsg")) {
      return List.of(denied(found, machine, "there is no /dev/kmsg"));
    }
    if (!(restrict instanceof Reading.Present<Long>(Long value, String _))) {
      return List.of(found.without(restrict, "this kernel does not restrict it"));
    }
    if (value == 0) {
      return List.of(found.pass("everybody may read the kernel log"));
    }
    if (machine.user().id() == 0 && hasCapability(machine)) {
      return List.of(found.pass("root may read the kernel log"));
    }
    return List.of(denied(found, machine, machine.user().name() + " may not read the kernel log"));
  }

  private static Finding denied(Found found, Machine machine, String summary) {
    found.remedy(
        machine.user().id() == 0
            ? Remedy.byHand("For a container: docker run --cap-add SYSLOG --device /dev/kmsg.")
            : Remedy.safe(
                "Let the user read the journal; it holds from the next login on.",
                "usermod -aG systemd-journal " + Shell.word(machine.user().name())));
    return found.warn(summary, "Faults that drivers tell only the kernel are not seen.");
  }

  private static boolean isOfUser(Machine machine, String path) {
    return machine.files().at(path).orElse(null) instanceof Node.Exists(Node.Owner owner)
        && (machine.user().id() == 0 || machine.user().groups().contains(owner.group()));
  }

  /** When it was root who read this machine, its own capabilities; else root is taken for whole. */
  private static boolean hasCapability(Machine machine) {
    String status = machine.files().text(Access.READER.pattern()).toOptional().orElse("");
    Matcher effective = EFFECTIVE.matcher(status);
    return !Access.isUser(machine)
        || !effective.find()
        || ((Long.parseUnsignedLong(effective.group(1), 16) >> SYSLOG) & 1) == 1;
  }
}
