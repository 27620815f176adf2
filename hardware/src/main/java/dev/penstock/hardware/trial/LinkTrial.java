package dev.penstock.hardware.trial;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.nvidia.CudaDevices;
import dev.penstock.hardware.trial.Trial.LinkLoad;
import dev.penstock.model.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast the PCIe links of a device get while it works: copies to it on NVIDIA, trial encodes
 * elsewhere.
 */
final class LinkTrial {
  private static final Path PCI = Root.ofThisMachine().resolve(PciBus.DEVICES);
  private static final Duration LONGEST = Duration.ofMillis(1500);
  private static final Duration STEP = Duration.ofMillis(50);

  private LinkTrial() {}

  /**
   * Measures them.
   *
   * @param device a PCI address
   */
  static Trial of(String device) {
    return of(PCI, device);
  }

  static Trial of(Path pci, String device) {
    long began = System.nanoTime();
    // What is on no bus that can be seen here can only be CUDA's.
    boolean nvidia =
        Maker.of(text(pci.resolve(device), "vendor")).orElse(Maker.NVIDIA) == Maker.NVIDIA;
    AtomicBoolean more = new AtomicBoolean(true);
    CompletableFuture<Reading<String>> load =
        CompletableFuture.supplyAsync(() -> nvidia ? copied(device, more) : encoded(device, more));
    Map<String, String> speeds = new TreeMap<>();
    List<Path> ends = ends(pci, device);
    double most = ends.stream().limit(2).mapToDouble(LinkTrial::most).min().orElse(0);
    while (!load.isDone()
        && System.nanoTime() - began < LONGEST.toNanos()
        && rate(speeds.getOrDefault(device, "")) < most) {
      ends.forEach(end -> sample(end, speeds));
      LockSupport.parkNanos(STEP.toNanos());
    }
    more.set(false);
    Duration lasted = Duration.ofNanos(System.nanoTime() - began);
    return switch (load.join()) {
      case Reading.Present<String>(String what, String _) ->
          trial(device, lasted, Optional.empty(), Optional.of(new LinkLoad(what, speeds, lasted)));
      case Reading.Absent<String> absent ->
          trial(device, lasted, Optional.of(absent.text()), Optional.empty());
    };
  }

  private static Trial trial(
      String device, Duration took, Optional<String> reason, Optional<LinkLoad> link) {
    return new Trial(
        Wish.LINK, "", true, Optional.empty(), took, reason, Optional.of(device), link);
  }

  private static Reading<String> copied(String device, AtomicBoolean more) {
    return CudaDevices.copy(device, more::get).map(bytes -> bytes / 1_000_000 + " MB copied to it");
  }

  /** Until told to stop, as each alone is short. */
  private static Reading<String> encoded(String device, AtomicBoolean more) {
    String encoder = "h264_vaapi";
    int clips = 0;
    while (more.get()) {
      Optional<Trial> trial =
          Codecs.encoder(encoder).map(facts -> Trials.of(facts, Optional.of(device)));
      if (trial.isEmpty() || !trial.get().proved()) {
        return Reading.absent(
            Reading.Why.FAILED,
            encoder,
            trial.flatMap(Trial::reason).orElse("this build has no " + encoder));
      }
      clips++;
    }
    return Reading.of(clips + " clips encoded on it with " + encoder, encoder);
  }

  /** The device and the bridges above it. */
  private static List<Path> ends(Path pci, String device) {
    List<Path> ends = new ArrayList<>();
    try {
      Path at = pci.resolve(device).toRealPath();
      while (at != null && Files.exists(at.resolve("vendor"))) {
        ends.add(at);
        at = at.getParent();
      }
    } catch (IOException _) {
      // It is gone: nothing is measured.
    }
    return ends;
  }

  private static void sample(Path end, Map<String, String> speeds) {
    String speed = text(end, "current_link_speed");
    if (!speed.isEmpty()) {
      speeds.merge(
          String.valueOf(end.getFileName()),
          speed,
          (one, other) -> rate(one) >= rate(other) ? one : other);
    }
  }

  /** Of a link's end in GT/s; where it is not told, more than any has. */
  private static double most(Path end) {
    double most = rate(text(end, "max_link_speed"));
    return most > 0 ? most : Double.MAX_VALUE;
  }

  /** GT/s; 0 where it is not told. */
  private static double rate(String speed) {
    return speed.matches("[0-9.]+ GT/s.*")
        ? Double.parseDouble(speed.substring(0, speed.indexOf(' ')))
        : 0;
  }

  private static String text(Path folder, String file) {
    try {
      return Files.readString(folder.resolve(file)).strip();
    } catch (IOException _) {
      return "";
    }
  }
}
