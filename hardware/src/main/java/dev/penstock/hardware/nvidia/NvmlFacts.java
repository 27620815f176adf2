package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Everything NVML says about a machine, read once. */
public record NvmlFacts(NvmlSystem system, List<Gpu> gpus) {
  public NvmlFacts {
    gpus = List.copyOf(gpus);
  }

  /**
   * Reads this machine's. Returns when every GPU has answered or the deadline has passed twice;
   * calls that hang are left behind on daemon threads.
   */
  public static NvmlFacts read() {
    return read(NvmlLibrary.wanted(), Path.of("/"), InstantSource.system(), NvmlSource.DEADLINE);
  }

  /**
   * As {@link #read()}.
   *
   * @param library a path, or a name for the dynamic linker
   * @param root the root directory under which {@code proc} is, for names of processes
   * @param deadline for opening NVML, and for who a GPU is, and for the rest
   */
  public static NvmlFacts read(String library, Path root, InstantSource clock, Duration deadline) {
    return NvmlFactsReader.read(library, root, clock, deadline);
  }

  /**
   * The driver.
   *
   * @param library that was loaded
   * @param init the return code of {@code nvmlInitWithFlags}: 0 when it succeeded, 9 without a
   *     driver, 18 when the driver and the library are of different versions
   * @param cuda the newest CUDA version it serves, such as {@code 12.8}
   * @param gpus how many it counts
   */
  public record NvmlSystem(
      Reading<String> library,
      Reading<Integer> init,
      Reading<String> driver,
      Reading<String> nvml,
      Reading<String> cuda,
      Reading<Integer> gpus) {}

  /**
   * One GPU.
   *
   * @param index NVML's, which changes when a GPU falls off the bus
   * @param engines with their loads
   * @param sessions of its encoders
   * @param recovery what the driver says must be done
   * @param inforomValid whether its non-volatile records are sound
   * @param fault the answer that shows that it is lost or needs a reset, when one did
   */
  public record Gpu(
      int index,
      Identity identity,
      Pcie pcie,
      Reading<Vram> memory,
      Reading<Bar1> bar1,
      List<EngineLoad> engines,
      Reading<List<EncoderSession>> sessions,
      Reading<List<GpuProcess>> processes,
      Thermal thermal,
      Power power,
      Clocks clocks,
      Reading<List<ClockReason>> reasons,
      Ecc ecc,
      RetiredPages retiredPages,
      Reading<RemappedRows> remappedRows,
      Reading<RowHistogram> rowHistogram,
      Modes modes,
      Reading<RecoveryAction> recovery,
      Reading<Boolean> inforomValid,
      Optional<String> fault) {
    public Gpu {
      engines = List.copyOf(engines);
    }
  }

  /**
   * Who it is.
   *
   * @param brand NVML's, such as {@code geforce}, {@code tesla}, {@code nvidia_rtx}
   * @param pci the full address in lower case
   * @param ids vendor and device, such as {@code 10de:26b9}
   * @param subsystem the same of the board
   * @param minor the number of {@code /dev/nvidiaN}
   * @param gsp the version of the firmware of its system processor
   * @param gspEnabled whether that firmware runs it
   */
  public record Identity(
      Reading<String> name,
      Reading<String> brand,
      Reading<String> uuid,
      Reading<String> serial,
      Reading<String> pci,
      Reading<String> ids,
      Reading<String> subsystem,
      Reading<Integer> minor,
      Reading<String> vbios,
      Reading<String> inforom,
      Reading<String> architecture,
      Reading<Integer> numaNode,
      Reading<String> gsp,
      Reading<Boolean> gspEnabled) {}

  /**
   * Its link.
   *
   * @param generation now; an idle link slows down
   * @param maxGeneration that this GPU and this slot allow together
   * @param gpuMaxGeneration that the GPU alone allows
   * @param replays packets sent again since the driver was loaded
   */
  public record Pcie(
      Reading<Integer> generation,
      Reading<Integer> maxGeneration,
      Reading<Integer> gpuMaxGeneration,
      Reading<Integer> width,
      Reading<Integer> maxWidth,
      Reading<Long> replays) {}

  /** Bytes of its memory; reserved ones belong to the driver. */
  public record Vram(long total, long reserved, long free, long used) {}

  /** Bytes of the window through which the CPU sees its memory. */
  public record Bar1(long total, long free, long used) {}

  /**
   * Degrees Celsius.
   *
   * @param margin until the driver slows it down; zero and less is junk on GPUs up to Hopper
   * @param shutdownMargin the margin at which it switches itself off; Ada and later
   * @param slowdownMargin the margin at which the hardware slows down; Ada and later
   * @param fan percent of its full speed
   */
  public record Thermal(
      Reading<Integer> gpu,
      Reading<Integer> memory,
      Reading<Integer> margin,
      Reading<Integer> shutdown,
      Reading<Integer> slowdown,
      Reading<Integer> memoryMax,
      Reading<Integer> gpuMax,
      Reading<Integer> shutdownMargin,
      Reading<Integer> slowdownMargin,
      Reading<Integer> fan) {}

  /**
   * Milliwatts; {@code energy} in millijoules since the driver was loaded.
   *
   * @param draw over the last second from Ampere on, now before
   * @param instant now
   * @param enforced the lowest of all limits
   * @param source {@code ac}, {@code battery}, or {@code undersized}
   */
  public record Power(
      Reading<Long> draw,
      Reading<Long> instant,
      Reading<Long> enforced,
      Reading<Long> limit,
      Reading<Long> defaultLimit,
      Reading<Long> minLimit,
      Reading<Long> maxLimit,
      Reading<Long> energy,
      Reading<String> source) {}

  /** MHz; {@code state} from {@code P0}, the fastest, to {@code P15}. */
  public record Clocks(
      Reading<Integer> graphics,
      Reading<Integer> sm,
      Reading<Integer> memory,
      Reading<Integer> video,
      Reading<Integer> maxGraphics,
      Reading<Integer> maxSm,
      Reading<Integer> maxMemory,
      Reading<Integer> maxVideo,
      Reading<String> state) {}

  /**
   * Error correction of its memories.
   *
   * @param pending whether it will be on after the next boot
   * @param corrected since the driver was loaded
   * @param correctedEver in its whole life
   * @param sramThresholdExceeded whether NVIDIA would replace it; only root may ask
   */
  public record Ecc(
      Reading<Boolean> enabled,
      Reading<Boolean> pending,
      Reading<Long> corrected,
      Reading<Long> uncorrected,
      Reading<Long> correctedEver,
      Reading<Long> uncorrectedEver,
      Reading<Boolean> sramThresholdExceeded) {}

  /**
   * Pages out of use, up to Volta.
   *
   * @param singleBit for several errors that could be corrected
   * @param doubleBit for one that could not
   * @param pending whether more follow after the next boot
   */
  public record RetiredPages(
      Reading<Long> singleBit, Reading<Long> doubleBit, Reading<Boolean> pending) {}

  /**
   * Rows out of use, from Ampere on.
   *
   * @param pending whether more follow after a reset
   * @param failure whether one could not be replaced
   */
  public record RemappedRows(long corrected, long uncorrected, boolean pending, boolean failure) {}

  /** Banks by how many spare rows they have left, from all to none. */
  public record RowHistogram(long max, long high, long partial, long low, long none) {}

  /**
   * How it is set up.
   *
   * @param compute {@code default}, {@code exclusive_thread}, {@code prohibited} or {@code
   *     exclusive_process}
   * @param virtualization {@code none}, {@code passthrough}, {@code vgpu}, {@code host_vgpu} or
   *     {@code host_vsga}
   */
  public record Modes(
      Reading<Boolean> mig,
      Reading<Boolean> migPending,
      Reading<String> compute,
      Reading<Boolean> persistence,
      Reading<String> virtualization,
      Reading<List<License>> licenses) {}

  /** A feature of NVIDIA's vGPU software. */
  public record License(String product, boolean enabled, boolean licensed) {}
}
