package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Render nodes and who may open them. */
record DrmNodes() implements Check {
  private static final String CLASS = "/sys/class/drm";

  @Override
  public String id() {
    return "drm.nodes";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "render nodes";
  }

  @Override
  public String rule() {
    return "Each GPU has a render node (/dev/dri/renderD*), and the user may open it for"
        + " reading and writing, by being in its group. NVENC does without; VA-API, AMF, Quick"
        + " Sync and Vulkan do not. Which node is whose is read from sysfs: the numbers follow"
        + " the order in which drivers were loaded.";
  }

  @Override
  public String source() {
    return "Documentation/gpu/drm-uapi.rst of the Linux kernel, Render nodes;"
        + " 50-udev-default.rules of systemd (GROUP=render)";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(
            List.of(
                Access.READER,
                Wanted.list("/dev/dri"),
                Wanted.open("/dev/dri/renderD*"),
                Wanted.list(CLASS),
                Wanted.link(CLASS + "/renderD*/device"))));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Optional<String> node =
        machine.files().names(CLASS).stream()
            .filter(name -> name.matches("renderD\\d+"))
            .filter(name ->
                machine
                    .files()
                    .linkName(CLASS + "/" + name + "/device")
                    .filter(gpu.address()::equals)
                    .isPresent())
            .findFirst()
            .map(name -> "/dev/dri/" + name);
    if (node.isEmpty()) {
      return withoutNode(gpu, machine);
    }
    String path = node.get();
    Found found = Found.by(this, path).seen(CLASS, path + " is of " + gpu.address());
    return switch (machine.files().at(path).orElse(null)) {
      case Node.Device device -> judged(found, path, device, machine);
      case Node.Unreadable(Why _, String said) ->
          found.unknown(
              "could not be opened: " + said, "A driver that hangs keeps its users waiting.");
      case null, default -> notHere(found, path, gpu, machine);
    };
  }

  private Finding withoutNode(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address());
    if (machine.files().at(CLASS).isEmpty()) {
      return found.unknown(CLASS + " was not looked at", "");
    }
    found.seen(CLASS, String.join(", ", machine.files().names(CLASS)));
    if (gpu.vendor() == Maker.NVIDIA) {
      return found.skip("has no render node, which nvidia_drm would make; NVENC does without");
    }
    return found
        .remedy(Remedy.byHand("See pci.driver: its kernel driver makes the node."))
        .fail(
            gpu.name() + " has no render node",
            "VA-API, Quick Sync, AMF and Vulkan do not reach it.");
  }

  private static Finding notHere(Found found, String path, Gpu gpu, Machine machine) {
    found.seen(path, "is not there");
    if (gpu.vendor() == Maker.NVIDIA) {
      return found.skip("is not here; NVENC does without");
    }
    found.remedy(
        Place.isContainer(machine)
            ? Remedy.byHand(
                "Give it to the container, with the group that may open it: docker run --device "
                    + path
                    + " --group-add \"$(stat -c %g "
                    + path
                    + ")\".")
            : Remedy.safe("Have udev make it.", "udevadm trigger --subsystem-match=drm"));
    return found.fail("is not here", "VA-API, Quick Sync, AMF and Vulkan do not reach the GPU.");
  }

  private static Finding judged(Found found, String path, Node.Device device, Machine machine) {
    Node.Owner owner = device.owner();
    String mode = String.format(Locale.ROOT, "mode %04o, group %d", owner.mode(), owner.group());
    found.seen(path, mode + ", open: " + device.opened());
    String user = machine.user().name();
    String meaning = "VA-API, Quick Sync, AMF and Vulkan do not reach the GPU.";
    return switch (Access.of(machine, device)) {
      case Access.Granted granted -> found.pass(granted.text(user));
      case Access.Denied(int group) ->
          found
              .remedy(join(path, group, machine))
              .fail(user + " may not open it: " + mode, meaning);
      case Access.Filtered _ ->
          found
              .remedy(
                  Remedy.byHand(
                      "A device filter stands before it: start the container anew, with --device "
                          + path
                          + "; for a service DeviceAllow="
                          + path
                          + " rw."))
              .fail("its mode allows it, and yet opening it is not permitted (EPERM)", meaning);
      case Access.Broken(String error) ->
          found
              .remedy(
                  Remedy.command(
                      "See what the driver says.",
                      "journalctl -k -b | grep -E 'amdgpu|i915|xe |drm'"))
              .fail("opening it is answered " + error, meaning);
    };
  }

  private static Remedy join(String path, int group, Machine machine) {
    if (group < 0) {
      return Remedy.command(
          "Give it to the group render, as udev does, and be in that group; it holds until the next"
              + " boot.",
          "sudo chgrp render " + path,
          "sudo chmod 0660 " + path);
    }
    return Place.isContainer(machine)
        ? Remedy.byHand("Start the container with --group-add " + group + ".")
        : Remedy.safe(
            "Take the user into its group; it holds from the next login on, for a service from its"
                + " next start.",
            "usermod -aG \"$(stat -c %G " + path + ")\" " + Shell.word(machine.user().name()));
  }
}
