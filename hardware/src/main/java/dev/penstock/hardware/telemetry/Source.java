package dev.penstock.hardware.telemetry;

import dev.penstock.model.Reading;
import java.time.Instant;
import java.util.List;

/** One interface to GPUs. Belongs to one thread; never throws for what a machine lacks. */
public interface Source extends AutoCloseable {
  /** All its GPUs, now. Returns within the source's deadline. */
  Answer read(Instant now);

  /** Whether loads are differences, so that the first reading has none. */
  default boolean needsTwoReadings() {
    return false;
  }

  @Override
  void close();

  /**
   * What a source had to say.
   *
   * @param name of the interface
   * @param state its version or devices; or why there is nothing from it
   */
  record Answer(String name, Reading<String> state, List<GpuSample> gpus) {
    public Answer {
      gpus = List.copyOf(gpus);
    }
  }
}
