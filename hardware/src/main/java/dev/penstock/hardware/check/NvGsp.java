package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.health.KernelLogProbe;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What runs the GPU inside: the firmware of its system processor. */
record NvGsp() implements NvmlCheck {
  private static final Set<String> TIMEOUTS = Set.of("xid 119", "xid 120");

  @Override
  public String id() {
    return "nv.gsp";
  }

  @Override
  public String title() {
    return "GSP firmware";
  }

  @Override
  public String rule() {
    return "The firmware of the GPU's system processor does not time out. It cannot be"
        + " switched off with the open kernel modules; with the closed ones it can, where"
        + " Xid 119 and 120 come back.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetGspFirmwareMode; NVIDIA, Xid errors 119 and 120; driver"
        + " README, NVreg_EnableGpuFirmware";
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvmlProbe.class, KernelLogProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Nvidia.each(this, machine, (gpu, found) -> judged(machine, gpu, found));
  }

  private static Finding judged(Machine machine, NvmlFacts.Gpu gpu, Found found) {
    if (!(gpu.identity().gspEnabled() instanceof Present<Boolean>(Boolean on, String source))) {
      return Nvidia.unread(found, "GSP firmware", gpu.identity().gspEnabled());
    }
    found.seen(source, on ? "on" : "off");
    if (!on) {
      return found.pass("off");
    }
    long timeouts =
        LoggedFaults.events(machine).stream()
            .filter(event -> TIMEOUTS.contains(event.code()))
            .filter(event -> event.device().equals(Optional.of(Nvidia.address(gpu))))
            .count();
    String firmware = "firmware " + gpu.identity().gsp().toOptional().orElse("of unknown version");
    if (timeouts < 2) {
      return found.pass(firmware);
    }
    boolean open =
        machine.files().text(Nvidia.VERSION).toOptional().orElse("").contains("Open Kernel Module");
    if (!open) {
      found.remedy(
          Remedy.command(
              "Do without the firmware, after a restart (closed kernel modules, up to Ada).",
              "echo 'options nvidia NVreg_EnableGpuFirmware=0' | sudo tee"
                  + " /etc/modprobe.d/nvidia-gsp.conf",
              "sudo update-initramfs -u",
              "sudo systemctl reboot"));
    }
    return found
        .seen("kernel log", timeouts + " of Xid 119 and 120")
        .remedy(
            Remedy.command(
                "Install the newest driver of the branch and restart (Ubuntu; elsewhere its own"
                    + " way).",
                "sudo apt update && sudo apt install --only-upgrade 'nvidia-driver-*'"))
        .warn(
            firmware + " timed out " + timeouts + " times",
            "Every time, all sessions on this GPU are over until it is reset.");
  }
}
