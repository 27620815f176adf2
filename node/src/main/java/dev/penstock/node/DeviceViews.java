package dev.penstock.node;

import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device;
import dev.penstock.model.Lease;
import dev.penstock.model.Load.Dimension;
import dev.penstock.node.http.Devices;
import dev.penstock.planner.admission.Desk;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices, as clients see them. Any thread. */
final class DeviceViews {
  static final String SOFTWARE = "software";

  private static final String LOST_MEANS =
      "its jobs go on elsewhere and nothing new begins there; penstock faults says what to do";

  private final Desk desk;
  private final LocalMachine machine;
  private volatile Optional<Double> cpu = Optional.empty();

  DeviceViews(Desk desk, LocalMachine machine) {
    this.desk = desk;
    this.machine = machine;
  }

  Devices devices() {
    return () ->
        Stream.concat(machine.devices().stream().map(this::status), Stream.of(software())).toList();
  }

  /** The processor is one more: its encoders are as busy as it is. */
  private Devices.Status software() {
    Optional<Double> load = cpu;
    Optional<SoftwareUse.Memory> memory = SoftwareUse.memory();
    return new Devices.Status(
        SOFTWARE,
        "Software, " + Runtime.getRuntime().availableProcessors() + " processors",
        "cpu",
        Devices.State.READY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        load,
        memory.map(SoftwareUse.Memory::total),
        memory.map(SoftwareUse.Memory::used),
        Optional.empty(),
        Optional.empty(),
        sessions(desk.ledger().leases().stream().filter(lease -> lease.gpu().isEmpty()).toList()));
  }

  private static List<Devices.Session> sessions(List<Lease> leases) {
    return leases.stream()
        .map(lease ->
            new Devices.Session(engine(lease), lease.what(), Optional.of(lease.holder().job())))
        .toList();
  }

  /** What a GPU decodes is leased apart from what it encodes. */
  private static String engine(Lease lease) {
    if (lease.gpu().isEmpty()) {
      return "processor";
    }
    return lease.load().of(Dimension.DECODER) > 0 ? "decoder" : "encoder";
  }

  /** For metrics: 0 healthy, 1 held back by heat or power, 3 lost. */
  static int verdict(GpuSample sample) {
    if (!sample.isUp()) {
      return 3;
    }
    boolean throttled =
        sample.health().reasons().toOptional().orElse(List.of()).stream()
            .anyMatch(ClockReason::isThrottle);
    return throttled ? 1 : 0;
  }

  /** Called every second: the load is that of the time between two looks. */
  void look() {
    cpu = SoftwareUse.cpu();
  }

  private Devices.Status status(Device device) {
    String key = device.identity().key();
    Optional<GpuSample> sample = machine.sample(device);
    Optional<String> fault = sample.flatMap(GpuSample::fault);
    boolean drained = machine.drained().contains(key);
    Optional<String> degraded = Optional.ofNullable(machine.degraded().get(key));
    List<Lease> held = desk.ledger().leases().stream().filter(on(key)).toList();
    Devices.State state =
        fault.isPresent()
            ? Devices.State.LOST
            : drained
                ? held.isEmpty() ? Devices.State.DRAINED : Devices.State.DRAINING
                : degraded.isPresent() ? Devices.State.DEGRADED : unread(key, sample);
    return new Devices.Status(
        key,
        device.identity().name(),
        device.identity().vendor().label(),
        state,
        fault
            .map(each -> "it answers no more (" + each + "); " + LOST_MEANS)
            .or(() -> drained ? Optional.of("asked for") : degraded)
            .or(() ->
                state == Devices.State.LOST
                    ? Optional.of("it is not among the GPUs that are read any more; " + LOST_MEANS)
                    : failedTrials(device)),
        percent(sample, Dimension.ENCODER),
        percent(sample, Dimension.DECODER),
        percent(sample, Dimension.SHADERS),
        sample.flatMap(each -> each.memory().total().toOptional()),
        sample.flatMap(each -> each.memory().used().toOptional()),
        sample.flatMap(each -> each.thermal().gpu().toOptional()).map(Integer::doubleValue),
        sample.flatMap(each -> each.power().draw().toOptional()),
        sessions(held));
  }

  /** What it does not do, as trials of it failed, with when it is tried again. */
  private static Optional<String> failedTrials(Device device) {
    return Optional.of(
            device.capabilities().stream()
                .flatMap(each ->
                    each.failure().stream()
                        .map(why ->
                            "%s %s through %s: %s"
                                .formatted(
                                    each.direction() == Direction.ENCODE
                                        ? "encodes no"
                                        : "decodes no",
                                    each.codec(),
                                    each.api().label(),
                                    why)))
                .distinct()
                .collect(Collectors.joining("; ")))
        .filter(text -> !text.isEmpty());
  }

  private Devices.State unread(String key, Optional<GpuSample> sample) {
    if (sample.isPresent()) {
      return Devices.State.READY;
    }
    return machine.lost().contains(key) ? Devices.State.LOST : Devices.State.UNKNOWN;
  }

  private static java.util.function.Predicate<Lease> on(String gpu) {
    return lease -> lease.gpu().filter(gpu::equals).isPresent();
  }

  private static Optional<Double> percent(Optional<GpuSample> sample, Dimension dimension) {
    return sample
        .flatMap(each -> LocalMachine.load(each, dimension).toOptional())
        .map(Integer::doubleValue);
  }
}
