package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;

/** Whether the whole memory of a GPU can be seen at once. */
record PciResizable() implements Check {
  private static final long SMALL = 256L << 20;

  @Override
  public String id() {
    return "pci.rebar";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "Resizable BAR";
  }

  @Override
  public String rule() {
    return "The memory window of AMD and Intel cards is as large as their memory, unless the driver"
        + " sees all of it without, as in processors with a GPU (mem_info_vis_vram_total); with"
        + " 256 MiB"
        + " Arc cards lose much of their speed. NVENC does not need it: there the size is only"
        + " told.";
  }

  @Override
  public String source() {
    return "PCI Express Base Specification, Resizable BAR;"
        + " Documentation/gpu/amdgpu/driver-misc.rst (mem_info_vram_total,"
        + " mem_info_vis_vram_total) and amdgpu/gmc_v9_0.c (AMD_IS_APU) of the Linux kernel;"
        + " Intel, Arc quick start guide (Resizable BAR required)";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.text(Gpu.DEVICES + "/{gpu}/resource"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/mem_info_vram_total"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/mem_info_vis_vram_total"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Reading<String> resource = gpu.text(machine, "resource");
    Found found = Found.by(this, gpu.address());
    Optional<Bar> largest =
        resource.toOptional().flatMap(text -> Bar.of(text).stream().max(Bar.BY_SIZE));
    if (largest.isEmpty()) {
      return found.seen(resource).without(resource, "it has no windows");
    }
    long size = largest.get().size();
    found.seen(resource.source() + ", " + largest.get().number(), largest.get().text());
    String window = "a window of " + Bar.text(size);
    return switch (gpu.vendor()) {
      case NVIDIA -> found.pass(size <= SMALL ? window + ", which is enough for NVENC" : window);
      case INTEL ->
          isIntegrated(gpu) ? found.skip("it uses the system's memory") : intel(found, size);
      case AMD -> amd(found, size, gpu, machine);
    };
  }

  private static Finding intel(Found found, long size) {
    String window = "a window of " + Bar.text(size);
    return size <= SMALL ? small(found, window) : found.pass(window);
  }

  private static Finding amd(Found found, long size, Gpu gpu, Machine machine) {
    Reading<Long> memory = machine.files().number(gpu.path("mem_info_vram_total"));
    Reading<Long> visible = machine.files().number(gpu.path("mem_info_vis_vram_total"));
    found.seen(memory);
    if (!(memory instanceof Reading.Present<Long>(Long all, String _))) {
      return found.without(memory, "the driver does not say how much memory it has");
    }
    String window = "a window of " + Bar.text(size) + " onto " + Bar.text(all);
    if (size >= all) {
      return found.pass(window);
    }
    // To a GPU in the processor amdgpu goes past the window, and sees all of its memory.
    boolean isPassedBy = visible.toOptional().filter(bytes -> bytes >= all).isPresent();
    return isPassedBy
        ? found.seen(visible).skip("its memory is the system's, and all of it is visible")
        : small(found, window);
  }

  private static Finding small(Found found, String window) {
    return found
        .remedy(
            Remedy.byHand(
                "In the BIOS enable Resizable BAR and Above 4G Decoding, and start by UEFI, without"
                    + " CSM."))
        .warn(window, "What the processor writes to the GPU's memory goes there in small pieces.");
  }

  /** Integrated ones of Intel are always at this place. */
  private static boolean isIntegrated(Gpu gpu) {
    return gpu.address().equals("0000:00:02.0");
  }
}
