package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.trial.Trial.LinkLoad;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Its link, as the GPU and the driver see it. */
record NvPcieLink() implements GpuCheck {
  private static final Remedy SEAT =
      Remedy.byHand(
          "With the machine off, seat the card anew, without a riser if there is one; check in the"
              + " BIOS how the slot's lanes are divided and whether its generation is limited.");

  private static final Set<Engine> JUDGED = Set.of(Engine.GRAPHICS, Engine.ENCODER, Engine.DECODER);

  private static final Set<String> FAST = Set.of("P0", "P1", "P2");

  /** Percent of the time. */
  private static final int BUSY = 10;

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
        + " as they allow while the GPU works, in state P0 to P2 with an engine busy for 10 % of"
        + " the time or more; an idle link slows down, and is judged by what pci.link.speed measured under load, or not at all.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetCurrPcieLinkWidth, nvmlDeviceGetCurrPcieLinkGeneration,"
        + " nvmlDeviceGetMaxPcieLinkGeneration, nvmlDeviceGetPerformanceState";
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Nvidia.each(
        this,
        machine,
        (gpu, found) -> judged(gpu, found, Link.underLoad(machine, Nvidia.address(gpu))));
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return judged(gpu, found, Optional.empty());
  }

  private static Finding judged(NvmlFacts.Gpu gpu, Found found, Optional<LinkLoad> load) {
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
    int reached =
        load.map(LinkLoad::speeds)
            .map(speeds -> Link.generation(speeds.getOrDefault(Nvidia.address(gpu), "")))
            .orElse(0);
    if (reached > 0) {
      found.seen("under load", load.orElseThrow().load());
      return reached >= maxGeneration
          ? found.pass("generation " + reached + " x" + width + " under load")
          : slow(found, "generation " + reached + " x" + width, maxGeneration);
    }
    String possible = words + " of generation " + maxGeneration;
    List<Integer> loads = loads(gpu);
    if (loads.isEmpty()) {
      return found.skip(possible + ", not judged: whether the GPU works is not known");
    }
    return !isWorking(gpu, loads)
        ? found.skip(possible + ", not judged: the GPU does next to nothing")
        : slow(found, words, maxGeneration);
  }

  private static Finding slow(Found found, String words, int maxGeneration) {
    return found
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

  private static List<Integer> loads(NvmlFacts.Gpu gpu) {
    return gpu.engines().stream()
        .filter(load -> JUDGED.contains(load.engine()))
        .map(EngineLoad::percent)
        .map(Reading::toOptional)
        .flatMap(Optional::stream)
        .toList();
  }

  /** A desktop alone keeps a GPU busy for a few percent, at the lowest clocks. */
  private static boolean isWorking(NvmlFacts.Gpu gpu, List<Integer> loads) {
    return gpu.clocks().state().toOptional().filter(FAST::contains).isPresent()
        && loads.stream().anyMatch(percent -> percent >= BUSY);
  }

  private static int number(Reading<Integer> reading) {
    return reading.toOptional().orElse(0);
  }
}
