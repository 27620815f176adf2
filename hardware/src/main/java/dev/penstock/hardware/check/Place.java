package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.EnvironmentVariables.Values;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final String ENVIRONMENT = "/proc/1/environ";
  private static final String MANAGER = "/run/systemd/container";
  private static final String MOUNTS = "/proc/self/mountinfo";

  /** Those of Docker, of Podman, of systemd's Container Interface, and of Kubernetes. */
  private static final List<String> MARKS =
      List.of(
          "/.dockerenv",
          "/run/.containerenv",
          "/run/host/container-manager",
          "/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Pattern FLAG = Pattern.compile("(?m)^flags\\s*:.*\\bhypervisor\\b");
  private static final Pattern GUEST_CLOCKS = Pattern.compile("kvm-clock|hyperv_clocksource");
  private static final Pattern MACHINES =
      Pattern.compile("qemu|kvm|vmware|virtualbox|xen|virtual machine|bochs|google compute");
  private static final Pattern CONTAINERS =
      Pattern.compile("docker|kubepods|containerd|libpod|lxc|crio");

  /** What they call themselves in the variable {@code container}. */
  private static final Set<String> NAMES =
      Set.of("docker", "podman", "oci", "lxc", "lxc-libvirt", "systemd-nspawn", "rkt", "crio");

  /** Where engines keep what becomes a container's root, in whatever folder they keep it all. */
  private static final Pattern KEPT =
      Pattern.compile(
          "/(?:docker|containerd|containers/storage|nerdctl|buildkit|podman|lxc|lxd|incus)/"
              + "|/io\\.containerd|/overlay2/|/var/lib/machines/");

  /** What they mount over a container's own files. */
  private static final Pattern LENT =
      Pattern.compile(
          "/(?:docker|containerd|containers|nerdctl|podman)/|/io\\.containerd"
              + "|/pods/[^/]+/etc-hosts$");

  private Place() {}

  static List<Wanted> and(List<Wanted> others) {
    return Stream.concat(
            Stream.concat(
                Wanted.texts(CPU, CLOCKS, MAKER, PRODUCT, GROUPS, ENVIRONMENT, MANAGER, MOUNTS)
                    .stream(),
                MARKS.stream().map(Wanted::exists)),
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

  /**
   * By the marks that engines leave, what the first process was told (systemd, Container
   * Interface), its control group, or, where that has a namespace of its own, what is mounted. WSL
   * calls itself a container and is a virtual machine.
   */
  static boolean isContainer(Machine machine) {
    return MARKS.stream().anyMatch(machine.files()::has)
        || CONTAINERS.matcher(text(machine, GROUPS)).find()
        || manager(machine).filter(name -> !name.equals("wsl")).isPresent()
        || isToldSo(machine)
        || text(machine, MOUNTS).lines().anyMatch(Place::isOfContainer);
  }

  private static Optional<String> manager(Machine machine) {
    return Stream.of(text(machine, MANAGER), text(machine, ENVIRONMENT).replace("container=", ""))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private static boolean isToldSo(Machine machine) {
    Map<String, String> environment =
        machine
            .answer(EnvironmentVariables.class, Values.class)
            .toOptional()
            .map(Values::values)
            .orElse(Map.of());
    return NAMES.contains(environment.getOrDefault("container", ""))
        || environment.containsKey("KUBERNETES_SERVICE_HOST");
  }

  /** A line of proc_pid_mountinfo(5). Live systems have a root of layers too, in other folders. */
  private static boolean isOfContainer(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length < 5) {
      return false;
    }
    return switch (fields[4]) {
      case "/" ->
          KEPT.matcher(fields[3] + "/").find()
              || KEPT.matcher(line.substring(Math.max(0, line.indexOf(" - ")))).find();
      case "/etc/hosts", "/etc/hostname", "/etc/resolv.conf" -> LENT.matcher(fields[3]).find();
      default -> false;
    };
  }

  private static String text(Machine machine, String path) {
    return machine.files().text(path).toOptional().orElse("");
  }
}
