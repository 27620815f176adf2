package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import java.util.List;
import java.util.Optional;

/** Its link, as the GPU and the driver see it. */
record NvPcieLink() implements GpuCheck {
  private static final Remedy SEAT =
      Remedy.byHand(
          "With the machine off, seat the card anew, without a riser if there is one; check in the"
              + " BIOS how the slot's lanes are divided and whether its generation is limited.");

  @Override
  public String id() {
    return "nv.pcie";
  }

  @Override
  public String title() {
    return "PCIe link of the GPU";
  }

  @Override
  public String rule() {
    return "The link is as wide as GPU and slot allow together, at any time. It is as fast"
        + " as they allow while the GPU works; an idle link slows down, and is not judged.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetCurrPcieLinkWidth, nvmlDeviceGetCurrPcieLinkGeneration,"
        + " nvmlDeviceGetMaxPcieLinkGeneration";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.Pcie link = gpu.pcie();
    for (Reading<Integer> needed :
        List.of(link.width(), link.maxWidth(), link.generation(), link.maxGeneration())) {
      if (needed instanceof Absent<Integer>) {
        return Nvidia.unread(found, "state of its link", needed);
      }
      found.seen(needed);
    }
    int width = number(link.width());
    int maxWidth = number(link.maxWidth());
    int generation = number(link.generation());
    int maxGeneration = number(link.maxGeneration());
    String words = "generation " + generation + " x" + width;
    if (width < maxWidth) {
      found.remedy(SEAT);
      String summary = words + " where x" + maxWidth + " is possible";
      return width * 4 <= maxWidth
          ? found.fail(summary, "Pictures are copied at a fraction of the speed.")
          : found.warn(summary, "Pictures are copied at less than the possible speed.");
    }
    if (generation >= maxGeneration) {
      return found.pass(words + slot(link, maxGeneration));
    }
    return isIdle(gpu)
        ? found.pass(words + " while idle; generation " + maxGeneration + " is possible")
        : found
            .remedy(SEAT)
            .warn(
                words + " under load where generation " + maxGeneration + " is possible",
                "Pictures are copied at less than the possible speed.");
  }

  private static String slot(NvmlFacts.Pcie link, int maxGeneration) {
    return link.gpuMaxGeneration()
        .toOptional()
        .filter(own -> own > maxGeneration)
        .map(own -> "; the GPU could do generation " + own + " in another slot")
        .orElse("");
  }

  private static boolean isIdle(NvmlFacts.Gpu gpu) {
    return gpu.engines().stream()
        .map(EngineLoad::percent)
        .map(Reading::toOptional)
        .flatMap(Optional::stream)
        .allMatch(percent -> percent == 0);
  }

  private static int number(Reading<Integer> reading) {
    return reading.toOptional().orElse(0);
  }
}
