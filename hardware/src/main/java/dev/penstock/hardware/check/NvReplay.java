package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.Optional;

/** Packets that its link had to send again. */
record NvReplay() implements NvmlCheck {
  private static final String UPTIME = "/proc/uptime";
  private static final List<Double> PER_LANE = List.of(0.15, 0.30, 0.48, 0.96, 1.92, 3.84);

  @Override
  public String id() {
    return "pci.replay";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "packets sent again";
  }

  @Override
  public String rule() {
    return "Since the machine was started, no more packets a minute had to be sent again"
        + " than a bit error rate of 1e-12 explains for the link's generation and width."
        + " The counter begins when the driver is loaded, so the true rate is no lower.";
  }

  @Override
  public String source() {
    return "PCI Express Base Specification, bit error rate 1e-12, as DCGM derives its"
        + " limits from it; NVML nvmlDeviceGetPcieReplayCounter";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files(Wanted.text(UPTIME));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Optional<Double> minutes = minutes(machine);
    return Nvidia.each(this, machine, (gpu, found) -> judged(gpu, minutes, found));
  }

  private static Finding judged(NvmlFacts.Gpu gpu, Optional<Double> minutes, Found found) {
    if (!(gpu.pcie().replays() instanceof Present<Long>(Long replays, String source))) {
      return Nvidia.unread(found, "replay counter", gpu.pcie().replays());
    }
    found.seen(source, replays.toString());
    String words = replays + " since the driver was loaded";
    int limit =
        limit(
            gpu.pcie().maxGeneration().toOptional().orElse(1),
            gpu.pcie().maxWidth().toOptional().orElse(1));
    if (replays <= limit) {
      return found.pass(replays == 0 ? "none" : words);
    }
    if (minutes.isEmpty()) {
      return found.unknown(words + "; since when the machine runs cannot be read", "");
    }
    double rate = replays / Math.max(1, minutes.get());
    if (rate <= limit) {
      return found.pass(words);
    }
    return found
        .remedy(
            Remedy.byHand(
                "With the machine off, seat the card anew, without a riser if there is one; or lower"
                    + " the generation of the slot in the BIOS."))
        .warn(
            words + ", " + Math.round(rate) + " a minute where " + limit + " would be normal",
            "Its link is marginal: copies slow down, and such cards later fall off the bus.");
  }

  /**
   * Packets a minute that are still normal.
   *
   * @param generation of PCI Express, from 1
   */
  static int limit(int generation, int lanes) {
    double perLane = PER_LANE.get(Math.clamp(generation, 1, PER_LANE.size()) - 1);
    return (int) Math.ceil(perLane * lanes);
  }

  private static Optional<Double> minutes(Machine machine) {
    return machine
        .files()
        .text(UPTIME)
        .toOptional()
        .map(text -> text.replaceFirst(" .*", ""))
        .filter(word -> word.matches("\\d+(\\.\\d+)?"))
        .map(seconds -> Double.parseDouble(seconds) / 60);
  }
}
