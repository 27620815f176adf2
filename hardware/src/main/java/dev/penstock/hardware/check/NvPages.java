package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading.Present;

/** Pages of memory that are out of use, up to Volta. */
record NvPages() implements GpuCheck {
  private static final long MOST = 63;

  @Override
  public String id() {
    return "nv.pages";
  }

  @Override
  public String title() {
    return "retired pages";
  }

  @Override
  public String rule() {
    return "No page waits to be taken out of use, and fewer than 63 are.";
  }

  @Override
  public String source() {
    return "NVIDIA, Dynamic Page Retirement; the limit is that of DCGM";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.RetiredPages pages = gpu.retiredPages();
    if (!(pages.singleBit() instanceof Present<Long>(Long single, String source))) {
      return Nvidia.unread(found, "page retirement", pages.singleBit());
    }
    if (!(pages.doubleBit() instanceof Present<Long>(Long several, String _))) {
      return Nvidia.unread(found, "page retirement", pages.doubleBit());
    }
    long total = single + several;
    found.seen(source, single + " for single-bit errors, " + several + " for double-bit errors");
    if (total >= MOST) {
      return found
          .remedy(Reset.REPLACE)
          .fail(total + " pages are out of use", "No more can be: the next bad page stays in use.");
    }
    if (pages.pending().toOptional().orElse(false)) {
      return found
          .seen(pages.pending())
          .remedy(Reset.WHEN_IDLE)
          .remedy(Reset.of(gpu))
          .warn(
              "a page waits to be taken out of use",
              "Until a reset, jobs still use memory that is known to be bad.");
    }
    return found.pass(total + (total == 1 ? " page is" : " pages are") + " out of use");
  }
}
