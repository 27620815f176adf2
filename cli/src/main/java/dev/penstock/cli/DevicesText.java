package dev.penstock.cli;

import dev.penstock.hardware.capability.DeviceDifference;
import dev.penstock.hardware.capability.DeviceDifference.Ability;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The GPUs of a machine, for people. */
final class DevicesText {
  /** What probes ask, by their names. */
  private static final Map<String, String> LABELS =
      Map.of(
          "NvmlProbe", "NVML",
          "CudaProbe", "CUDA",
          "NvencProbe", "NVENC",
          "NvdecProbe", "NVDEC",
          "VaapiProbe", "VA-API",
          "VulkanProbe", "Vulkan");

  private static final int VALUE = 2 + 8 + 11;

  private final StringBuilder text = new StringBuilder();
  private final int width;

  /** Lines are broken for people only: a program finds each fact on one line. */
  private DevicesText(Terminal terminal) {
    width = terminal.outIsTerminal() ? terminal.width() : Integer.MAX_VALUE;
  }

  static String of(DeviceMap map, Terminal terminal) {
    return Terminal.harmless(new DevicesText(terminal).written(map));
  }

  static String of(DeviceDifference difference, String first, String second, Terminal terminal) {
    DevicesText page = new DevicesText(terminal);
    page.abilities("only " + first, difference.onlyFirst());
    page.abilities("only " + second, difference.onlySecond());
    return Terminal.harmless(page.text.toString());
  }

  private String written(DeviceMap map) {
    int count = map.devices().size();
    line(
        map.origin().text() + ": " + (count == 0 ? "no" : count) + (count == 1 ? " GPU" : " GPUs"));
    map.devices().forEach(this::device);
    if (!map.gaps().isEmpty()) {
      line("");
      line("not answered");
      map.gaps()
          .forEach(gap ->
              line("  " + reason(LABELS.getOrDefault(gap.what(), gap.what()), gap.text()), 4));
    }
    return text.toString();
  }

  /** Some reasons begin with what did not answer. */
  private static String reason(String what, String why) {
    return why.startsWith(what) ? why : what + ": " + why;
  }

  private void device(Device device) {
    Device.Identity identity = device.identity();
    line("");
    line(identity.name() + identity.pci().map(pci -> " at " + pci).orElse(""));
    line("  " + String.join(", ", facts(device)));
    for (Direction direction : Direction.values()) {
      capabilities(device, direction);
    }
  }

  private static List<String> facts(Device device) {
    List<String> facts = new ArrayList<>();
    Device.Identity identity = device.identity();
    identity.uuid().ifPresent(facts::add);
    identity.nvml().ifPresent(index -> facts.add("NVML " + index));
    identity.cuda().ifPresent(index -> facts.add("CUDA " + index));
    identity.renderNode().ifPresent(facts::add);
    identity.driver().ifPresent(driver -> facts.add("driver " + driver));
    fact(device.memory(), Amounts::bytes, facts);
    Device.Engines engines = device.engines();
    fact(engines.encoders(), count -> plural(count, "encoder"), facts);
    fact(engines.decoders(), count -> plural(count, "decoder"), facts);
    fact(engines.jpeg(), count -> count + " for JPEG", facts);
    fact(engines.opticalFlow(), count -> count + " for optical flow", facts);
    fact(
        device.sessionLimit(),
        limit -> "at most " + plural(limit, "encode") + " at once on all such GPUs",
        facts);
    return facts.isEmpty() ? List.of("nothing is known of it") : facts;
  }

  private static String plural(int count, String noun) {
    return (count == 0 ? "no" : count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static <T> void fact(Reading<T> reading, Function<T, String> words, List<String> facts) {
    reading.toOptional().map(words).ifPresent(facts::add);
  }

  private void capabilities(Device device, Direction direction) {
    List<Capability> all =
        device.capabilities().stream().filter(each -> each.direction() == direction).toList();
    if (all.isEmpty()) {
      line("  " + word(direction) + " nothing that is known");
    }
    for (Capability each : all) {
      line(
          "  "
              + ProbeText.column(word(direction), 8)
              + ProbeText.column(each.codec(), 11)
              + ProbeText.column(each.api().label(), 7)
              + String.join("; ", details(each))
              + " ("
              + evidence(each)
              + ")",
          VALUE + 7);
    }
  }

  private static String evidence(Capability each) {
    String known = each.evidence().name().toLowerCase(Locale.ROOT);
    return each.failure().map(why -> known + "; tried, and it failed: " + why).orElse(known);
  }

  private static String word(Direction direction) {
    return switch (direction) {
      case ENCODE -> "encodes";
      case DECODE -> "decodes";
    };
  }

  private static List<String> details(Capability each) {
    List<String> words = new ArrayList<>();
    if (!each.formats().isEmpty()) {
      words.add(each.formats().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    each.maxSize()
        .ifPresent(
            max -> words.add(each.minSize().map(min -> min + " to ").orElse("up to ") + max));
    each.bFrames().ifPresent(count -> words.add(plural(count, "B-frame")));
    List<String> features = new ArrayList<>();
    feature(each.lossless(), "lossless", features);
    feature(each.lookAhead(), "look-ahead", features);
    feature(each.features().spatialAq(), "spatial AQ", features);
    feature(each.temporalAq(), "temporal AQ", features);
    feature(each.weightedPrediction(), "weighted prediction", features);
    if (!each.features().bFrameReferences().orElse(List.of()).isEmpty()) {
      features.add("B-frames as references");
    }
    feature(each.features().lowPowerOnly(), "low power only", features);
    if (!features.isEmpty()) {
      words.add(String.join(", ", features));
    }
    return words.isEmpty() ? List.of("nothing more is known") : words;
  }

  private static void feature(Optional<Boolean> has, String name, List<String> features) {
    if (has.orElse(false)) {
      features.add(name);
    }
  }

  private void abilities(String title, List<Ability> abilities) {
    line(title + (abilities.isEmpty() ? ": nothing" : ""));
    abilities.stream()
        .collect(
            Collectors.groupingBy(
                ability ->
                    ProbeText.column(word(ability.direction()), 8)
                        + ProbeText.column(ability.codec(), 11),
                LinkedHashMap::new,
                Collectors.mapping(Ability::what, Collectors.joining(", "))))
        .forEach((key, what) -> line("  " + key + what, VALUE));
  }

  private void line(String words) {
    line(words, 2);
  }

  /** What does not fit goes on below, indented. */
  private void line(String words, int indent) {
    String rest = Terminal.oneLine(words);
    int from = 0;
    while (rest.length() > width) {
      int end = rest.lastIndexOf(' ', width);
      if (end <= Math.max(from, indent)) {
        break;
      }
      text.append(rest, 0, end).append('\n');
      rest = " ".repeat(indent) + rest.substring(end + 1);
      from = indent;
    }
    text.append(rest).append('\n');
  }
}
