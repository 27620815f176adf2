package dev.penstock.node.worker;

import dev.penstock.model.Device;
import dev.penstock.model.GpuLoad;
import dev.penstock.model.Verification;
import dev.penstock.node.http.Roots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a worker is to work on a job, beside what its spec says.
 *
 * @param folder where paths of the spec start; empty for a spec whose paths are whole
 * @param devices keys of the GPUs that may be used, as of {@link
 *     dev.penstock.model.Device.Identity#key}; none for software, empty for all of the machine
 * @param lanes how many segments are worked on at once; empty for what the machine has
 * @param work where finished segments are kept; empty for beside the output
 * @param cache of results
 * @param cacheBytes that it may hold
 * @param overwrite whether the output may be there
 * @param timeout of each read of the input
 * @param patience after which a GPU is taken to hang; empty for the usual one
 * @param machine what the daemon knows of the GPUs; empty for what the worker finds itself
 * @param measuring keys of the GPUs that planning may encode on, none for the processor; empty for
 *     all that may be used
 * @param roots that files have to lie in when they are opened, whatever they were when the job was
 *     submitted; empty for wherever the user may
 * @param decoding whether GPUs may decode; where not, those that encode still do
 */
public record Setting(
    Optional<Path> folder,
    Optional<List<String>> devices,
    OptionalInt lanes,
    Optional<Path> work,
    Optional<Path> cache,
    OptionalLong cacheBytes,
    boolean overwrite,
    Verification.Level verify,
    Duration timeout,
    Optional<Duration> patience,
    Optional<Gpus> machine,
    Optional<List<String>> measuring,
    Optional<Roots> roots,
    boolean decoding) {
  public Setting {
    devices = devices.map(List::copyOf);
    measuring = measuring.map(List::copyOf);
  }

  /**
   * The GPUs of a machine.
   *
   * @param loads what they are busy with; of those that answer
   */
  public record Gpus(List<Device> devices, List<GpuLoad> loads) {
    public Gpus {
      devices = List.copyOf(devices);
      loads = List.copyOf(loads);
    }
  }

  /** As {@code penstock run} does without options. */
  public static Setting standard() {
    return new Setting(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        false,
        Verification.Level.STRUCTURE,
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        /* decoding= */ true);
  }

  /** The same on these GPUs alone. */
  public Setting on(List<String> keys) {
    return with(Optional.of(keys), lanes, work, machine, measuring, roots);
  }

  /** The same where GPUs may decode, or may not. */
  public Setting decoding(boolean wanted) {
    return new Setting(
        folder,
        devices,
        lanes,
        work,
        cache,
        cacheBytes,
        overwrite,
        verify,
        timeout,
        patience,
        machine,
        measuring,
        roots,
        wanted);
  }

  /** The same for files in these folders. */
  public Setting within(Roots folders) {
    return with(devices, lanes, work, machine, measuring, Optional.of(folders));
  }

  /** The same on a machine with these GPUs. */
  public Setting knowing(Gpus gpus) {
    return with(devices, lanes, work, Optional.of(gpus), measuring, roots);
  }

  /** The same where planning encodes on these GPUs alone. */
  public Setting measuringOn(List<String> keys) {
    return with(devices, lanes, work, machine, Optional.of(keys), roots);
  }

  /** The same with so many lanes. */
  public Setting inLanes(int wanted) {
    return with(OptionalInt.of(wanted), work);
  }

  /** The same with so many lanes, and segments kept there. */
  public Setting with(OptionalInt wanted, Optional<Path> kept) {
    return with(devices, wanted, kept, machine, measuring, roots);
  }

  private Setting with(
      Optional<List<String>> on,
      OptionalInt wanted,
      Optional<Path> kept,
      Optional<Gpus> known,
      Optional<List<String>> measured,
      Optional<Roots> within) {
    return new Setting(
        folder,
        on,
        wanted,
        kept,
        cache,
        cacheBytes,
        overwrite,
        verify,
        timeout,
        patience,
        known,
        measured,
        within,
        decoding);
  }
}
