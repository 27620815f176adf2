package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a system runs: on bare metal or in a virtual machine, in a container or not. */
final class Place {
  private static final String CPU = "/proc/cpuinfo";
  private static final String CLOCKS =
      "/sys/devices/system/clocksource/clocksource0/available_clocksource";
  private static final String MAKER = "/sys/class/dmi/id/sys_vendor";
  private static final String PRODUCT = "/sys/class/dmi/id/product_name";
  private static final String GROUPS = "/proc/1/cgroup";
  private static final List<String> MARKS = List.of("/.dockerenv", "/run/.containerenv");
  private static final Pattern FLAG = Pattern.compile("(?m)^flags\\s*:.*\\bhypervisor\\b");
  private static final Pattern GUEST_CLOCKS = Pattern.compile("kvm-clock|hyperv_clocksource");
  private static final Pattern MACHINES =
      Pattern.compile("qemu|kvm|vmware|virtualbox|xen|virtual machine|bochs|google compute");
  private static final Pattern CONTAINERS =
      Pattern.compile("docker|kubepods|containerd|libpod|lxc|crio");

  private Place() {}

  static List<Wanted> and(List<Wanted> others) {
    return Stream.concat(
            Stream.of(
                Wanted.text(CPU),
                Wanted.text(CLOCKS),
                Wanted.text(MAKER),
                Wanted.text(PRODUCT),
                Wanted.text(GROUPS),
                Wanted.exists(MARKS.get(0)),
                Wanted.exists(MARKS.get(1))),
            others.stream())
        .toList();
  }

  /**
   * By the processor's flag, which every hypervisor sets, or else by what the board calls itself.
   */
  static boolean isVirtual(Machine machine) {
    return FLAG.matcher(text(machine, CPU)).find()
        || GUEST_CLOCKS.matcher(text(machine, CLOCKS)).find()
        || MACHINES
            .matcher((text(machine, MAKER) + " " + text(machine, PRODUCT)).toLowerCase(Locale.ROOT))
            .find();
  }

  /** By the marks that Docker and Podman leave, or the control group of the first process. */
  static boolean isContainer(Machine machine) {
    return MARKS.stream().anyMatch(machine.files()::has)
        || CONTAINERS.matcher(text(machine, GROUPS)).find();
  }

  private static String text(Machine machine, String path) {
    return machine.files().text(path).toOptional().orElse("");
  }
}
