package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.EnvironmentVariables.Values;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Set;

/** Whether a container was given what encoding needs. */
record ContainerCapabilities() implements Check {
  private static final String VARIABLE = "NVIDIA_DRIVER_CAPABILITIES";
  private static final String LOST = "NVENC does not start: Cannot load libnvidia-encode.so.1.";

  @Override
  public String id() {
    return "c.caps";
  }

  @Override
  public Group group() {
    return Group.CONTAINER;
  }

  @Override
  public String title() {
    return "driver capabilities of the container";
  }

  @Override
  public String rule() {
    return "In a container with NVIDIA GPUs, NVIDIA_DRIVER_CAPABILITIES contains video or all:"
        + " by default the toolkit gives it utility and compute, and libnvidia-encode is not"
        + " put into the container. When the library is there all the same, nothing is wrong.";
  }

  @Override
  public String source() {
    return "NVIDIA Container Toolkit, Specialized Configurations with Docker, Driver"
        + " Capabilities";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Place.and(DriverLibraries.files()));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return DriverLibraries.PROBES;
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Place.isContainer(machine)) {
      return List.of(Found.by(this).skip("this is no container"));
    }
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    Reading<Values> environment = machine.answer(EnvironmentVariables.class, Values.class);
    if (!(environment instanceof Reading.Present<Values>(Values values, String _))) {
      return List.of(
          Found.by(this).seen(environment).unknown("the environment could not be read", ""));
    }
    String capabilities = values.values().getOrDefault(VARIABLE, "");
    Found found =
        Found.by(this).seen(VARIABLE, capabilities.isEmpty() ? "is not set" : capabilities);
    if (!DriverLibraries.wereLookedFor(machine)) {
      return List.of(found.unknown("the folders of libraries were not looked at", ""));
    }
    boolean computes = DriverLibraries.has(machine, "libcuda");
    if (DriverLibraries.has(machine, "libnvidia-encode")) {
      return List.of(found.pass("libnvidia-encode is in the container"));
    }
    if (List.of(capabilities.split(",", -1)).stream()
        .map(String::strip)
        .anyMatch(each -> each.equals("video") || each.equals("all"))) {
      return List.of(
          found
              .remedy(
                  Remedy.byHand(
                      "Install libnvidia-encode on the host, in the version of its driver, and start"
                          + " the container anew."))
              .fail("video was asked for, and the host has no libnvidia-encode", LOST));
    }
    return List.of(
        found
            .remedy(
                Remedy.byHand(
                    "Start the container with -e NVIDIA_DRIVER_CAPABILITIES=compute,video,utility,"
                        + " or put that variable into its image or pod."))
            .fail(
                (computes
                        ? "libcuda is in the container and libnvidia-encode is not"
                        : "the container was given no libraries of the driver")
                    + ": "
                    + (capabilities.isEmpty()
                        ? VARIABLE + " is not set"
                        : VARIABLE + "=" + capabilities + " lacks video"),
                LOST));
  }
}
