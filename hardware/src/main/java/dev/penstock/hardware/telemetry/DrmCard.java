package dev.penstock.hardware.telemetry;

import dev.penstock.hardware.telemetry.GpuSample.Bus;
import dev.penstock.hardware.telemetry.GpuSample.Clocks;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuId;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.GpuSample.Health;
import dev.penstock.hardware.telemetry.GpuSample.Memory;
import dev.penstock.hardware.telemetry.GpuSample.Power;
import dev.penstock.hardware.telemetry.GpuSample.Thermal;
import dev.penstock.hardware.telemetry.GpuSample.Vendor;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of one card in sysfs; see the kernel's documentation of amdgpu, i915, xe and hwmon. */
final class DrmCard {
  private static final double MICRO = 1e-6;
  private static final int MILLI = 1000;
  private static final long MEGA = 1_000_000;
  private static final Map<String, Integer> GENERATIONS =
      Map.of("2.5", 1, "5.0", 2, "8.0", 3, "16.0", 4, "32.0", 5, "64.0", 6);

  private final DrmSource.Card card;
  private final Path device;
  private final Path hwmon;

  DrmCard(DrmSource.Card card) {
    this.card = card;
    device = card.device();
    hwmon = firstChild(device.resolve("hwmon")).orElse(device.resolve("hwmon/hwmon0"));
  }

  GpuSample sample(
      int index,
      List<EngineLoad> engines,
      Reading<List<GpuProcess>> processes,
      long usedByProcesses) {
    return new GpuSample(
        id(index),
        engines,
        absent("the driver does not list encoder sessions"),
        processes,
        card.vendor() == Vendor.AMD ? amdMemory() : intelMemory(usedByProcesses),
        bus(),
        thermal(),
        new Power(
            either("power1_average", "power1_input").map(DrmCard::micro),
            either("power1_cap", "power1_max").map(DrmCard::micro),
            SysFile.number(hwmon.resolve("energy1_input")).map(DrmCard::micro)),
        card.vendor() == Vendor.AMD ? amdClocks() : intelClocks(),
        new Health(
            absent("the driver does not say"),
            absent("the driver does not say"),
            absent("the driver does not say"),
            absent("only NVIDIA's driver says"),
            absent("only NVIDIA's driver says"),
            absent("only NVIDIA's driver says")),
        Optional.empty());
  }

  /** What the driver says of the whole GPU. */
  Reading<Integer> load(Engine engine) {
    return switch (engine) {
      case GRAPHICS -> SysFile.number(device.resolve("gpu_busy_percent")).map(Long::intValue);
      case MEMORY -> SysFile.number(device.resolve("mem_busy_percent")).map(Long::intValue);
      default -> absent("the driver says it of processes only");
    };
  }

  private GpuId id(int index) {
    Reading<String> product = SysFile.text(device.resolve("product_name"));
    boolean named = product.toOptional().filter(name -> !name.isEmpty()).isPresent();
    Reading<String> name =
        named
            ? product
            : SysFile.text(device.resolve("device"))
                .map(number -> card.vendor() + " " + card.driver() + " " + number);
    return new GpuId(
        card.vendor(),
        index,
        name,
        SysFile.text(device.resolve("unique_id")),
        Reading.of(card.pci(), device.resolve("uevent").toString()));
  }

  private Memory amdMemory() {
    Reading<Long> total = SysFile.number(device.resolve("mem_info_vram_total"));
    Reading<Long> used = SysFile.number(device.resolve("mem_info_vram_used"));
    return new Memory(
        total,
        used,
        used.toOptional().isEmpty() ? used : total.map(all -> all - used.toOptional().orElse(0L)),
        SysFile.number(device.resolve("mem_info_vis_vram_total")),
        SysFile.number(device.resolve("mem_info_vis_vram_used")));
  }

  private Memory intelMemory(long usedByProcesses) {
    return new Memory(
        absent("the driver does not say"),
        Reading.of(usedByProcesses, "/proc/PID/fdinfo"),
        absent("the driver does not say"),
        absent("the driver does not say"),
        absent("the driver does not say"));
  }

  private Bus bus() {
    return new Bus(
        generation(SysFile.text(device.resolve("current_link_speed"))),
        SysFile.number(device.resolve("current_link_width")).map(Long::intValue),
        absent("the driver does not say"),
        absent("the driver does not say"),
        SysFile.number(device.resolve("pcie_replay_count")));
  }

  /** From "16.0 GT/s PCIe". */
  private static Reading<Integer> generation(Reading<String> speed) {
    return switch (speed) {
      case Present<String>(String text, String source) -> {
        Integer generation = GENERATIONS.get(text.replaceFirst(" .*", ""));
        yield generation == null
            ? Reading.absent(Why.FAILED, source, "no known speed: " + text)
            : Reading.of(generation, source);
      }
      case Absent<String>(Why why, String source, String text) -> Reading.absent(why, source, text);
    };
  }

  private Thermal thermal() {
    // xe has the package's temperature in temp2, and nothing in temp1.
    Reading<Integer> first = degrees("temp1_input");
    boolean second = card.driver().equals("xe") && first.toOptional().isEmpty();
    return new Thermal(
        second ? degrees("temp2_input") : first,
        degrees("temp3_input"),
        second ? degrees("temp2_crit") : degrees("temp1_crit"),
        second ? degrees("temp2_emergency") : degrees("temp1_emergency"),
        absent("the driver does not say"),
        degrees("temp3_crit"));
  }

  private Clocks amdClocks() {
    Reading<Integer> graphics = megahertz("freq1_input");
    return new Clocks(
        graphics,
        graphics,
        megahertz("freq2_input"),
        absent("the driver does not say"),
        SysFile.text(device.resolve("power_dpm_force_performance_level")));
  }

  private Clocks intelClocks() {
    Reading<Integer> frequency =
        SysFile.number(
                card.driver().equals("xe")
                    ? device.resolve("tile0/gt0/freq0/act_freq")
                    : device.resolveSibling("gt_act_freq_mhz"))
            .map(Long::intValue);
    return new Clocks(
        frequency,
        frequency,
        absent("the driver does not say"),
        absent("the driver does not say"),
        absent("the driver does not say"));
  }

  private Reading<Long> either(String name, String otherwise) {
    Reading<Long> reading = SysFile.number(hwmon.resolve(name));
    return reading.toOptional().isPresent() ? reading : SysFile.number(hwmon.resolve(otherwise));
  }

  private Reading<Integer> degrees(String name) {
    return SysFile.number(hwmon.resolve(name)).map(milli -> (int) (milli / MILLI));
  }

  private Reading<Integer> megahertz(String name) {
    return SysFile.number(hwmon.resolve(name)).map(hertz -> (int) (hertz / MEGA));
  }

  private static double micro(long micros) {
    return micros * MICRO;
  }

  private <T> Reading<T> absent(String text) {
    return Reading.absent(Why.UNSUPPORTED, card.driver(), text);
  }

  private static Optional<Path> firstChild(Path folder) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        return Optional.of(child);
      }
    } catch (IOException _) {
      // Not every card has one.
    }
    return Optional.empty();
  }
}
