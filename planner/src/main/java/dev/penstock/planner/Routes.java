package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.JobSpec.Hardware;
import dev.penstock.model.JobSpec.Hardware.Use;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Planning;
import dev.penstock.model.Receipt;
import dev.penstock.model.Receipt.Decision;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the best way of the pictures through the GPUs of a machine: plans the job for each way,
 * best first, and takes the first that can be done. Those that can be done too are what is fallen
 * back to when GPUs fail on the way; why the others cannot stands in the receipt.
 */
final class Routes {
  private static final String SUBJECT = "hardware";

  private final Hardware asked;
  private final List<Device> devices;
  private final Function<Route, Planning> planning;
  private final List<Rejected> dropped = new ArrayList<>();
  private final List<Tried> able = new ArrayList<>();

  private record Tried(Route route, Planning.Planned planned) {}

  private Routes(Hardware asked, List<Device> devices, Function<Route, Planning> planning) {
    this.asked = asked;
    this.devices = devices;
    this.planning = planning;
  }

  /**
   * Plans by the best route.
   *
   * @param planning plans the whole job for a route; refusals say why the route cannot be taken
   */
  static Planning plan(Hardware asked, List<Device> devices, Function<Route, Planning> planning) {
    return new Routes(asked, devices, planning).plan();
  }

  /** The best route whose encoders are those of GPUs, if there is one. */
  static Optional<Route> encoding(
      Hardware asked, List<Device> devices, Function<Route, Planning> planning) {
    Routes routes = new Routes(asked, devices, planning);
    if (asked.use() != Use.OFF) {
      List<Device> named = devices.stream().filter(routes::isNamed).toList();
      routes.of(named).stream().filter(Route::encodes).forEach(routes::attempt);
    }
    return routes.able.stream().map(Tried::route).findFirst();
  }

  private Planning plan() {
    Planning software = planning.apply(Route.SOFTWARE);
    boolean needless =
        software instanceof Planning.Planned planned && !encodesPictures(planned.plan());
    if (needless) {
      return software;
    }
    if (asked.use() == Use.OFF) {
      return decided(software, "--hardware off asks for it");
    }
    List<Device> named = devices.stream().filter(this::isNamed).toList();
    if (named.isEmpty() && asked.device().isPresent()) {
      return new Planning.Refused(List.of(noSuchDevice()));
    }
    of(named).forEach(this::attempt);
    return able.isEmpty() ? without(software, named) : best(software);
  }

  private static boolean encodesPictures(Plan plan) {
    return plan.tracks().stream().anyMatch(Plan.EncodeVideo.class::isInstance);
  }

  // ---- which ways there are

  private boolean isNamed(Device device) {
    if (asked.device().isEmpty()) {
      return true;
    }
    String wanted = asked.device().get().toLowerCase(Locale.ROOT);
    Device.Identity who = device.identity();
    return who.uuid().filter(uuid -> uuid.toLowerCase(Locale.ROOT).equals(wanted)).isPresent()
        || who.pci().filter(pci -> pci.equals(wanted) || pci.endsWith(":" + wanted)).isPresent()
        || who.name().toLowerCase(Locale.ROOT).contains(wanted);
  }

  /** By interface; of each, full GPU before the processor's decoding. Those that encode first. */
  private List<Route> of(List<Device> named) {
    List<Route> routes = new ArrayList<>();
    List<Route> decoding = new ArrayList<>();
    for (Api api : Api.values()) {
      if (asked.api().isPresent() && asked.api().get() != api) {
        continue;
      }
      for (List<Device> alike : alike(named, Direction.ENCODE, api)) {
        if (api != Api.AMF) {
          routes.add(new Route(Tier.FULL_GPU, api, alike, least()));
        }
        routes.add(new Route(Tier.GPU_ENCODE, api, alike, least()));
      }
      if (asked.use() != Use.REQUIRE && asked.api().isEmpty() && api != Api.VULKAN) {
        alike(named, Direction.DECODE, api)
            .forEach(alike -> decoding.add(new Route(Tier.GPU_DECODE, api, alike, least())));
      }
    }
    routes.addAll(decoding);
    return routes;
  }

  private Evidence least() {
    return asked.use() == Use.AUTO ? Evidence.PROVED : Evidence.DECLARED;
  }

  /**
   * Devices of one kind that do the same through an interface, the most engines first. Only they
   * may work on one output: the parameter sets that others write may differ.
   */
  private static List<List<Device>> alike(List<Device> devices, Direction direction, Api api) {
    Map<List<Object>, List<Device>> groups = new LinkedHashMap<>();
    for (Device device : devices) {
      List<List<Object>> able =
          device.capabilities().stream()
              .filter(each -> each.direction() == direction && each.api() == api)
              .map(Routes::traits)
              .toList();
      if (!able.isEmpty()) {
        groups
            .computeIfAbsent(List.of(device.identity().name(), able), _ -> new ArrayList<>())
            .add(device);
      }
    }
    return groups.values().stream()
        .sorted(Comparator.comparingInt(Routes::engines).reversed())
        .toList();
  }

  /** All but what says so. */
  private static List<Object> traits(Capability of) {
    return List.of(
        of.codec(),
        of.profiles(),
        of.formats(),
        of.minSize(),
        of.maxSize(),
        of.bFrames(),
        of.features(),
        of.lossless(),
        of.lookAhead(),
        of.temporalAq(),
        of.weightedPrediction(),
        of.failure(),
        of.evidence());
  }

  private static int engines(List<Device> alike) {
    return alike.stream()
        .mapToInt(device -> device.engines().encoders().toOptional().orElse(1))
        .sum();
  }

  // ---- trying them

  private void attempt(Route route) {
    switch (SessionFit.checked(route, planning.apply(route))) {
      case Planning.Planned planned -> able.add(new Tried(route, planned));
      case Planning.Refused(List<Failure> reasons) ->
          dropped.add(
              new Rejected(
                  route.toString(),
                  reasons.stream()
                      .map(reason -> reason.diagnosis().problem())
                      .distinct()
                      .collect(Collectors.joining("; "))));
    }
  }

  private Planning best(Planning software) {
    Tried best = able.getFirst();
    List<Planning.Fallback> fallbacks = new ArrayList<>();
    for (Tried other : able.subList(1, able.size())) {
      dropped.add(new Rejected(other.route().toString(), "ranks behind"));
      fallbacks.add(new Planning.Fallback(other.planned().plan(), other.route().toString()));
    }
    if (asked.use() != Use.REQUIRE) {
      dropped.add(new Rejected(Tier.SOFTWARE.label(), "ranks behind"));
      if (software instanceof Planning.Planned planned) {
        fallbacks.add(new Planning.Fallback(planned.plan(), Tier.SOFTWARE.label()));
      }
    }
    return new Planning.Planned(
        best.planned().plan(),
        decided(best.planned().receipt(), best.route().toString(), because(best.route())),
        fallbacks);
  }

  private String because(Route route) {
    String why =
        switch (asked.use()) {
          case AUTO -> "a trial on this machine proved it";
          case PREFER -> "--hardware prefer takes what the driver says";
          case REQUIRE -> "--hardware require asks for it";
          case OFF -> throw new IllegalStateException("GPUs are off");
        };
    return asked.device().map(name -> why + ", and --device names it").orElse(why)
        + (route.devices().size() > 1
            ? "; the " + route.devices().size() + " are alike, so segments may go to any"
            : "");
  }

  private Planning without(Planning software, List<Device> named) {
    if (asked.use() == Use.REQUIRE) {
      return software instanceof Planning.Refused
          ? software
          : new Planning.Refused(List.of(none()));
    }
    return named.isEmpty() ? software : decided(software, "no GPU can do it");
  }

  private Planning decided(Planning planning, String because) {
    return switch (planning) {
      case Planning.Planned(Plan plan, Receipt receipt, _) ->
          new Planning.Planned(plan, decided(receipt, Tier.SOFTWARE.label(), because));
      case Planning.Refused refused -> refused;
    };
  }

  private Receipt decided(Receipt receipt, String choice, String because) {
    List<Decision> all = new ArrayList<>();
    all.add(new Decision(SUBJECT, choice, because, dropped));
    all.addAll(receipt.decisions());
    return new Receipt(all, receipt.notes(), receipt.perTitle());
  }

  // ---- refusals

  private Failure none() {
    String cause =
        dropped.isEmpty()
            ? devices.isEmpty()
                ? "this machine has no GPU that is known to encode"
                : "none of " + names(devices) + " has an encoder" + through()
            : dropped.stream()
                .map(each -> each.candidate() + ": " + each.because())
                .collect(Collectors.joining("; "));
    return new Failure.Unsupported(
        new Failure.Diagnosis(
            "--hardware require",
            Stage.PLAN,
            "no GPU can encode this",
            cause,
            "run penstock doctor to see why, or use --hardware auto"));
  }

  private String through() {
    return asked.api().map(api -> " that " + api.label() + " reaches").orElse("");
  }

  private Failure noSuchDevice() {
    return new Failure.BadRequest(
        new Failure.Diagnosis(
            "--device " + asked.device().orElseThrow(),
            Stage.PLAN,
            "no GPU of this machine is called so",
            devices.isEmpty() ? "it has no GPU" : "it has " + names(devices),
            "run penstock devices for their names, or leave --device away"));
  }

  private static String names(List<Device> all) {
    return all.stream()
        .map(Device::identity)
        .map(who ->
            Optional.of(who.key())
                .filter(key -> !key.equals(who.name()))
                .map(key -> who.name() + " (" + key + ")")
                .orElse(who.name()))
        .collect(Collectors.joining(", "));
  }
}
