package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.PciAddress;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is known of a machine's NVIDIA GPUs, for the checks of them. */
final class Nvidia {
  static final String VERSION = "/proc/driver/nvidia/version";
  static final List<Class<? extends Probe<?>>> NVML = List.of(NvmlProbe.class);

  private Nvidia() {}

  /** What tells whether there is an NVIDIA GPU, and more. */
  static List<Wanted> files(Wanted... more) {
    return Gpu.and(Stream.concat(Stream.of(Wanted.text(VERSION)), Stream.of(more)).toList());
  }

  /** The PCI addresses of NVIDIA's GPUs on the bus. */
  static List<String> onTheBus(Machine machine) {
    return Gpu.of(machine, Maker.NVIDIA).stream().map(Gpu::address).toList();
  }

  /** Whether there is anything of NVIDIA's: where the bus cannot be read, the driver says it. */
  static boolean isHere(Machine machine) {
    return !onTheBus(machine).isEmpty()
        || machine.files().has(VERSION)
        || switch (facts(machine)) {
          case Present<NvmlFacts>(NvmlFacts facts, String _) ->
              !facts.gpus().isEmpty() || isHung(facts.system().init());
          case Absent<NvmlFacts> absent -> isHung(absent);
        };
  }

  private static boolean isHung(Reading<?> reading) {
    return reading instanceof Absent<?>(Why why, String _, String _) && why == Why.HUNG;
  }

  /** What NVML says; a GPU that it cannot place any more gets the address that is left over. */
  static Reading<NvmlFacts> facts(Machine machine) {
    return machine
        .answer(NvmlProbe.class, NvmlFacts.class)
        .map(facts -> placed(facts, onTheBus(machine)));
  }

  private static NvmlFacts placed(NvmlFacts facts, List<String> onTheBus) {
    List<String> known = facts.gpus().stream().map(Nvidia::address).toList();
    List<String> left = onTheBus.stream().filter(device -> !known.contains(device)).toList();
    long placeless = facts.gpus().stream().filter(gpu -> !isPlaced(gpu)).count();
    if (left.size() != 1 || placeless != 1) {
      return facts;
    }
    Reading<String> address = Reading.of(left.getFirst(), PciBus.DEVICES);
    return new NvmlFacts(
        facts.system(),
        facts.gpus().stream().map(gpu -> isPlaced(gpu) ? gpu : at(address, gpu)).toList());
  }

  private static boolean isPlaced(NvmlFacts.Gpu gpu) {
    return place(gpu).isPresent();
  }

  /** Facts of a captured machine hold what somebody wrote: only an address is one. */
  private static Optional<String> place(NvmlFacts.Gpu gpu) {
    return gpu.identity().pci().toOptional().filter(PciAddress::isWhole);
  }

  private static NvmlFacts.Gpu at(Reading<String> address, NvmlFacts.Gpu gpu) {
    NvmlFacts.Identity who = gpu.identity();
    return new NvmlFacts.Gpu(
        gpu.index(),
        new NvmlFacts.Identity(
            who.name(),
            who.brand(),
            who.uuid(),
            who.serial(),
            address,
            who.ids(),
            who.subsystem(),
            who.minor(),
            who.vbios(),
            who.inforom(),
            who.architecture(),
            who.numaNode(),
            who.gsp(),
            who.gspEnabled()),
        gpu.pcie(),
        gpu.memory(),
        gpu.bar1(),
        gpu.engines(),
        gpu.sessions(),
        gpu.processes(),
        gpu.thermal(),
        gpu.power(),
        gpu.clocks(),
        gpu.reasons(),
        gpu.ecc(),
        gpu.retiredPages(),
        gpu.remappedRows(),
        gpu.rowHistogram(),
        gpu.modes(),
        gpu.recovery(),
        gpu.inforomValid(),
        gpu.fault());
  }

  static Finding none(Check check, Machine machine) {
    return Gpu.none(check, machine, Set.of(Maker.NVIDIA));
  }

  /** A GPU's PCI address as sysfs writes it, else its place in NVML's list. */
  static String address(NvmlFacts.Gpu gpu) {
    return place(gpu).orElse("GPU " + gpu.index());
  }

  /** What {@code nvidia-smi -i} takes for it: its PCI address, else its place in NVML's list. */
  static String argument(NvmlFacts.Gpu gpu) {
    return Shell.word(place(gpu).orElse(Integer.toString(gpu.index())));
  }

  /** A finding for each GPU that answers; why there is none for the others. */
  static List<Finding> each(
      Check check, Machine machine, BiFunction<NvmlFacts.Gpu, Found, Finding> judge) {
    return withFacts(
        check,
        machine,
        facts -> facts.gpus().stream().map(gpu -> judged(check, gpu, judge)).toList());
  }

  /** Findings from NVML's answer; why there is none without it. */
  static List<Finding> withFacts(
      Check check, Machine machine, Function<NvmlFacts, List<Finding>> judge) {
    if (!isHere(machine)) {
      return List.of(none(check, machine));
    }
    return switch (facts(machine)) {
      case Absent<NvmlFacts> absent ->
          List.of(Found.by(check).seen(absent).unknown(Found.silent("NVML", absent), ""));
      case Present<NvmlFacts>(NvmlFacts facts, String _) when facts.gpus().isEmpty() ->
          List.of(
              Found.by(check)
                  .seen(facts.system().init())
                  .unknown("NVML shows no GPU; see nv.driver", ""));
      case Present<NvmlFacts>(NvmlFacts facts, String _) -> judge.apply(facts);
    };
  }

  private static Finding judged(
      Check check, NvmlFacts.Gpu gpu, BiFunction<NvmlFacts.Gpu, Found, Finding> judge) {
    Found found = Found.by(check, address(gpu));
    if (gpu.fault().isPresent()) {
      return found
          .seen("NVML", gpu.fault().get())
          .unknown("this GPU has failed; see nv.driver", "");
    }
    return hung(gpu) instanceof Absent<?>(Why _, String source, String text)
        ? found.seen(source, text).unknown("this GPU does not answer; see nv.hang", "")
        : judge.apply(gpu, found);
  }

  /** Its temperature, every GPU's plainest reading: HUNG when all of a GPU's are. */
  static Reading<Integer> hung(NvmlFacts.Gpu gpu) {
    Reading<Integer> plain = gpu.thermal().gpu();
    return plain instanceof Absent<Integer>(Why why, String _, String _) && why == Why.HUNG
        ? plain
        : Reading.of(0, plain.source());
  }

  /** Whether work can be given to it now. */
  static boolean isUp(NvmlFacts.Gpu gpu) {
    return gpu.fault().isEmpty() && hung(gpu) instanceof Present<Integer>;
  }

  /**
   * What a missing reading comes to: nothing to judge where the GPU has no such thing.
   *
   * @param what it is, in words
   */
  static Finding unread(Found found, String what, Reading<?> reading) {
    found.seen(reading);
    return switch (reading) {
      case Absent<?>(Why why, String _, String _) when why == Why.UNSUPPORTED ->
          found.skip("this GPU has no " + what);
      case Absent<?>(Why _, String _, String text) ->
          found.unknown("the " + what + " cannot be read: " + text, "");
      case Present<?> _ -> throw new IllegalArgumentException(what + " is there");
    };
  }
}
