package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the driver could start each NVIDIA GPU. */
record NvidiaInit() implements Check {
  private static final String FOLDER = "/proc/driver/nvidia/gpus";

  @Override
  public String id() {
    return "nv.init";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "start of GPUs";
  }

  @Override
  public String rule() {
    return "The driver read the UUID of each GPU that it knows, which needs a GPU that"
        + " started, and does not exclude it.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, The NVIDIA Driver's Entries in /proc; nv-procfs.c of"
        + " open-gpu-kernel-modules";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Wanted.list(FOLDER), Wanted.text(FOLDER + "/*/information"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    if (machine.files().at(FOLDER).isEmpty()) {
      return List.of(Found.by(this).unknown(FOLDER + " was not looked at", ""));
    }
    List<String> known = machine.files().names(FOLDER);
    return known.isEmpty()
        ? List.of(Found.by(this).skip("the driver knows no GPU"))
        : known.stream().map(address -> judged(address, machine)).toList();
  }

  private Finding judged(String address, Machine machine) {
    Reading<String> information = machine.files().text(FOLDER + "/" + address + "/information");
    Found found = Found.by(this, address);
    if (!(information instanceof Reading.Present<String>(String text, String path))) {
      return found.without(information, "the driver says nothing of it");
    }
    String uuid = value(text, "GPU UUID");
    String model = value(text, "Model");
    found.seen(path + ", Model", model).seen(path + ", GPU UUID", uuid);
    if (value(text, "GPU Excluded").equals("Yes")) {
      return found
          .remedy(
              Remedy.command(
                  "See where it is excluded, take it out there, and load the module anew.",
                  "grep -rE 'NVreg_(ExcludedGpus|GpuBlacklist)' /etc/modprobe.d /proc/cmdline"))
          .fail(
              model + " is excluded by an option of the module", "Nothing can encode on this GPU.");
    }
    if (uuid.isEmpty()) {
      return found.unknown(path + " names no UUID", "");
    }
    if (uuid.contains("?")) {
      return found
          .remedy(
              Remedy.command(
                  "See why: RmInitAdapter failed is followed by a code.",
                  "journalctl -k -b | grep -E 'NVRM|Xid'"))
          .remedy(
              Remedy.byHand(
                  "Power the machine off, not only down to a reboot, and on again: its firmware"
                      + " processor may hold on to what it was doing."))
          .fail(
              model + " did not start: the driver has no UUID of it",
              "Nothing can encode on this GPU.");
    }
    return found.pass(model + " is started");
  }

  private static String value(String text, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":[ \\t]*(.*?)\\s*$").matcher(text);
    return line.find() ? line.group(1) : "";
  }
}
