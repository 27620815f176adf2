package dev.penstock.hardware.capability;

import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Features;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What VA-API answered. */
final class VaDraft {
  /** VA_RT_FORMAT_* of va.h, with the formats of pictures they stand for. */
  private enum RtFormat {
    YUV420(0x1, "4:2:0", 8),
    YUV422(0x2, "4:2:2", 8),
    YUV444(0x4, "4:4:4", 8),
    YUV420_10(0x100, "4:2:0", 10),
    YUV422_10(0x200, "4:2:2", 10),
    YUV444_10(0x400, "4:4:4", 10),
    YUV420_12(0x1000, "4:2:0", 12),
    YUV422_12(0x2000, "4:2:2", 12),
    YUV444_12(0x4000, "4:4:4", 12);

    private final long bit;
    private final String chroma;
    private final int bits;

    RtFormat(long bit, String chroma, int bits) {
      this.bit = bit;
      this.chroma = chroma;
      this.bits = bits;
    }
  }

  /** VA_RC_* of va.h, those that FFmpeg has a mode for. */
  private static final SortedMap<Long, String> RATE_CONTROLS =
      new TreeMap<>(
          Map.of(
              0x2L, "cbr", 0x4L, "vbr", 0x10L, "cqp", 0x40L, "icq", 0x400L, "qvbr", 0x800L,
              "avbr"));

  private VaDraft() {}

  static void add(VaNode node, Drafts drafts) {
    node.pci()
        .toOptional()
        .ifPresent(pci -> {
          Draft draft = drafts.at(pci);
          draft.renderNode = Optional.of(node.path());
          node.vendor().toOptional().ifPresent(draft.drivers::add);
          List<VaConfig> configs = node.configs().toOptional().orElse(List.of());
          add(Direction.ENCODE, configs.stream().filter(VaConfig::encodes).toList(), draft);
          add(Direction.DECODE, configs.stream().filter(VaConfig::decodes).toList(), draft);
        });
  }

  private static void add(Direction direction, List<VaConfig> configs, Draft draft) {
    configs.stream()
        .map(VaConfig::codec)
        .distinct()
        .forEach(codec ->
            draft.capabilities.add(
                capability(
                    direction,
                    codec,
                    configs.stream().filter(each -> each.codec().equals(codec)).toList())));
  }

  private static Capability capability(Direction direction, String codec, List<VaConfig> configs) {
    long formats =
        configs.stream()
            .mapToLong(each -> each.attributes().getOrDefault("RTFormat", 0L))
            .reduce(0, (one, other) -> one | other);
    boolean low = configs.stream().allMatch(each -> each.entrypoint().equals("EncSliceLP"));
    return new Capability(
        direction,
        Api.VAAPI,
        codec,
        configs.stream().map(VaConfig::profile).distinct().toList(),
        Stream.of(RtFormat.values())
            .filter(each -> (formats & each.bit) != 0)
            .map(each -> new Format(each.chroma, each.bits))
            .toList(),
        Optional.empty(),
        size(configs),
        direction == Direction.ENCODE ? bFrames(configs) : OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Evidence.PROBED,
        low ? "vaGetConfigAttributes, VAEntrypointEncSliceLP" : "vaGetConfigAttributes",
        direction == Direction.ENCODE ? features(configs, low) : Features.UNKNOWN,
        List.of(),
        Optional.empty());
  }

  private static Features features(List<VaConfig> configs, boolean low) {
    long controls =
        configs.stream()
            .mapToLong(each -> each.attributes().getOrDefault("RateControl", 0L))
            .reduce(0, (one, other) -> one | other);
    return new Features(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(low),
        RATE_CONTROLS.entrySet().stream()
            .filter(each -> (controls & each.getKey()) != 0)
            .map(Map.Entry::getValue)
            .toList());
  }

  private static Optional<Size> size(List<VaConfig> configs) {
    int width = largest(configs, "MaxPictureWidth");
    int height = largest(configs, "MaxPictureHeight");
    return width > 0 && height > 0 ? Optional.of(new Size(width, height)) : Optional.empty();
  }

  private static int largest(List<VaConfig> configs, String attribute) {
    return configs.stream()
        .mapToInt(each -> each.attributes().getOrDefault(attribute, 0L).intValue())
        .max()
        .orElse(0);
  }

  /** How many pictures the second list of references may hold; VA-API tells no more of them. */
  private static OptionalInt bFrames(List<VaConfig> configs) {
    return OptionalInt.of(Math.min(1, largest(configs, "EncMaxRefFrames") >>> 16));
  }
}
