package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** Whether copies between GPUs are sent around through the root complex. */
record HostAcs() implements Check {
  private static final int CAPABILITY = 0x000d;

  /** Source validation, request redirect, completion redirect. */
  private static final int REDIRECTING = 0x1 | 0x4 | 0x8;

  @Override
  public String id() {
    return "host.acs";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "PCIe access control";
  }

  @Override
  public String rule() {
    return "On bare metal with several GPUs, the bridges above them do not redirect requests"
        + " between devices (ACS source validation, request redirect, completion redirect)."
        + " Within a virtual machine's host they must. Only GPUs of NVIDIA, or of AMD, copy to"
        + " each other.";
  }

  @Override
  public String source() {
    return "PCI Express Base Specification, ACS extended capability (000Dh), control register;"
        + " NCCL documentation, Troubleshooting, PCI Access Control Services";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Place.and(List.of(new Wanted(Gpu.DEVICES + "/{port}/config", Wanted.How.PAGE))));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine).isEmpty()) {
      return List.of(Gpu.none(this, machine, Gpu.MAKERS));
    }
    List<Gpu> gpus = Gpu.peers(machine);
    if (gpus.isEmpty() || Place.isVirtual(machine)) {
      return List.of(
          Found.by(this)
              .skip(
                  gpus.isEmpty()
                      ? "there are no two GPUs that copy to each other"
                      : "the bridges belong to the host of this virtual machine"));
    }
    Set<String> bridges = new LinkedHashSet<>();
    gpus.forEach(gpu -> bridges.addAll(machine.bridges(gpu.address())));
    return bridges.isEmpty()
        ? List.of(Found.by(this).unknown("the bridges above the GPUs could not be read", ""))
        : bridges.stream().map(bridge -> judged(bridge, machine)).toList();
  }

  private Finding judged(String bridge, Machine machine) {
    String path = Gpu.path(bridge, "config");
    Reading<byte[]> config = machine.files().bytes(path);
    Found found = Found.by(this, bridge);
    if (!(config instanceof Reading.Present<byte[]>(byte[] bytes, String _))) {
      return found.without(config, "this bridge has no configuration space");
    }
    if (bytes.length < 0x104) {
      return found.unknown(
          path + ": only the first " + bytes.length + " bytes may be read; run this as root", "");
    }
    OptionalLong control = control(bytes);
    if (control.isEmpty()) {
      return found.pass("this bridge has no access control");
    }
    String value = String.format(Locale.ROOT, "0x%04x", control.getAsLong());
    found.seen(path, "ACS control " + value);
    return (control.getAsLong() & REDIRECTING) == 0
        ? found.pass("requests between devices are not redirected")
        : found
            .remedy(
                Remedy.command(
                    "Switch it off until the next boot, unless devices below are passed through to"
                        + " virtual machines: it is what keeps those apart.",
                    "setpci -s " + bridge + " ECAP_ACS+6.w=0000"))
            .warn(
                "requests between devices are redirected, ACS control " + value,
                "Copies between GPUs go up to the root complex and back.");
  }

  /** The control register of the capability, which the list from 100h on leads to. */
  static OptionalLong control(byte[] config) {
    int at = 0x100;
    for (int steps = 0; steps < 48 && at >= 0x100 && at + 8 <= config.length; steps++) {
      int header = word(config, at) | (word(config, at + 2) << 16);
      if ((header & 0xffff) == CAPABILITY) {
        return OptionalLong.of(word(config, at + 6));
      }
      at = header >>> 20;
    }
    return OptionalLong.empty();
  }

  private static int word(byte[] config, int at) {
    return (config[at] & 0xff) | ((config[at + 1] & 0xff) << 8);
  }
}
