package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Errors on the links of GPUs. */
record PciErrors() implements Check {
  private static final Pattern TOTAL = Pattern.compile("(?m)^TOTAL_ERR_\\w+ (\\d{1,18})$");
  private static final Pattern UPTIME = Pattern.compile("^\\d{1,12}(\\.\\d+)?");

  @Override
  public String id() {
    return "pci.aer";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "PCIe errors";
  }

  @Override
  public String rule() {
    return "The link of a GPU and the port above it counted no fatal error since the boot (a"
        + " failure) and no other uncorrected one (a warning: these are totals, which do not say"
        + " when), and no more corrected ones a minute than one bit in 10^12"
        + " makes. Errors there come before a GPU falls off the bus.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci-devices-aer_stats of the Linux kernel; PCI"
        + " Express Base Specification, bit error ratio of 10^-12; the rate for each"
        + " generation as in NVIDIA DCGM";
  }

  @Override
  public List<Wanted> files() {
    return Link.and(
        Place.and(
            List.of(
                Wanted.text("/proc/uptime"),
                Wanted.text(Gpu.DEVICES + "/{gpu}/aer_dev_fatal"),
                Wanted.text(Gpu.DEVICES + "/{gpu}/aer_dev_nonfatal"),
                Wanted.text(Gpu.DEVICES + "/{gpu}/aer_dev_correctable"),
                Wanted.text(Gpu.DEVICES + "/{port}/aer_dev_fatal"),
                Wanted.text(Gpu.DEVICES + "/{port}/aer_dev_nonfatal"),
                Wanted.text(Gpu.DEVICES + "/{port}/aer_dev_correctable"))));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Link link = Link.of(machine, gpu);
    Found found = Found.by(this, gpu.address());
    Reading<String> fatal = machine.files().text(Gpu.path(link.end(), "aer_dev_fatal"));
    if (fatal.toOptional().isEmpty()) {
      return found
          .seen(fatal)
          .without(
              fatal,
              Place.isVirtual(machine)
                  ? "errors are counted by the host of this virtual machine"
                  : "nothing here counts the errors of its link");
    }
    List<String> ends = new ArrayList<>(List.of(link.end()));
    link.port().ifPresent(ends::add);
    Counts counts = new Counts(found, machine, ends);
    long dead = counts.of("fatal");
    long lost = counts.of("nonfatal");
    long corrected = counts.of("correctable");
    if (dead > 0) {
      return seat(found)
          .fail(
              "fatal errors on its link since the boot: " + dead,
              "The link broke, and sessions with it; the GPU may fall off the bus.");
    }
    if (lost > 0) {
      return seat(found)
          .warn(
              "uncorrected errors on its link since the boot: " + lost,
              "Transfers were lost, and maybe sessions with them; look whether it grows.");
    }
    double minutes = minutes(machine);
    String summary = "corrected errors on its link since the boot: " + corrected;
    if (corrected > 0 && minutes > 0) {
      if (corrected / minutes > allowed(link, machine)) {
        return seat(found)
            .warn(summary, "The link is at its limit; what comes next are lost transfers.");
      }
    }
    if (counts.unread().isPresent()) {
      return found.unknown("its errors are not all known: " + counts.unread().get(), "");
    }
    return found.pass(corrected == 0 ? "no errors on its link since the boot" : summary);
  }

  private static Found seat(Found found) {
    return found.remedy(
        Remedy.byHand(
            "Power off and seat the card anew, try it without a riser or in another slot; keep the"
                + " link from sleeping with pcie_aspm.policy=performance on the kernel command"
                + " line (pcie_aspm=off leaves it as the BIOS set it)."));
  }

  private static double minutes(Machine machine) {
    Matcher seconds = UPTIME.matcher(machine.files().text("/proc/uptime").toOptional().orElse(""));
    return seconds.find() ? Double.parseDouble(seconds.group()) / 60 : 0;
  }

  /** A minute: a bit in 10^12 on each lane, as DCGM_FR_PCI_REPLAY_RATE has it. */
  private static double allowed(Link link, Machine machine) {
    int generation = Link.generation(link.speed(machine).toOptional().orElse(""));
    long lanes = link.width(machine).toOptional().orElse(16L);
    double each = 0.15 * (1 << Math.clamp(generation - 1, 0, 5));
    return Math.ceil(each * lanes);
  }

  /** The totals of both ends of a link. */
  private static final class Counts {
    private final Found found;
    private final Machine machine;
    private final List<String> ends;
    private Optional<String> unread = Optional.empty();

    Counts(Found found, Machine machine, List<String> ends) {
      this.found = found;
      this.machine = machine;
      this.ends = ends;
    }

    long of(String kind) {
      return ends.stream().mapToLong(end -> of(end, kind)).sum();
    }

    /** What could not be read; a port without such counters has none. */
    Optional<String> unread() {
      return unread;
    }

    private long of(String device, String kind) {
      Reading<String> text = machine.files().text(Gpu.path(device, "aer_dev_" + kind));
      Matcher total = TOTAL.matcher(text.toOptional().orElse(""));
      if (total.find()) {
        found.seen(text.source(), total.group());
        return Long.parseLong(total.group(1));
      }
      if (!(text instanceof Absent<String>(Why why, String _, String _) && why == Why.MISSING)) {
        found.seen(text);
        unread = unread.or(() -> Optional.of(text.source()));
      }
      return 0;
    }
  }
}
