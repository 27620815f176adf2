package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.Bar1;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Present;

/** The window through which the CPU sees its memory. */
record NvBar1() implements GpuCheck {
  private static final long MIB = 1L << 20;
  private static final long LEAST = 16 * MIB;

  @Override
  public String id() {
    return "nv.bar1";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "window to its memory";
  }

  @Override
  public String rule() {
    return "16 MiB of the window are free: sessions and mappings take some of it. Its size"
        + " is said, not judged: NVENC and NVDEC do not need one as large as the memory.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetBAR1MemoryInfo; the limit is our own choice";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    if (!(gpu.bar1() instanceof Present<Bar1>(Bar1 window, String source))) {
      return Nvidia.unread(found, "BAR1", gpu.bar1());
    }
    found.seen(source, window.free() + " of " + window.total() + " bytes free");
    if (window.free() < LEAST) {
      return found
          .remedy(Remedy.command("End processes that do not need the GPU.", "nvidia-smi"))
          .remedy(
              Remedy.byHand(
                  "In the BIOS, enable Above 4G Decoding and Resizable BAR, which need UEFI without"
                      + " CSM."))
          .warn(
              window.free() / MIB + " of " + window.total() / MIB + " MiB of BAR1 are free",
              "New sessions and mappings fail though memory is free.");
    }
    boolean whole =
        gpu.memory().toOptional().filter(memory -> window.total() >= memory.total()).isPresent();
    return found.pass(
        "BAR1 of "
            + window.total() / MIB
            + " MiB"
            + (whole
                ? ", all of its memory"
                : ", a part of its memory, which is enough to encode"));
  }
}
