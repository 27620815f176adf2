package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The clock that time stamps are read from. */
record HostClock() implements Check {
  private static final String FOLDER = "/sys/devices/system/clocksource/clocksource0/";
  private static final String CURRENT = FOLDER + "current_clocksource";
  private static final String AVAILABLE = FOLDER + "available_clocksource";
  private static final Set<String> GOOD =
      Set.of(
          "tsc",
          "kvm-clock",
          "xen",
          "hyperv_clocksource_tsc_page",
          "hyperv_clocksource_msr",
          "arch_sys_counter");
  private static final Set<String> SLOW =
      Set.of("hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit");

  @Override
  public String id() {
    return "host.clocksource";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "clock source";
  }

  @Override
  public String rule() {
    return "The kernel reads the time from the processor (tsc), from its hypervisor"
        + " (kvm-clock, hyperv_clocksource_tsc_page, xen) or from the ARM architected timer."
        + " hpet, acpi_pm and jiffies are what is left when the kernel found the TSC unstable:"
        + " each reading takes microseconds, and pacing jitters.";
  }

  @Override
  public String source() {
    return "arch/x86/kernel/tsc.c, hpet.c and kvmclock.c and kernel/time/clocksource.c of the"
        + " Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return Wanted.texts(CURRENT, AVAILABLE);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> current = machine.files().text(CURRENT);
    Found found = Found.by(this).seen(current).seen(machine.files().text(AVAILABLE));
    return List.of(
        current
            .toOptional()
            .map(name -> judged(found, name, machine))
            .orElseGet(
                () -> found.without(current, "this kernel does not say where it reads the time")));
  }

  private static Finding judged(Found found, String name, Machine machine) {
    if (GOOD.contains(name)) {
      return found.pass("clock source " + name);
    }
    if (!SLOW.contains(name)) {
      return found.unknown("clock source " + name + " is not known to Penstock", "");
    }
    Optional<String> available = machine.files().text(AVAILABLE).toOptional();
    if (available.stream()
        .flatMap(names -> Stream.of(names.split(" ", -1)))
        .anyMatch("tsc"::equals)) {
      found.remedy(Remedy.safe("Switch to the TSC until the next boot.", "echo tsc > " + CURRENT));
    }
    return found
        .remedy(
            Remedy.command(
                "See why the kernel gave the TSC up; a newer BIOS often mends it.",
                "journalctl -k -b | grep -i clocksource"))
        .warn(
            "clock source " + name + " is slow",
            "Each time stamp costs microseconds, and live outputs are paced unevenly.");
  }
}
