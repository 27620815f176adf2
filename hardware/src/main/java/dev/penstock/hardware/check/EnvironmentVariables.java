package dev.penstock.hardware.check;

import dev.penstock.hardware.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment variables that drivers, loaders and container runtimes go by. Others are left
 * alone: an environment holds secrets, and what is read ends up in support bundles.
 */
public final class EnvironmentVariables implements Probe<EnvironmentVariables.Values> {
  static final List<String> NAMES =
      List.of(
          "container",
          "CUDA_VISIBLE_DEVICES",
          "DP_DISABLE_HEALTHCHECKS",
          "KUBERNETES_SERVICE_HOST",
          "LD_LIBRARY_PATH",
          "LIBVA_DRIVER_NAME",
          "LIBVA_DRIVERS_PATH",
          "NVIDIA_DRIVER_CAPABILITIES",
          "NVIDIA_VISIBLE_DEVICES");

  /** Those that are set. */
  public record Values(Map<String, String> values) {}

  @Override
  public Values ask(String argument) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = System.getenv(name);
      if (value != null) {
        // The address of a cluster's API is nobody's business; that there is one, is.
        values.put(name, name.equals("KUBERNETES_SERVICE_HOST") ? "set" : value);
      }
    }
    return new Values(values);
  }
}
