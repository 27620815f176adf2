package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which codecs each VA-API driver encodes to, and by which entrypoint. */
record VaEntrypoints() implements Check {
  private static final List<String> USUAL = List.of("h264", "hevc");

  @Override
  public String id() {
    return "va.entrypoints";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "VA-API encoders of each render node";
  }

  @Override
  public String rule() {
    return "H.264 and HEVC each have an entrypoint for encoding: EncSlice, or EncSliceLP, which is"
        + " the only one of newer Intel GPUs and takes FFmpeg's low_power option and the HuC"
        + " firmware. Drivers without codecs of patents (Fedora's Mesa) have none.";
  }

  @Override
  public String source() {
    return "va/va.h of libva 2.22; media-driver of Intel, table of features";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(VaapiProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!VaNodes.wanted(machine)) {
      return List.of(Gpu.none(this, machine, VaNodes.VENDORS));
    }
    return switch (machine.answer(VaapiProbe.class, VaFacts.class)) {
      case Reading.Present<VaFacts>(VaFacts facts, String _) ->
          VaNodes.each(this, facts, this::judged);
      case Reading.Absent<VaFacts> absent ->
          List.of(Found.by(this).seen(absent).unknown(Found.silent("VA-API", absent), ""));
    };
  }

  private Finding judged(VaNode node) {
    Found found = Found.by(this, node.path());
    return switch (node.configs()) {
      case Reading.Present<List<VaConfig>>(List<VaConfig> configs, String from) ->
          judged(
              configs.stream().filter(VaConfig::encodes).toList(),
              found.seen(from, words(configs)));
      case Reading.Absent<List<VaConfig>> absent ->
          found.seen(absent).unknown("the driver could not be asked; see va.driver", "");
    };
  }

  private static Finding judged(List<VaConfig> encoding, Found found) {
    List<String> lacking =
        USUAL.stream().filter(codec -> encoding.stream().noneMatch(is(codec))).toList();
    List<String> low =
        encoding.stream()
            .map(VaConfig::codec)
            .distinct()
            .filter(codec -> encoding.stream().filter(is(codec)).allMatch(VaEntrypoints::isLow))
            .toList();
    if (!lacking.isEmpty()) {
      return found
          .remedy(
              Remedy.command(
                  "If the hardware can, install a driver with all codecs (Debian and Ubuntu).",
                  "apt install mesa-va-drivers intel-media-va-driver-non-free"))
          .warn(
              "no encoder for " + String.join(" and ", lacking),
              "The driver does not offer them, or the hardware has none.");
    }
    String codecs =
        encoding.stream().map(VaConfig::codec).distinct().collect(Collectors.joining(", "));
    return low.isEmpty()
        ? found.pass("encodes " + codecs)
        : found.pass("encodes " + codecs + "; only by low power: " + String.join(", ", low));
  }

  private static Predicate<VaConfig> is(String codec) {
    return config -> config.codec().equals(codec);
  }

  private static boolean isLow(VaConfig config) {
    return config.entrypoint().equals("EncSliceLP");
  }

  private static String words(List<VaConfig> configs) {
    return configs.stream()
        .filter(VaConfig::encodes)
        .map(config -> config.profile() + "/" + config.entrypoint())
        .collect(Collectors.joining(" "));
  }
}
