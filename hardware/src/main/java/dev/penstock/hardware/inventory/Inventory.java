package dev.penstock.hardware.inventory;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.check.Doctor;
import dev.penstock.hardware.trial.Fingerprint;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.TrialStore;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Device;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * The GPUs of this machine. Drivers are asked in child processes, which takes a second or several;
 * what they answered is kept until the GPUs, their driver, its libraries or this program change. A
 * machine without a GPU costs a look at its bus.
 *
 * <p>Thread-safe, and safe beside other processes that keep in the same folder.
 */
public final class Inventory {
  /** Beyond this what nobody notices, such as another partition of a GPU, is looked for again. */
  private static final Duration COMPLETE = Duration.ofHours(24);

  /** Where something gave no answer, it may soon: a driver was starting, a session was taken. */
  private static final Duration WITH_GAPS = Duration.ofMinutes(5);

  /** How long a job waits for trials before it does without what is left. */
  public static final Duration TRYING = Duration.ofSeconds(30);

  /** Some GPUs hang when trials follow each other closely. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  /**
   * What is known of the GPUs.
   *
   * @param gap why it may be less than there is, in a line; empty where it is all
   */
  public record Known(List<Device> devices, Optional<String> gap) {
    public Known {
      devices = List.copyOf(devices);
    }
  }

  private static final Machine.User NOBODY = new Machine.User("", -1, List.of());

  private final Children children;
  private final Fingerprint fingerprint;
  private final Optional<Path> folder;
  private final InstantSource clock;

  /**
   * @param folder in which answers are kept, and in its {@code trials} those of trials; empty keeps
   *     nothing
   */
  public Inventory(
      Children children, Fingerprint fingerprint, Optional<Path> folder, InstantSource clock) {
    this.children = children;
    this.fingerprint = fingerprint;
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * That of this machine.
   *
   * @param cache the program's folder for what can be made again
   */
  public static Inventory ofThisMachine(Optional<Path> cache) {
    return new Inventory(
        new Children(Map.of()), Fingerprint.ofThisMachine(), cache, InstantSource.system());
  }

  /** The folder in which trials are kept. */
  public static Path trials(Path cache) {
    return cache.resolve("trials");
  }

  /** The GPUs of a captured machine, with what trials showed there. */
  public static List<Device> of(Machine captured) {
    return DeviceMap.of(captured).devices();
  }

  /** The GPUs, as they were found last or else asked now, with what trials showed. */
  public List<Device> devices() {
    if (fingerprint.gpus().isEmpty()) {
      return List.of();
    }
    String word = fingerprint.word();
    return tried(kept(word).orElseGet(() -> asked(word)), word).devices();
  }

  /**
   * The same, once what jobs ask for was tried that never was: one after the other, each in a
   * process of its own, until {@link #TRYING} is over. What it came to is kept; what is left then
   * stays unproved and is tried next time. Without a folder nothing is tried, as what hangs would
   * be tried again and again.
   *
   * @param beginning told of each trial before it
   */
  public List<Device> proved(Consumer<Wish> beginning) {
    List<Device> devices = devices();
    if (devices.isEmpty() || folder.isEmpty()) {
      return devices;
    }
    String word = fingerprint.word();
    if (untried(devices, folder.get(), word).isEmpty()) {
      return devices;
    }
    tryOut(devices, word, beginning);
    return devices();
  }

  /** The same, and whether it is all there is to know. */
  public Known known(Consumer<Wish> beginning) {
    if (fingerprint.gpus().isEmpty()) {
      return new Known(List.of(), Optional.empty());
    }
    Set<Wish> begun = new HashSet<>();
    List<Device> devices =
        proved(wish -> {
          begun.add(wish);
          beginning.accept(wish);
        });
    String word = fingerprint.word();
    List<Wish> left =
        folder.map(each -> untried(devices, each, word)).orElse(List.of()).stream()
            // What was begun and tells nothing would tell no more the next time.
            .filter(wish -> !begun.contains(wish))
            .toList();
    return new Known(
        devices,
        kept(word)
            .flatMap(Inventory::gap)
            .or(() ->
                left.isEmpty()
                    ? Optional.empty()
                    : Optional.of(left.size() + " trials of what GPUs do are still to be made")));
  }

  private static Optional<String> gap(DeviceMap map) {
    return map.gaps().stream()
        .filter(gap -> gap.why() != Why.MISSING)
        .findFirst()
        .map(gap -> gap.what() + ": " + gap.text());
  }

  private void tryOut(List<Device> devices, String word, Consumer<Wish> beginning) {
    Path trials = trials(folder.get());
    long end = System.nanoTime() + TRYING.toNanos();
    try (TrialLock lock = TrialLock.take(trials, end)) {
      TrialStore store = TrialStore.in(trials);
      // Asked anew: another process may have tried them meanwhile.
      for (Wish wish : untried(devices, folder.get(), word)) {
        Optional<Duration> deadline = wish.deadline(Duration.ofNanos(end - System.nanoTime()));
        if (lock.isOurs() && deadline.isPresent()) {
          beginning.accept(wish);
          tried(wish, word, deadline.get(), store);
        }
      }
    } catch (IOException | UncheckedIOException _) {
      // Where nothing can be kept, nothing is tried.
    }
  }

  private static List<Wish> untried(List<Device> devices, Path folder, String word) {
    return Untried.of(devices, trials(folder, word).keySet());
  }

  private void tried(Wish wish, String word, Duration deadline, TrialStore store) {
    String key = TrialStore.key(wish.word(), word);
    store.begin(key);
    store.end(key, children.ask(TrialProbe.class, wish.word(), deadline));
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  /** The GPUs, asked now, with what trials showed; kept for next time. */
  public DeviceMap map() {
    String word = fingerprint.word();
    DeviceMap map = answered();
    DeviceMap _ = whole(map, word);
    return tried(map, word);
  }

  private DeviceMap asked(String word) {
    return whole(answered(), word);
  }

  private DeviceMap answered() {
    return DeviceMap.of(
        new Doctor(children).look(DeviceMap.files(), DeviceMap.probes(vendors()), NOBODY));
  }

  /**
   * Kept. Of the same GPUs, driver and build a whole answer goes before one with gaps: what gives
   * none just now is busy, or ill, and not another GPU.
   */
  private DeviceMap whole(DeviceMap map, String word) {
    Optional<DeviceMap> before =
        isComplete(map) ? Optional.empty() : written(word).filter(Inventory::isComplete);
    before.ifPresentOrElse(_ -> lasts(word), () -> keep(map, word));
    return before.orElse(map);
  }

  /**
   * Of makers that are not on the bus nothing is asked; where there is none, NVIDIA's libraries
   * are, which reach GPUs of WSL and Jetson that are on no bus.
   */
  private Set<Vendor> vendors() {
    Set<Vendor> vendors =
        fingerprint.gpus().stream().map(Inventory::vendor).collect(Collectors.toSet());
    return vendors.isEmpty() ? Set.of(Vendor.NVIDIA) : vendors;
  }

  private static Vendor vendor(String gpu) {
    return Stream.of(gpu.split(" ", -1))
        .flatMap(word -> Maker.of(word).stream())
        .findFirst()
        .map(Maker::vendor)
        .orElse(Vendor.OTHER);
  }

  private DeviceMap tried(DeviceMap map, String word) {
    return map.tried(folder.map(each -> trials(each, word)).orElse(Map.of()));
  }

  private static Map<String, Answer> trials(Path folder, String word) {
    try {
      return TrialStore.in(trials(folder)).kept(word);
    } catch (UncheckedIOException | JacksonException _) {
      return Map.of();
    }
  }

  private Optional<DeviceMap> kept(String word) {
    return folder
        .map(each -> file(each, word))
        .filter(Files::isReadable)
        .flatMap(file -> read(file).filter(map -> holds(map, file)));
  }

  /** However long ago. */
  private Optional<DeviceMap> written(String word) {
    return folder.map(each -> file(each, word)).filter(Files::isReadable).flatMap(Inventory::read);
  }

  /** It is asked again, though not by everybody at once. */
  private void lasts(String word) {
    folder.ifPresent(each -> {
      try {
        Path _ =
            Files.setLastModifiedTime(
                file(each, word), FileTime.from(clock.instant().minus(COMPLETE).plus(WITH_GAPS)));
      } catch (IOException _) {
        // Then it is asked again sooner.
      }
    });
  }

  private static Optional<DeviceMap> read(Path file) {
    try {
      return Optional.of(FactsJson.read(Files.readString(file), DeviceMap.class));
    } catch (IOException | JacksonException _) {
      return Optional.empty();
    }
  }

  private boolean holds(DeviceMap map, Path file) {
    try {
      Instant at = Files.getLastModifiedTime(file).toInstant();
      Duration age = Duration.between(at, clock.instant());
      return age.compareTo(isComplete(map) ? COMPLETE : WITH_GAPS) < 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** A library that is installed later changes the fingerprint. */
  private static boolean isComplete(DeviceMap map) {
    return map.gaps().stream().allMatch(gap -> gap.why() == Why.MISSING);
  }

  /** Where it cannot be kept it is asked again next time. */
  private void keep(DeviceMap map, String word) {
    folder.ifPresent(each -> {
      try {
        Files.createDirectories(each);
        forget(each);
        Path part = each.resolve("devices." + ProcessHandle.current().pid());
        Files.writeString(part, FactsJson.line(map));
        Files.move(part, file(each, word), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | UncheckedIOException _) {
        // A folder that cannot be written is no reason not to encode.
      }
    });
  }

  private static Path file(Path folder, String word) {
    return folder.resolve("devices-" + word + ".json");
  }

  /** What no longer holds is not left lying about. */
  private void forget(Path folder) throws IOException {
    Instant oldest = clock.instant().minus(COMPLETE);
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        if (String.valueOf(file.getFileName()).startsWith("devices-")
            && Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
