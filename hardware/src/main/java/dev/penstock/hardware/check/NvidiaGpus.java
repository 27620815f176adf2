package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.nvidia.CudaFacts;
import dev.penstock.hardware.nvidia.CudaProbe;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;

/** What checks of NVIDIA's libraries share. */
final class NvidiaGpus {
  private NvidiaGpus() {}

  /** On the bus, or served by CUDA: under some hypervisors there is no bus to look at. */
  static boolean any(Machine machine) {
    return Nvidia.isHere(machine)
        || machine
            .answer(CudaProbe.class, CudaFacts.class)
            .toOptional()
            .filter(facts -> !facts.devices().isEmpty())
            .isPresent();
  }

  /** Whether not every one of them is known to have no encoder. */
  static boolean mayEncode(Machine machine) {
    return machine.once(DeviceMap.class, DeviceMap::of).devices().stream()
        .filter(device -> device.identity().vendor() == Vendor.NVIDIA)
        .map(device -> device.engines().encoders().toOptional())
        .anyMatch(encoders -> encoders.isEmpty() || encoders.get() > 0);
  }

  /** A probe that gave no answer at all. */
  static Finding unanswered(Check check, Reading.Absent<?> absent, String what) {
    Found found = Found.by(check).seen(absent);
    return switch (absent.why()) {
      case HUNG ->
          found
              .remedy(
                  Remedy.command(
                      "Look for what the driver last said, then reboot: a wedged driver lets go of"
                          + " nothing.",
                      "dmesg | grep -E 'NVRM|Xid'",
                      "reboot"))
              .fail(what + " does not answer", "The driver is wedged; every encode would hang.");
      case NOT_ASKED -> found.unknown(what + " was not asked", "");
      default ->
          found.fail(
              what + " could not be asked: " + absent.text(),
              "What brings this process down brings encodes down too.");
    };
  }

  /** How a library of the driver is had. */
  static Remedy library(String packages) {
    return Remedy.command(
        "Install the package of the driver's branch (here for Ubuntu; elsewhere the driver package"
            + " has it). In a container, give it the driver's video libraries instead:"
            + " NVIDIA_DRIVER_CAPABILITIES=compute,video,utility.",
        "apt install " + packages + "-$(cut -d. -f1 /sys/module/nvidia/version)");
  }

  static String missing(String library, Reading.Absent<?> absent) {
    return absent.why() == Why.MISSING
        ? library + " is missing"
        : library + " cannot be loaded: " + absent.text();
  }
}
