package dev.penstock.hardware.telemetry;

import dev.penstock.hardware.telemetry.Fdinfo.Client;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.GpuSample.Vendor;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * AMD's and Intel's GPUs, from sysfs and from what their drivers say of each process. Loads of
 * engines are differences between two readings, summed over the processes that may be looked at.
 */
public final class DrmSource implements Source {
  private static final Map<String, Engine> ENGINES =
      Map.ofEntries(
          Map.entry("gfx", Engine.GRAPHICS),
          Map.entry("compute", Engine.COMPUTE),
          Map.entry("dma", Engine.COPY),
          Map.entry("enc", Engine.ENCODER),
          Map.entry("enc_1", Engine.ENCODER),
          Map.entry("dec", Engine.DECODER),
          Map.entry("jpeg", Engine.JPEG),
          Map.entry("render", Engine.GRAPHICS),
          Map.entry("copy", Engine.COPY),
          Map.entry("video", Engine.VIDEO),
          Map.entry("video-enhance", Engine.VIDEO_ENHANCE),
          Map.entry("rcs", Engine.GRAPHICS),
          Map.entry("ccs", Engine.COMPUTE),
          Map.entry("bcs", Engine.COPY),
          Map.entry("vcs", Engine.VIDEO),
          Map.entry("vecs", Engine.VIDEO_ENHANCE));
  private static final List<Engine> AMD_ENGINES =
      List.of(Engine.GRAPHICS, Engine.MEMORY, Engine.ENCODER, Engine.DECODER, Engine.COMPUTE);
  private static final List<Engine> INTEL_ENGINES =
      List.of(Engine.GRAPHICS, Engine.VIDEO, Engine.VIDEO_ENHANCE, Engine.COPY, Engine.COMPUTE);
  private static final String FDINFO = "/proc/PID/fdinfo";
  private static final int PERCENT = 100;

  private final Path root;
  private final ProcessNames names;
  private Map<String, Client> before = Map.of();
  private Instant at = Instant.MIN;

  /**
   * @param root the root directory under which {@code sys} and {@code proc} are
   */
  public DrmSource(Path root) {
    this.root = root;
    names = new ProcessNames(root);
  }

  /** One card of the kernel. */
  record Card(Vendor vendor, String driver, String pci, Path device) {}

  @Override
  public boolean needsTwoReadings() {
    return !cards().isEmpty();
  }

  @Override
  public Answer read(Instant now) {
    List<Card> cards = cards();
    if (cards.isEmpty()) {
      return new Answer(
          "DRM",
          Reading.absent(Why.MISSING, "/sys/class/drm", "no GPU is driven by amdgpu, i915 or xe"),
          List.of());
    }
    List<Client> clients = Fdinfo.clients(root);
    List<GpuSample> gpus = new ArrayList<>();
    for (int index = 0; index < cards.size(); index++) {
      gpus.add(sample(index, cards.get(index), clients, now));
    }
    remember(clients, now);
    String drivers = String.join(", ", cards.stream().map(Card::driver).distinct().toList());
    return new Answer("DRM", Reading.of(drivers, "/sys/class/drm"), gpus);
  }

  private GpuSample sample(int index, Card card, List<Client> all, Instant now) {
    List<Client> clients = all.stream().filter(client -> client.pci().equals(card.pci)).toList();
    DrmCard reader = new DrmCard(card);
    List<EngineLoad> engines = new ArrayList<>();
    for (Engine engine : card.vendor == Vendor.AMD ? AMD_ENGINES : INTEL_ENGINES) {
      Reading<Integer> direct = reader.load(engine);
      engines.add(
          new EngineLoad(
              engine, direct.toOptional().isPresent() ? direct : load(engine, clients, now)));
    }
    return reader.sample(
        index,
        engines,
        Reading.of(processes(clients, now), FDINFO),
        clients.stream().mapToLong(client -> client.memory().orElse(0L)).sum());
  }

  private List<GpuProcess> processes(List<Client> clients, Instant now) {
    Map<Long, List<Client>> byPid = new TreeMap<>();
    clients.forEach(
        client -> byPid.computeIfAbsent(client.pid(), _ -> new ArrayList<>()).add(client));
    List<GpuProcess> processes = new ArrayList<>();
    byPid.forEach((pid, own) -> processes.add(process(pid, own, now)));
    return processes;
  }

  private GpuProcess process(long pid, List<Client> own, Instant now) {
    List<EngineLoad> loads =
        own.stream()
            .flatMap(client -> client.busy().keySet().stream())
            .flatMap(name -> Optional.ofNullable(ENGINES.get(name)).stream())
            .distinct()
            .sorted()
            .map(engine -> new EngineLoad(engine, load(engine, own, now)))
            .toList();
    Reading<Long> memory =
        own.stream().allMatch(client -> client.memory().isEmpty())
            ? Reading.absent(Why.UNSUPPORTED, FDINFO, "the driver does not say")
            : Reading.of(own.stream().mapToLong(each -> each.memory().orElse(0L)).sum(), FDINFO);
    return new GpuProcess(pid, names.name(pid), memory, Reading.of(loads, FDINFO));
  }

  /** Of clients that were there before too; others did not run the whole time. */
  private Reading<Integer> load(Engine engine, List<Client> clients, Instant now) {
    long elapsed = at.equals(Instant.MIN) ? 0 : Duration.between(at, now).toNanos();
    if (elapsed <= 0) {
      return Reading.absent(Why.NOT_ASKED, FDINFO, "a load needs two readings");
    }
    double busy = 0;
    for (Client client : clients) {
      busy += load(engine, client, before.get(key(client)), elapsed);
    }
    return Reading.of((int) Math.clamp(Math.round(PERCENT * busy), 0L, PERCENT), FDINFO);
  }

  private static double load(Engine engine, Client now, @Nullable Client before, long elapsed) {
    if (before == null) {
      return 0;
    }
    double sum = 0;
    for (Map.Entry<String, Long> entry : now.busy().entrySet()) {
      String name = entry.getKey();
      if (ENGINES.get(name) == engine) {
        long busy = entry.getValue() - before.busy().getOrDefault(name, entry.getValue());
        long of =
            now.cycles().containsKey(name)
                ? now.cycles().get(name) - before.cycles().getOrDefault(name, 0L)
                : elapsed;
        sum += of <= 0 ? 0 : (double) busy / of / now.capacity().getOrDefault(name, 1L);
      }
    }
    return Math.max(0, sum);
  }

  private void remember(List<Client> clients, Instant now) {
    Map<String, Client> remembered = new HashMap<>();
    clients.forEach(client -> remembered.put(key(client), client));
    before = remembered;
    at = now;
  }

  private static String key(Client client) {
    return client.pci() + " " + client.id();
  }

  private List<Card> cards() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(root.resolve("sys/class/drm"), "card*")) {
      all.forEach(found::add);
    } catch (IOException | DirectoryIteratorException _) {
      return List.of();
    }
    return found.stream()
        // card0-HDMI-A-1 is a connector.
        .filter(card -> card.getFileName().toString().matches("card[0-9]+"))
        .sorted()
        .flatMap(card -> card(card.resolve("device")).stream())
        .toList();
  }

  private static Optional<Card> card(Path device) {
    Map<String, String> about = new HashMap<>();
    SysFile.text(device.resolve("uevent"))
        .toOptional()
        .ifPresent(text ->
            text.lines()
                .forEach(line -> {
                  int equals = line.indexOf('=');
                  if (equals > 0) {
                    about.put(line.substring(0, equals), line.substring(equals + 1));
                  }
                }));
    String driver = about.getOrDefault("DRIVER", "");
    String pci = about.getOrDefault("PCI_SLOT_NAME", "").toLowerCase(Locale.ROOT);
    return switch (driver) {
      case "amdgpu" -> Optional.of(new Card(Vendor.AMD, driver, pci, device));
      case "i915", "xe" -> Optional.of(new Card(Vendor.INTEL, driver, pci, device));
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
