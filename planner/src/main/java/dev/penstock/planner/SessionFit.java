package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Reading;
import dev.penstock.model.Stage;
import java.util.List;
import java.util.Optional;

/**
 * Whether what is encoded at once fits what a driver opens at once: of NVENC on consumer cards, a
 * number for all GPUs of a machine together.
 */
final class SessionFit {
  private SessionFit() {}

  /** Whether an interface to a device is known to open any number of encoders. */
  static boolean unlimited(Api api, Device device) {
    return api != Api.NVENC
        || (device.sessionLimit() instanceof Reading.Absent<Integer> absent
            && absent.why() == Reading.Why.UNSUPPORTED);
  }

  /** The planning, refused when not even one piece of it has its sessions at once. */
  static Planning checked(Route route, Planning planning) {
    if (!(planning instanceof Planning.Planned planned) || !route.encodes()) {
      return planning;
    }
    int needed = sessions(planned.plan());
    return limit(route)
        .filter(most -> needed > most)
        .<Planning>map(most -> new Planning.Refused(List.of(refusal(route, needed, most))))
        .orElse(planning);
  }

  /** The GPUs are alike, and have one limit together. */
  private static Optional<Integer> limit(Route route) {
    return route.api() == Api.NVENC
        ? route.devices().stream().flatMap(d -> d.sessionLimit().toOptional().stream()).findFirst()
        : Optional.empty();
  }

  /** Each piece encodes all tracks of pictures. */
  private static int sessions(Plan plan) {
    return (int) plan.tracks().stream().filter(Plan.EncodeVideo.class::isInstance).count();
  }

  private static Failure refusal(Route route, int needed, int most) {
    return new Failure.Unsupported(
        new Failure.Diagnosis(
            route.who(),
            Stage.PLAN,
            "opens " + most + " encode sessions at once, and this takes " + needed,
            "its driver limits them, for all such GPUs of a machine together",
            "make fewer rungs at once, or use a GPU without a limit"));
  }
}
