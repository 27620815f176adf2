package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether processors and memory near each GPU are used. */
record HostNuma() implements Check {
  private static final String NODES = "/sys/devices/system/node/online";
  private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s+(\\S+)");

  @Override
  public String id() {
    return "host.numa";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "NUMA node of GPUs";
  }

  @Override
  public String rule() {
    return "On a machine of several NUMA nodes each GPU says which it is on, and this process"
        + " may run on processors of that node. Otherwise frames cross between the processors'"
        + " sockets.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci and sysfs-devices-node of the Linux"
        + " kernel; proc(5), Cpus_allowed_list";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.text(NODES),
        Wanted.text("/proc/self/status"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/numa_node"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/local_cpulist"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> nodes = machine.files().text(NODES);
    if (!(nodes instanceof Reading.Present<String>(String online, String _))) {
      return List.of(Found.by(this).seen(nodes).without(nodes, "this kernel knows no NUMA nodes"));
    }
    if (online.matches("\\d+")) {
      return List.of(Found.by(this).seen(nodes).pass("one NUMA node"));
    }
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine, online));
  }

  private Finding judged(Gpu gpu, Machine machine, String online) {
    Reading<Long> node = machine.files().number(gpu.path("numa_node"));
    Reading<String> near = gpu.text(machine, "local_cpulist");
    Found found = Found.by(this, gpu.address()).seen(NODES, online).seen(node).seen(near);
    if (!(node instanceof Reading.Present<Long>(Long number, String _))) {
      return found.without(node, "the kernel does not say which node it is on");
    }
    if (number < 0) {
      return found
          .remedy(
              Remedy.byHand(
                  "Update the BIOS: it does not tell the kernel. In a virtual machine give the GPU"
                      + " to a virtual NUMA node."))
          .warn(
              "which of the NUMA nodes " + online + " it is on is not known",
              "Frames may cross between sockets, and nothing can be placed near the GPU.");
    }
    Matcher allowed =
        ALLOWED.matcher(machine.files().text("/proc/self/status").toOptional().orElse(""));
    if (!allowed.find() || near.toOptional().isEmpty()) {
      return found.unknown("on which processors this may run could not be read", "");
    }
    String mine = allowed.group(1);
    found.seen("/proc/self/status", "Cpus_allowed_list " + mine);
    if (numbers(mine).intersects(numbers(near.toOptional().orElseThrow()))) {
      return found.pass("on node " + number + ", whose processors may be used");
    }
    return found
        .remedy(
            Remedy.command(
                "Run what uses this GPU on its node; for a service: NUMAPolicy=bind, NUMAMask= and"
                    + " CPUAffinity= in its [Service] section.",
                "numactl --cpunodebind="
                    + number
                    + " --membind="
                    + number
                    + " penstock doctor --only host.numa"))
        .warn(
            "on node " + number + ", and none of its processors may be used",
            "Every frame crosses between sockets.");
  }

  /** Of a list such as {@code 0-15,32-47}. */
  static BitSet numbers(String list) {
    BitSet numbers = new BitSet();
    for (String range : list.strip().split(",", -1)) {
      String[] ends = range.strip().split("-", 2);
      if (ends[0].matches("\\d{1,6}")) {
        numbers.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1].strip()) + 1);
      }
    }
    return numbers;
  }
}
