package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.health.Catalogue;
import dev.penstock.hardware.health.Entry;
import dev.penstock.hardware.health.KernelLogFacts;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.hardware.health.KernelLogProbe;
import dev.penstock.hardware.health.Severity;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What NVIDIA's driver said in the kernel log since the machine was started. */
record NvXidHistory() implements NvmlCheck {
  private static final int MOST_REMEDIES = 3;

  @Override
  public String id() {
    return "nv.xidhistory";
  }

  @Override
  public String title() {
    return "faults since the start";
  }

  @Override
  public String rule() {
    return "Since the machine was started, the driver has logged no fault after which a"
        + " GPU must be reset or the machine restarted. One after which the driver asks"
        + " for nothing any more is a warning; so is one that ended sessions.";
  }

  @Override
  public String source() {
    return "NVIDIA, Xid Errors; the catalogue behind penstock explain";
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvmlProbe.class, KernelLogProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Nvidia.isHere(machine)) {
      return List.of(Nvidia.none(this, machine));
    }
    return switch (LoggedFaults.facts(machine)) {
      case Absent<KernelLogFacts> absent ->
          List.of(Found.by(this).seen(absent).unknown("the kernel log was not read", ""));
      case Present<KernelLogFacts>(KernelLogFacts log, String _)
          when log.source() instanceof Absent<String>(Why _, String source, String text) ->
          List.of(Found.by(this).seen(source, text).unknown("the kernel log cannot be read", ""));
      case Present<KernelLogFacts>(KernelLogFacts log, String _) -> judged(machine, log);
    };
  }

  private List<Finding> judged(Machine machine, KernelLogFacts log) {
    SortedMap<String, List<Seen>> byDevice = new TreeMap<>();
    for (Seen event : log.events()) {
      if (isMeant(event)) {
        byDevice.computeIfAbsent(event.device().orElse(""), _ -> new ArrayList<>()).add(event);
      }
    }
    if (byDevice.isEmpty()) {
      Found found = Found.by(this).seen(log.source());
      return List.of(
          log.unfinished()
              .map(why -> found.unknown("none was found in what was read of the log: " + why, ""))
              .orElseGet(() -> found.pass("none")));
    }
    return byDevice.entrySet().stream()
        .map(each -> judged(machine, each.getKey(), each.getValue()))
        .toList();
  }

  /** Of NVIDIA's driver, worth a word, and not only the consequence of another one. */
  private static boolean isMeant(Seen event) {
    return (event.code().startsWith("xid ") || event.message().startsWith("NVRM"))
        && event.severity().compareTo(Severity.SESSION) >= 0
        && !event.secondary();
  }

  private Finding judged(Machine machine, String device, List<Seen> events) {
    Seen worst = events.stream().max(Comparator.comparing(Seen::severity)).orElseThrow();
    Found found = device.isEmpty() ? Found.by(this) : Found.by(this, device);
    long count = events.stream().filter(event -> event.code().equals(worst.code())).count();
    found.seen("kernel log", worst.at().map(at -> at + " ").orElse("") + worst.message());
    Optional<Entry> entry = worst.entry();
    entry
        .map(known -> Catalogue.standard().remedies(known, worst.device()))
        .orElse(List.of())
        .stream()
        .limit(MOST_REMEDIES)
        .forEach(found::remedy);
    String summary =
        entry.map(Entry::title).orElse(worst.code())
            + (count > 1 ? ", " + count + " times" : "")
            + (events.size() > count ? ", and " + (events.size() - count) + " others" : "");
    String means = entry.map(Entry::means).orElse("A newer version of Penstock knows it.");
    boolean serious = worst.severity().compareTo(Severity.GPU) >= 0;
    if (serious && !isOver(machine, device)) {
      return found.fail(summary, means);
    }
    return serious
        ? found.warn(summary + "; the driver asks for nothing any more", means)
        : found.warn(summary, means);
  }

  /** Whether the GPU has answered since, and the driver is content with it. */
  private static boolean isOver(Machine machine, String device) {
    return Nvidia.facts(machine).toOptional().stream()
        .flatMap(facts -> facts.gpus().stream())
        .filter(gpu -> Nvidia.address(gpu).equals(device) && Nvidia.isUp(gpu))
        .anyMatch(
            gpu -> gpu.recovery().toOptional().filter(RecoveryAction.NONE::equals).isPresent());
  }
}
