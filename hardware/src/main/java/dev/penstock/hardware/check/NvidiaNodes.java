package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NVIDIA's device nodes. */
record NvidiaNodes() implements Check {
  private static final String KNOWN = "/proc/driver/nvidia/gpus";
  private static final Pattern MINOR = Pattern.compile("(?m)^Device Minor:\\s+(\\d+)");

  @Override
  public String id() {
    return "nv.nodes";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "device nodes";
  }

  @Override
  public String rule() {
    return "/dev/nvidiactl, /dev/nvidia-uvm and the node of each GPU that the driver knows are"
        + " there, and the user may open them for reading and writing.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, FAQ, How and when are the NVIDIA device files created;"
        + " nvidia-modprobe(1)";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(
            List.of(
                Access.READER,
                LoadedModules.WANTED,
                Wanted.list(KNOWN),
                Wanted.text(KNOWN + "/*/information"),
                Wanted.open("/dev/nvidiactl"),
                Wanted.open("/dev/nvidia-uvm"),
                Wanted.open("/dev/nvidia*"))));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    if (!LoadedModules.has(machine, "nvidia")) {
      return List.of(Found.by(this).skip("the driver is not loaded"));
    }
    List<String> nodes = new ArrayList<>(List.of("/dev/nvidiactl", "/dev/nvidia-uvm"));
    for (String address : machine.files().names(KNOWN)) {
      Matcher minor =
          MINOR.matcher(
              machine.files().text(KNOWN + "/" + address + "/information").toOptional().orElse(""));
      if (minor.find()) {
        nodes.add("/dev/nvidia" + minor.group(1));
      }
    }
    return nodes.stream().map(node -> judged(node, machine)).toList();
  }

  private Finding judged(String path, Machine machine) {
    Found found = Found.by(this, path);
    return switch (machine.files().at(path).orElse(null)) {
      case Node.Device device -> judged(found, path, device, machine);
      case Node.Unreadable(Why why, String said) ->
          found
              .seen(path, said)
              .unknown(
                  why == Why.HUNG ? "opening it " + said : "could not be looked at: " + said,
                  "A driver that does not answer keeps everything waiting that asks it.");
      // One of a GPU is looked for by its pattern only, and leaves no trace when it is not there.
      case Node.Missing _ -> missing(found, path, machine);
      case null ->
          machine.files().has("/dev/nvidiactl")
              ? missing(found, path, machine)
              : found.unknown("was not looked at", "");
      default -> found.fail("is no device", "Nothing can encode on NVIDIA GPUs.");
    };
  }

  private static Finding missing(Found found, String path, Machine machine) {
    found.remedy(
        Place.isContainer(machine)
            ? Remedy.byHand(
                "Give it to the container: docker run --gpus all, with the NVIDIA Container Toolkit.")
            : Remedy.safe("Have it made.", "nvidia-modprobe -u -c " + minor(path)));
    return found.fail("is not there", "CUDA and NVENC do not start.");
  }

  /** Of a GPU; the nodes of the driver itself are made along with any. */
  private static String minor(String path) {
    return path.matches("/dev/nvidia\\d{1,3}") ? path.substring("/dev/nvidia".length()) : "0";
  }

  private static Finding judged(Found found, String path, Node.Device device, Machine machine) {
    String mode = String.format(Locale.ROOT, "mode %04o", device.owner().mode());
    found.seen(path, mode + ", open: " + device.opened());
    String user = machine.user().name();
    return switch (Access.of(machine, device)) {
      case Access.Granted granted -> found.pass(granted.text(user));
      case Access.Denied(int group) ->
          found
              .remedy(
                  group < 0
                      ? Remedy.command(
                          "Let everybody, as the driver does by itself; it holds until the next"
                              + " boot, for good see NVreg_DeviceFileMode in /etc/modprobe.d.",
                          "sudo chmod 0666 " + path)
                      : Remedy.safe(
                          "Take the user into its group; it holds from the next login on.",
                          "usermod -aG \"$(stat -c %G " + path + ")\" " + Shell.word(user)))
              .fail("may not be opened by " + user + ": " + mode, "CUDA and NVENC do not start.");
      case Access.Filtered _ ->
          found
              .remedy(Remedy.byHand("See c.daemonreload: a device filter stands before it."))
              .fail(
                  "its mode allows it, and yet opening it is not permitted (EPERM)",
                  "CUDA and NVENC do not start.");
      case Access.Broken(String error) ->
          found
              .remedy(
                  Remedy.command(
                      "See what the driver says.", "journalctl -k -b | grep -E 'NVRM|Xid'"))
              .fail(
                  "opening it is answered " + error, "The driver cannot start the GPU behind it.");
    };
  }
}
