package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.Trial.LinkLoad;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The PCIe link between a card and its slot. Cards of AMD and Intel carry a switch, behind which
 * the GPU shows a link of its own that says nothing: theirs is the link of the switch.
 *
 * @param end the card's end: the GPU, or the upstream port of its switch
 * @param port the port above it; empty where it cannot be seen
 */
record Link(String end, Optional<String> port) {
  /** What it looks at. */
  static final List<Wanted> WANTED =
      Gpu.and(
          Stream.of("{gpu}", "{port}")
              .flatMap(device ->
                  Stream.of(
                          "vendor",
                          "current_link_width",
                          "max_link_width",
                          "current_link_speed",
                          "max_link_speed")
                      .map(name -> Wanted.text(Gpu.path(device, name))))
              .toList());

  private static final Pattern SPEED = Pattern.compile("^(\\d+(?:\\.\\d)?) GT/s");

  static List<Wanted> and(List<Wanted> others) {
    return Stream.concat(WANTED.stream(), others.stream()).toList();
  }

  static Link of(Machine machine, Gpu gpu) {
    List<String> bridges = machine.bridges(gpu.address());
    boolean hasSwitch =
        gpu.vendor() != Maker.NVIDIA
            && bridges.size() > 2
            && bridges.subList(0, 2).stream().allMatch(bridge -> isOf(machine, gpu, bridge));
    if (hasSwitch) {
      return new Link(bridges.get(1), Optional.of(bridges.get(2)));
    }
    return new Link(gpu.address(), bridges.stream().findFirst());
  }

  private static boolean isOf(Machine machine, Gpu gpu, String bridge) {
    return machine
        .files()
        .text(Gpu.path(bridge, "vendor"))
        .toOptional()
        .equals(gpu.text(machine, "vendor").toOptional());
  }

  /** Lanes now. */
  Reading<Long> width(Machine machine) {
    return machine.files().number(Gpu.path(end, "current_link_width"));
  }

  Reading<Long> mostWidth(Machine machine) {
    return machine.files().number(Gpu.path(end, "max_link_width"));
  }

  OptionalLong mostWidthOfPort(Machine machine) {
    return port.flatMap(
            above -> machine.files().number(Gpu.path(above, "max_link_width")).toOptional())
        .filter(lanes -> lanes > 0 && lanes <= 32)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  Reading<String> speed(Machine machine) {
    return machine.files().text(Gpu.path(end, "current_link_speed"));
  }

  Reading<String> mostSpeed(Machine machine) {
    return machine.files().text(Gpu.path(end, "max_link_speed"));
  }

  /** What was measured of a GPU's links while it worked; empty where nothing was. */
  static Optional<LinkLoad> underLoad(Machine machine, String gpu) {
    return trial(machine, gpu).toOptional().flatMap(Trial::link);
  }

  /** What came of measuring. */
  static Reading<Trial> trial(Machine machine, String gpu) {
    return machine.answer(TrialProbe.class, Wish.link(gpu).word(), Trial.class);
  }

  /** 0 when it is not told. */
  int mostGenerationOfPort(Machine machine) {
    return port.flatMap(
            above -> machine.files().text(Gpu.path(above, "max_link_speed")).toOptional())
        .map(Link::generation)
        .orElse(0);
  }

  /** The PCIe generation of a speed such as {@code 16.0 GT/s PCIe}; 0 for none. */
  static int generation(String speed) {
    Matcher number = SPEED.matcher(speed);
    if (!number.find()) {
      return 0;
    }
    return switch (number.group(1)) {
      case "2.5" -> 1;
      case "5.0", "5" -> 2;
      case "8.0", "8" -> 3;
      case "16.0", "16" -> 4;
      case "32.0", "32" -> 5;
      case "64.0", "64" -> 6;
      default -> 0;
    };
  }
}
