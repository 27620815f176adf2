package dev.penstock.hardware.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a kernel log holds against devices.
 *
 * @param source where it was read
 * @param refused where it could not be, and why
 * @param devices by address
 * @param others faults that name no device
 */
public record Faults(
    String source,
    List<KernelSource.Refused> refused,
    List<Device> devices,
    List<Answer.Cause> others) {
  public Faults {
    refused = List.copyOf(refused);
    devices = List.copyOf(devices);
    others = List.copyOf(others);
  }

  /**
   * One device with what was said of it.
   *
   * @param level judged by the log alone, without samples
   * @param because what holds against it now
   * @param faults each kind once, in the order of the log
   */
  public record Device(
      String device,
      Optional<String> uuid,
      Verdict.Level level,
      List<Verdict.Condition> because,
      List<Answer.Cause> faults) {
    public Device {
      because = List.copyOf(because);
      faults = List.copyOf(faults);
    }
  }

  /**
   * Sorts events by device and judges them. Those of which the log does not say when they were are
   * taken to hold now.
   *
   * @param boot when this machine was started, which ended what was before
   */
  public static Faults of(
      KernelSource source, List<KernelEvent> events, Optional<Instant> boot, Instant now) {
    Map<String, List<KernelEvent>> byDevice = new TreeMap<>();
    List<KernelEvent> nameless = new ArrayList<>();
    for (KernelEvent event : events) {
      event
          .device()
          .ifPresentOrElse(
              device -> byDevice.computeIfAbsent(device, _ -> new ArrayList<>()).add(event),
              () -> nameless.add(event));
    }
    List<Repair> starts =
        boot.stream()
            .flatMap(at ->
                byDevice.keySet().stream()
                    .map(device -> new Repair(device, at, Repair.Kind.REBOOT)))
            .toList();
    Map<String, Verdict> verdicts =
        Health.judge(
            List.of(),
            events.stream()
                .map(event -> event.at().isPresent() ? event : event.dated(now))
                .toList(),
            starts,
            Thresholds.standard(),
            now);
    List<Device> devices = new ArrayList<>();
    byDevice.forEach((device, own) -> devices.add(device(device, own, verdicts)));
    return new Faults(source.name(), source.refused(), devices, causes(nameless));
  }

  private static Device device(
      String device, List<KernelEvent> events, Map<String, Verdict> verdicts) {
    Optional<Verdict> verdict = Optional.ofNullable(verdicts.get(device));
    return new Device(
        device,
        events.stream().flatMap(event -> event.uuid().stream()).findFirst(),
        verdict.map(Verdict::level).orElse(Verdict.Level.HEALTHY),
        verdict.map(Verdict::because).orElse(List.of()),
        causes(events));
  }

  private static List<Answer.Cause> causes(List<KernelEvent> events) {
    Map<String, List<KernelEvent>> kinds = new LinkedHashMap<>();
    events.forEach(event -> kinds.computeIfAbsent(event.code(), _ -> new ArrayList<>()).add(event));
    return kinds.values().stream()
        .map(each -> Explainer.cause(each, Catalogue.standard()))
        .toList();
  }

  /** One event with what is known of it. */
  public static Answer.Cause fault(KernelEvent event) {
    return Explainer.cause(List.of(event), Catalogue.standard());
  }
}
