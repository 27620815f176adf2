package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding.Remedy;

/** Remedies that end the work on a GPU. */
final class Reset {
  static final Remedy REBOOT =
      Remedy.command("Restart the machine, when its jobs are done.", "sudo systemctl reboot");

  /** What keeps a GPU open must end first. */
  static final Remedy WHEN_IDLE =
      Remedy.command("See who uses it, and let the jobs end.", "sudo fuser -v /dev/nvidia*");

  /** When nothing but other hardware helps. */
  static final Remedy REPLACE =
      Remedy.command(
          "Take the card out of service, collect what its maker asks for, and have it replaced.",
          "sudo nvidia-bug-report.sh");

  private Reset() {}

  /** Resets it; most GeForce cards refuse. */
  static Remedy of(NvmlFacts.Gpu gpu) {
    return Remedy.command(
        "Reset it once nothing uses it. Where it refuses, restart the machine.",
        "sudo nvidia-smi --gpu-reset -i " + Nvidia.argument(gpu));
  }
}
