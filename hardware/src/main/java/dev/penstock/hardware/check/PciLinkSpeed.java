package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.Trial.LinkLoad;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;

/** How fast the lanes of each GPU are. */
record PciLinkSpeed() implements Check {

  @Override
  public String id() {
    return "pci.link.speed";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "PCIe generation of GPUs";
  }

  @Override
  public String rule() {
    return "Under load the link of a GPU runs at the highest speed that it and the port above"
        + " it have. At idle GPUs slow their links down to save power: where a link is slower, it"
        + " is measured while pictures are copied to the GPU or encoded on it for up to 1.5 s;"
        + " without that (--no-active) a lower speed is told and not judged.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci of the Linux kernel, current_link_speed,"
        + " max_link_speed";
  }

  @Override
  public List<Wanted> files() {
    return Link.WANTED;
  }

  @Override
  public List<String> trials(Machine machine) {
    return Gpu.of(machine).stream()
        .filter(gpu -> {
          Link link = Link.of(machine, gpu);
          int now = Link.generation(link.speed(machine).toOptional().orElse(""));
          return now > 0 && now < together(link, machine);
        })
        .map(gpu -> Wish.link(gpu.address()).word())
        .toList();
  }

  /** What a card and its slot have in common; 0 where it is not told. */
  private static int together(Link link, Machine machine) {
    int possible = Link.generation(link.mostSpeed(machine).toOptional().orElse(""));
    int port = link.mostGenerationOfPort(machine);
    return port == 0 ? possible : Math.min(port, possible);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Link link = Link.of(machine, gpu);
    Reading<String> now = link.speed(machine);
    Reading<String> most = link.mostSpeed(machine);
    Found found = Found.by(this, gpu.address()).seen(now).seen(most);
    if (!(now instanceof Reading.Present<String>(String nowText, String _))) {
      return found.without(now, "it has no PCIe link: it is part of the processor");
    }
    int generation = Link.generation(nowText);
    int possible = Link.generation(most.toOptional().orElse(""));
    if (generation == 0 || possible == 0) {
      // What an integrated GPU and one that does not answer have in common.
      return found.unknown("the speed of its link is not told: " + nowText, "");
    }
    int together = together(link, machine);
    String summary = "PCIe " + generation + ".0";
    if (generation < together) {
      return idle(gpu, link, machine, summary + " of " + together + ".0", together, found);
    }
    return found.pass(
        summary
            + (together < possible
                ? ", which is all that the slot has, of " + possible + ".0"
                : ""));
  }

  private static Finding idle(
      Gpu gpu, Link link, Machine machine, String summary, int together, Found found) {
    Optional<LinkLoad> load = Link.underLoad(machine, gpu.address());
    if (load.isEmpty()) {
      String why =
          Link.trial(machine, gpu.address())
              .toOptional()
              .flatMap(Trial::reason)
              .map(reason -> "; it could not be measured under load: " + reason)
              .orElse("");
      return found.skip(summary + ": at idle a lower speed is normal, not judged" + why);
    }
    String speed = load.get().speeds().getOrDefault(link.end(), "");
    int reached = Link.generation(speed);
    found.seen("current_link_speed of " + link.end() + " under load", speed);
    String during = " under load (" + load.get().load() + ")";
    if (reached == 0) {
      return found.unknown("the speed of its link" + during + " is not told", "");
    }
    return reached >= together
        ? found.pass("PCIe " + reached + ".0" + during)
        : found
            .remedy(
                Remedy.byHand(
                    "With the machine off, seat the card anew, without a riser if there is one;"
                        + " check in the BIOS whether the slot's generation is limited."))
            .warn(
                "PCIe " + reached + ".0 of " + together + ".0" + during,
                "Pictures are copied at less than the possible speed.");
  }
}
