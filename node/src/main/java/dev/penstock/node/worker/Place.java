package dev.penstock.node.worker;

import java.util.List;
import java.util.Optional;

/**
 * Whose a worker is, and what it works on.
 *
 * @param gpus that it sees; none for software
 */
public record Place(String tenant, List<Gpu> gpus) {
  public Place {
    gpus = List.copyOf(gpus);
  }

  /**
   * A GPU.
   *
   * @param key as of {@link dev.penstock.model.Device.Identity#key}
   * @param uuid as its driver names it, where it does
   */
  public record Gpu(String key, Optional<String> uuid) {}

  public static Place software(String tenant) {
    return new Place(tenant, List.of());
  }

  public boolean isSoftware() {
    return gpus.isEmpty();
  }

  @Override
  public String toString() {
    return tenant
        + " on "
        + (isSoftware() ? "software" : String.join("+", gpus.stream().map(Gpu::key).toList()));
  }
}
