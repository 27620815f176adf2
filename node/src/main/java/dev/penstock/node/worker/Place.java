package dev.penstock.node.worker;

import dev.penstock.node.JobId;
import java.util.List;
import java.util.Optional;

/**
 * Whose a worker is, and what it works on.
 *
 * @param gpus that it sees; none for software
 * @param alone the job that it is for and no other; empty where jobs share it
 */
public record Place(String tenant, List<Gpu> gpus, Optional<JobId> alone) {
  public Place {
    gpus = List.copyOf(gpus);
  }

  /** One that jobs share. */
  public Place(String tenant, List<Gpu> gpus) {
    this(tenant, gpus, Optional.empty());
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

  /** The same for one job: what befalls it there befalls no other. */
  public Place aloneFor(JobId job) {
    return new Place(tenant, gpus, Optional.of(job));
  }

  public boolean isSoftware() {
    return gpus.isEmpty();
  }

  @Override
  public String toString() {
    return tenant
        + " on "
        + (isSoftware() ? "software" : String.join("+", gpus.stream().map(Gpu::key).toList()))
        + alone.map(job -> ", alone for " + job).orElse("");
  }
}
