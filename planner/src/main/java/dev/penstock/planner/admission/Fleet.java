package dev.penstock.planner.admission;

import dev.penstock.model.Device;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The machine as admission sees it.
 *
 * @param gpus in the order of their keys
 * @param uses the last readings; a GPU without one is one that nobody read
 */
public record Fleet(List<Gpu> gpus, List<GpuUse> uses, Host host) {
  public Fleet {
    gpus = gpus.stream().sorted(Comparator.comparing(Gpu::key)).toList();
    uses = List.copyOf(uses);
  }

  /**
   * What a GPU has, however busy it is.
   *
   * @param encoders engines
   * @param decoders engines
   * @param memory bytes
   * @param bus bytes a second of its link in one direction
   * @param cap how many encodes at once the driver allows on all GPUs together that have a limit;
   *     absent as {@code UNSUPPORTED} where it sets none
   */
  public record Gpu(
      String key,
      String name,
      Optional<String> driver,
      Reading<Integer> encoders,
      Reading<Integer> decoders,
      Reading<Long> memory,
      Reading<Long> bus,
      Reading<Integer> cap) {
    /**
     * A device.
     *
     * @param bus bytes a second of its link; links of idle GPUs look slower than they are
     */
    public static Gpu of(Device device, Reading<Long> bus) {
      Device.Identity who = device.identity();
      return new Gpu(
          who.key(),
          who.name(),
          who.driver(),
          device.engines().encoders(),
          device.engines().decoders(),
          device.memory(),
          bus,
          who.vendor() == Device.Vendor.NVIDIA
              ? device.sessionLimit()
              : Reading.absent(Why.UNSUPPORTED, who.vendor().label(), "sets no limit"));
    }

    /** Whether its sessions count against the limit of the whole system. */
    public boolean isCapped() {
      return !(cap instanceof Absent<Integer> absent && absent.why() == Why.UNSUPPORTED);
    }

    /** For people. */
    public String who() {
      return "GPU " + key + " (" + name + ")";
    }
  }

  /**
   * The processor, as far as this process may use it.
   *
   * @param capacity thousandths of cores
   * @param others thousandths of cores that processes that are not ours keep busy
   */
  public record Host(long capacity, Reading<Long> others) {
    /** Of which nobody knows how busy it is. */
    public static Host of(int cores) {
      return new Host(cores * 1000L, Reading.absent(Why.UNSUPPORTED, "host", "is not read"));
    }
  }

  public Optional<Gpu> gpu(String key) {
    return gpus.stream().filter(gpu -> gpu.key().equals(key)).findFirst();
  }

  public Optional<GpuUse> use(String key) {
    return uses.stream().filter(use -> use.gpu().equals(key)).findFirst();
  }

  /** The same with nothing to do; what can never be read still cannot. */
  public Fleet idle(Instant now) {
    return new Fleet(
        gpus,
        gpus.stream().map(gpu -> idle(gpu, now)).toList(),
        new Host(host.capacity, idle(host.others, 0L)));
  }

  private GpuUse idle(Gpu gpu, Instant now) {
    Optional<GpuUse> use = use(gpu.key());
    Reading<Integer> nobody = Reading.of(0, "idle");
    Reading<Long> nothing = Reading.of(0L, "idle");
    return new GpuUse(
        gpu.key(),
        now,
        use.map(each -> idle(each.encoders(), 0)).orElse(nobody),
        use.map(each -> idle(each.decoders(), 0)).orElse(nobody),
        use.map(each -> idle(each.shaders(), 0)).orElse(nobody),
        use.map(each -> idle(each.memory(), 0L)).orElse(nothing),
        use.map(GpuUse::total).orElse(gpu.memory()),
        use.map(each -> idle(each.bus(), 0L)).orElse(nothing),
        use.map(each -> idle(each.sessions(), 0)).orElse(nobody),
        use.map(each -> idle(each.foreignSessions(), 0)).orElse(nobody),
        Reading.of(false, "idle"),
        Optional.empty());
  }

  private static <T> Reading<T> idle(Reading<T> reading, T none) {
    return lasts(reading) ? reading : Reading.of(none, "idle");
  }

  /** Whether it is absent for good, rather than for now. */
  static boolean lasts(Reading<?> reading) {
    return switch (reading) {
      case Present<?> _ -> false;
      case Absent<?>(Why why, String _, String _) ->
          switch (why) {
            case MISSING, UNSUPPORTED, DENIED -> true;
            case HUNG, FAILED, NOT_ASKED -> false;
          };
    };
  }

  /** What a GPU reads of something, in the units of {@link dev.penstock.model.Load}. */
  static Reading<Long> measured(GpuUse use, Dimension dimension, long capacity) {
    return switch (dimension) {
      case ENCODER -> use.encoders().map(percent -> percent * capacity / 100);
      case DECODER -> use.decoders().map(percent -> percent * capacity / 100);
      case SHADERS -> use.shaders().map(percent -> percent * capacity / 100);
      case MEMORY -> use.memory();
      case BUS -> use.bus();
      case SESSIONS -> use.sessions().map(Integer::longValue);
      case CORES -> Reading.absent(Why.UNSUPPORTED, use.gpu(), "has no cores of the processor");
    };
  }
}
