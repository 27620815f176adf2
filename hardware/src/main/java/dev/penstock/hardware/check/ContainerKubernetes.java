package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.EnvironmentVariables.Values;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import java.util.List;

/** What Kubernetes itself does about faults. */
record ContainerKubernetes() implements Check {

  @Override
  public String id() {
    return "c.k8s";
  }

  @Override
  public Group group() {
    return Group.CONTAINER;
  }

  @Override
  public String title() {
    return "health in Kubernetes";
  }

  @Override
  public String rule() {
    return "In a pod it is told that NVIDIA's device plugin takes a GPU out at most Xid"
        + " errors, but not at 13, 31, 43, 45, 68 and 109, which it takes for faults of"
        + " applications, and at none when DP_DISABLE_HEALTHCHECKS says so.";
  }

  @Override
  public String source() {
    return "README of NVIDIA/k8s-device-plugin and internal/rm/health.go there";
  }

  @Override
  public List<Wanted> files() {
    return Place.and(List.of());
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(EnvironmentVariables.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<Values> environment = machine.answer(EnvironmentVariables.class, Values.class);
    if (!(environment instanceof Reading.Present<Values>(Values values, String _))) {
      return List.of(
          Found.by(this).seen(environment).unknown("the environment could not be read", ""));
    }
    if (!values.values().containsKey("KUBERNETES_SERVICE_HOST")) {
      return List.of(Found.by(this).skip("this is no pod of Kubernetes"));
    }
    String off = values.values().getOrDefault("DP_DISABLE_HEALTHCHECKS", "");
    Found found =
        Found.by(this).seen("DP_DISABLE_HEALTHCHECKS", off.isEmpty() ? "is not set" : off);
    return List.of(
        found.pass(
            "a pod; the device plugin takes a GPU out at an Xid other than 13, 31, 43, 45, 68, 109"
                + (off.isEmpty() ? "" : ", except for " + off)));
  }
}
