package dev.penstock.hardware.telemetry;

import dev.penstock.model.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One GPU at one moment.
 *
 * @param engines those the GPU's interface speaks of, each with its load
 * @param sessions of its encoders, of all processes
 * @param fault the answer that shows that the GPU is lost or needs a reset, when one did
 */
public record GpuSample(
    GpuId id,
    List<EngineLoad> engines,
    Reading<List<EncoderSession>> sessions,
    Reading<List<GpuProcess>> processes,
    Memory memory,
    Bus bus,
    Thermal thermal,
    Power power,
    Clocks clocks,
    Health health,
    Optional<String> fault) {
  /** How NVML's NVML_ERROR_RESET_REQUIRED ends when it is told. */
  private static final String RESET_REQUIRED = "(16)";

  public GpuSample {
    engines = List.copyOf(engines);
  }

  /** The load of an engine; absent too when the GPU's interface does not speak of it. */
  public Reading<Integer> load(Engine engine) {
    return engines.stream()
        .filter(load -> load.engine() == engine)
        .map(EngineLoad::percent)
        .findFirst()
        .orElseGet(() -> Reading.absent(Reading.Why.UNSUPPORTED, id.key(), "no such engine"));
  }

  /** Whether it answers and is not lost; other readings of one that is not up mean nothing. */
  public boolean isUp() {
    return fault.isEmpty() && hung().isEmpty();
  }

  /** Whether its fault is that it is gone, rather than that it needs a reset. */
  public boolean isLost() {
    return fault.filter(answer -> !answer.endsWith(RESET_REQUIRED)).isPresent();
  }

  /** That it does not answer, when it does not, as the driver's interface was asked. */
  public Optional<Reading.Absent<?>> hung() {
    return engines.stream()
        .map(EngineLoad::percent)
        .filter(reading ->
            reading instanceof Reading.Absent<?>(Reading.Why why, String _, String _)
                && why == Reading.Why.HUNG)
        .<Reading.Absent<?>>map(reading -> (Reading.Absent<?>) reading)
        .findFirst();
  }

  public enum Vendor {
    NVIDIA,
    AMD,
    INTEL
  }

  /**
   * Who it is.
   *
   * @param index among the GPUs of its source, from 0; may change when a GPU falls off the bus
   * @param pci the full address in lower case, such as {@code 0000:21:00.0}
   */
  public record GpuId(
      Vendor vendor, int index, Reading<String> name, Reading<String> uuid, Reading<String> pci) {
    /** What names it for good: its UUID, else its PCI address, else its place in the list. */
    public String key() {
      return uuid.toOptional()
          .or(pci::toOptional)
          .orElseGet(() -> vendor.name().toLowerCase(Locale.ROOT) + index);
    }
  }

  /**
   * How busy an engine was, over the time the driver averages, or since the last sample. With
   * several engines of a kind it is their average.
   *
   * @param percent of the time, 0 to 100
   */
  public record EngineLoad(Engine engine, Reading<Integer> percent) {}

  /**
   * A running encode.
   *
   * @param process its name, where it could be read
   * @param codec {@code h264}, {@code hevc}, {@code av1}, or the driver's number of another
   * @param fps moving average
   * @param latency of one picture, moving average
   */
  public record EncoderSession(
      long id,
      long pid,
      Optional<String> process,
      String codec,
      int width,
      int height,
      int fps,
      Duration latency) {}

  /**
   * A process that has the GPU open.
   *
   * @param pid as the kernel's first namespace counts; another one in a container
   * @param memory of the GPU in bytes
   */
  public record GpuProcess(
      long pid, Reading<String> name, Reading<Long> memory, Reading<List<EngineLoad>> engines) {}

  /** Bytes. BAR1 is the window through which the CPU sees the GPU's memory. */
  public record Memory(
      Reading<Long> total,
      Reading<Long> used,
      Reading<Long> free,
      Reading<Long> bar1Total,
      Reading<Long> bar1Used) {}

  /**
   * The link to the host.
   *
   * @param generation of PCI Express, now: links slow down when idle
   * @param width lanes, now
   * @param sent bytes per second to the host
   * @param received bytes per second from the host
   * @param replays packets that had to be sent again since the driver was loaded
   */
  public record Bus(
      Reading<Integer> generation,
      Reading<Integer> width,
      Reading<Long> sent,
      Reading<Long> received,
      Reading<Long> replays) {}

  /**
   * Degrees Celsius.
   *
   * @param slowdown where the hardware slows itself down
   * @param shutdown where it switches itself off
   * @param margin how much is left until the driver slows it down
   * @param memoryMax the highest that is allowed for its memory
   */
  public record Thermal(
      Reading<Integer> gpu,
      Reading<Integer> memory,
      Reading<Integer> slowdown,
      Reading<Integer> shutdown,
      Reading<Integer> margin,
      Reading<Integer> memoryMax) {}

  /** Watts, and joules since the driver was loaded. */
  public record Power(Reading<Double> draw, Reading<Double> limit, Reading<Double> energy) {}

  /**
   * MHz.
   *
   * @param state the performance state, from {@code P0}, the fastest, to {@code P15}
   */
  public record Clocks(
      Reading<Integer> graphics,
      Reading<Integer> sm,
      Reading<Integer> memory,
      Reading<Integer> video,
      Reading<String> state) {}

  /**
   * What is wrong or holds it back.
   *
   * @param reasons why its clocks are not higher
   * @param eccCorrected memory errors since the driver was loaded
   * @param recovery what the driver says must be done
   * @param remapPending whether a reset will put bad memory out of use
   * @param remapFailure whether bad memory could not be put out of use
   */
  public record Health(
      Reading<List<ClockReason>> reasons,
      Reading<Long> eccCorrected,
      Reading<Long> eccUncorrected,
      Reading<RecoveryAction> recovery,
      Reading<Boolean> remapPending,
      Reading<Boolean> remapFailure) {}
}
