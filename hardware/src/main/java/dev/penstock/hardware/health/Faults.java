package dev.penstock.hardware.health;

import static java.util.stream.Collectors.toMap;

import dev.penstock.hardware.health.EventStore.Stored;
import dev.penstock.hardware.telemetry.GpuSample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is known against devices.
 *
 * @param source where the log was read
 * @param refused where it could not be, and why
 * @param since from when on faults are listed
 * @param earlier how many are kept from before that
 * @param devices by address
 * @param others faults that name no device
 */
public record Faults(
    String source,
    List<KernelSource.Refused> refused,
    Optional<Instant> since,
    int earlier,
    List<Device> devices,
    List<Answer.Cause> others) {
  /** More than any rule counts to. */
  private static final int COUNTED = 20;

  public Faults {
    refused = List.copyOf(refused);
    devices = List.copyOf(devices);
    others = List.copyOf(others);
  }

  /**
   * One device with what was said of it.
   *
   * @param device its PCI address
   * @param name of the model, when it was asked
   * @param level judged by log and sample
   * @param because what holds against it now
   * @param faults each kind once, in the order of the log
   */
  public record Device(
      String device,
      Optional<String> uuid,
      Optional<String> name,
      Verdict.Level level,
      List<Verdict.Condition> because,
      List<Answer.Cause> faults) {
    public Device {
      because = List.copyOf(because);
      faults = List.copyOf(faults);
    }
  }

  /**
   * Sorts events by device and judges the devices: those that were asked, those of which something
   * is shown, and others only when something holds against them still.
   *
   * @param clock of this machine, whose start ended what was before
   */
  public static Faults of(KernelSource source, Evidence evidence, LogClock clock) {
    Map<String, Verdict> verdicts = verdicts(evidence, clock);
    Map<String, List<Stored>> shown = new TreeMap<>();
    List<Stored> nameless = new ArrayList<>();
    int earlier = 0;
    for (Stored each : evidence.events()) {
      Optional<String> device = each.event().device();
      if (each.event().isBeginning()) {
        continue;
      }
      if (!evidence.isShown(each)) {
        earlier += 1 + each.repeats();
      } else if (device.isPresent()) {
        shown.computeIfAbsent(device.get(), _ -> new ArrayList<>()).add(each);
      } else {
        nameless.add(each);
      }
    }
    Map<String, GpuSample> gpus = byDevice(evidence.gpus());
    gpus.keySet().forEach(device -> shown.putIfAbsent(device, List.of()));
    verdicts.values().stream()
        .filter(verdict -> verdict.level() != Verdict.Level.HEALTHY)
        .forEach(verdict -> shown.putIfAbsent(verdict.device(), List.of()));
    List<Device> devices = new ArrayList<>();
    shown.forEach((device, own) ->
        devices.add(device(device, own, Optional.ofNullable(gpus.get(device)), verdicts)));
    return new Faults(
        source.name(), source.refused(), evidence.since(), earlier, devices, causes(nameless));
  }

  private static Map<String, Verdict> verdicts(Evidence evidence, LogClock clock) {
    List<KernelEvent> events =
        evidence.events().stream()
            .flatMap(each -> each.each(COUNTED).stream())
            .map(event -> event.at().isPresent() ? event : event.dated(clock.now()))
            .toList();
    Stream<Repair> starts =
        clock.boot().stream()
            .flatMap(at ->
                events.stream()
                    .flatMap(event -> event.device().stream())
                    .distinct()
                    .map(device -> new Repair(device, at, Repair.Kind.REBOOT)));
    return Health.judge(
        evidence.gpus().stream().map(gpu -> Vitals.of(gpu, clock.now())).toList(),
        events,
        Stream.concat(starts, evidence.repairs().stream()).toList(),
        Thresholds.standard(),
        clock.now());
  }

  private static Map<String, GpuSample> byDevice(List<GpuSample> gpus) {
    return gpus.stream().collect(toMap(Vitals::device, gpu -> gpu, (first, _) -> first));
  }

  /** The UUIDs of GPUs by their PCI addresses. */
  public static Map<String, String> uuids(List<GpuSample> gpus) {
    Map<String, String> uuids = new TreeMap<>();
    for (GpuSample gpu : gpus) {
      gpu.id().uuid().toOptional().ifPresent(uuid -> uuids.put(Vitals.device(gpu), uuid));
    }
    return uuids;
  }

  private static Device device(
      String device, List<Stored> events, Optional<GpuSample> gpu, Map<String, Verdict> verdicts) {
    Optional<Verdict> verdict = Optional.ofNullable(verdicts.get(device));
    return new Device(
        device,
        gpu.flatMap(each -> each.id().uuid().toOptional())
            .or(() -> events.stream().flatMap(each -> each.event().uuid().stream()).findFirst()),
        gpu.flatMap(each -> each.id().name().toOptional()),
        verdict.map(Verdict::level).orElse(Verdict.Level.HEALTHY),
        verdict.map(Verdict::because).orElse(List.of()),
        causes(events));
  }

  private static List<Answer.Cause> causes(List<Stored> events) {
    Map<String, List<Stored>> kinds = new LinkedHashMap<>();
    events.forEach(
        each -> kinds.computeIfAbsent(each.event().code(), _ -> new ArrayList<>()).add(each));
    return kinds.values().stream().map(Faults::cause).toList();
  }

  private static Answer.Cause cause(List<Stored> kind) {
    Answer.Cause cause =
        Explainer.cause(kind.stream().map(Stored::event).toList(), Catalogue.standard());
    return cause.times(
        kind.stream().mapToInt(each -> 1 + each.repeats()).sum(),
        cause.last().map(_ -> kind.getLast().last()));
  }

  /** One event with what is known of it. */
  public static Answer.Cause fault(KernelEvent event) {
    return Explainer.cause(List.of(event), Catalogue.standard());
  }
}
