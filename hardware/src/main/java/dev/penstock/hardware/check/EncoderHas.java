package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.QsvProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a GPU here has what an encoder of FFmpeg encodes on. */
sealed interface EncoderHas {
  record Yes() implements EncoderHas {}

  /**
   * None has.
   *
   * @param text why, the same for all encoders of one reason
   * @param codec that is lacking, as people write it; empty where the reason is another
   */
  record No(String text, String codec) implements EncoderHas {
    No(String text) {
      this(text, "");
    }
  }

  /** Nobody was asked. */
  record Unknown() implements EncoderHas {}

  /** What encodes: the last word of an encoder's name, such as {@code nvenc}. */
  static String kind(String encoder) {
    return encoder.substring(encoder.lastIndexOf('_') + 1);
  }

  private static String codec(String encoder) {
    return encoder.substring(0, Math.max(0, encoder.lastIndexOf('_')));
  }

  /** Of an encoder, such as {@code av1_nvenc}, on any GPU. */
  static EncoderHas of(Machine machine, String encoder) {
    return of(machine, encoder, Optional.empty());
  }

  /** On one GPU. */
  static EncoderHas of(Machine machine, String encoder, Gpu gpu) {
    return of(machine, encoder, Optional.of(gpu.address()));
  }

  private static EncoderHas of(Machine machine, String encoder, Optional<String> gpu) {
    String codec = codec(encoder);
    return switch (kind(encoder)) {
      case "nvenc" -> nvenc(machine, codec, gpu);
      case "vaapi" -> vaapi(machine, codec, gpu);
      case "qsv" -> runtime(machine, QsvProbe.class, "oneVPL", codec, gpu);
      case "amf" -> runtime(machine, AmfProbe.class, "AMF", codec, gpu);
      default -> new Unknown();
    };
  }

  private static EncoderHas nvenc(Machine machine, String codec, Optional<String> gpu) {
    NvencSays said =
        gpu.map(address -> NvencSays.of(machine, address, Optional.empty()))
            .orElseGet(() -> NvencSays.of(machine));
    return switch (said) {
      case NvencSays.Encodes(List<String> codecs, int _) -> among(Set.copyOf(codecs), codec);
      case NvencSays.None _ -> new No("no NVIDIA GPU here has an encoder");
      case NvencSays.Broken(String text, var _) ->
          new No(
              NvidiaGpus.mayEncode(machine)
                  ? "NVENC cannot be used, see encode.hardware: " + text
                  : "no NVIDIA GPU here has an encoder");
      case NvencSays.Nothing _ ->
          NvidiaGpus.mayEncode(machine)
              ? new Unknown()
              : new No("no NVIDIA GPU here has an encoder");
    };
  }

  private static EncoderHas among(Set<String> codecs, String codec) {
    return codecs.contains(codec) ? new Yes() : new No("these GPUs do not encode ", label(codec));
  }

  private static String label(String codec) {
    return codec.equals("h264") ? "H.264" : codec.toUpperCase(Locale.ROOT);
  }

  private static EncoderHas vaapi(Machine machine, String codec, Optional<String> gpu) {
    return switch (machine.answer(VaapiProbe.class, VaFacts.class)) {
      case Absent<VaFacts>(Why why, String _, String text) ->
          why == Why.NOT_ASKED ? new Unknown() : new No("VA-API could not be asked: " + text);
      case Present<VaFacts>(VaFacts facts, String _) -> {
        List<VaNode> nodes =
            VaNodes.encoding(facts).stream()
                .filter(node -> gpu.isEmpty() || node.pci().toOptional().equals(gpu))
                .toList();
        Optional<String> failed =
            nodes.stream()
                .flatMap(node ->
                    node.configs() instanceof Absent<List<VaConfig>>(Why _, String _, String text)
                        ? Optional.of(text).stream()
                        : Optional.<String>empty().stream())
                .findFirst();
        Set<String> codecs = codecs(nodes);
        yield codecs.isEmpty() && failed.isPresent()
            ? new No("VA-API cannot be used, see va.driver: " + failed.get())
            : among(codecs, codec);
      }
    };
  }

  private static Set<String> codecs(List<VaNode> nodes) {
    return nodes.stream()
        .flatMap(node -> node.configs().toOptional().stream())
        .flatMap(List::stream)
        .filter(VaConfig::encodes)
        .map(VaConfig::codec)
        .collect(Collectors.toSet());
  }

  /** The runtimes do not list codecs: what VA-API says of the same GPU does. */
  private static EncoderHas runtime(
      Machine machine,
      Class<? extends Probe<RuntimeFacts>> probe,
      String name,
      String codec,
      Optional<String> gpu) {
    return switch (machine.answer(probe, RuntimeFacts.class)) {
      case Absent<RuntimeFacts>(Why why, String _, String text) ->
          why == Why.NOT_ASKED ? new Unknown() : new No(name + " could not be asked: " + text);
      case Present<RuntimeFacts>(RuntimeFacts facts, String _) ->
          facts.version() instanceof Present<String>
              ? listed(vaapi(machine, codec, gpu), codec)
              : new No(name + " is not there, or finds no GPU");
    };
  }

  /** Drivers of VA-API may lack H.264 and HEVC for their patents, where the GPU has them. */
  private static EncoderHas listed(EncoderHas vaapi, String codec) {
    return vaapi instanceof No && Set.of("h264", "hevc").contains(codec) ? new Unknown() : vaapi;
  }
}
