package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.ArrayList;
import java.util.List;

/** Whether a container lost its devices while it ran. */
record ContainerDevices() implements Check {

  @Override
  public String id() {
    return "c.daemonreload";
  }

  @Override
  public Group group() {
    return Group.CONTAINER;
  }

  @Override
  public String title() {
    return "device filter of the container";
  }

  @Override
  public String rule() {
    return "No device node of a GPU that its mode lets the user open is refused with EPERM. In"
        + " a container that means that systemd, told to reload, dropped the device rules that"
        + " the runtime had set beside it; NVML then answers Unknown Error.";
  }

  @Override
  public String source() {
    return "NVIDIA/nvidia-container-toolkit issues 48 and 1227; NVIDIA/nvidia-docker issue 1730";
  }

  @Override
  public List<Wanted> files() {
    return Place.and(
        List.of(
            Wanted.list("/dev"), Wanted.open("/dev/nvidia*"), Wanted.open("/dev/dri/renderD*")));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Place.isContainer(machine)) {
      return List.of(Found.by(this).skip("this is no container"));
    }
    if (machine.files().at("/dev").isEmpty()) {
      return List.of(Found.by(this).unknown("/dev was not looked at", ""));
    }
    Found found = Found.by(this);
    List<String> refused = new ArrayList<>();
    int looked = 0;
    int tried = 0;
    for (String path : machine.files().under("/dev")) {
      if (path.matches("/dev/(nvidia.*|dri/renderD\\d+)")
          && machine.files().at(path).orElse(null) instanceof Node.Device device) {
        looked++;
        tried += device.opened().equals("not tried") ? 0 : 1;
        if (device.opened().equals("EPERM")) {
          refused.add(path);
          found.seen(
              path, "mode " + Integer.toOctalString(device.owner().mode()) + ", open: EPERM");
        }
      }
    }
    if (looked == 0) {
      return List.of(found.skip("the container was given no devices of GPUs"));
    }
    if (tried == 0) {
      return List.of(found.unknown("no device of a GPU was opened to see", ""));
    }
    if (refused.isEmpty()) {
      return List.of(found.pass("the devices of GPUs are let through"));
    }
    return List.of(
        found
            .remedy(
                Remedy.byHand("Stop the container and start it anew: it gets its devices again."))
            .remedy(
                Remedy.safe(
                    "On the host, so that it does not come again; run it at every boot, after the"
                        + " driver was loaded.",
                    "nvidia-ctk system create-dev-char-symlinks --create-all"))
            .fail(
                "opening " + String.join(", ", refused) + " is not permitted (EPERM)",
                "The container has lost its GPU: nothing there can encode any more."));
  }
}
