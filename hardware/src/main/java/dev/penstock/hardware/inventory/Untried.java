package dev.penstock.hardware.inventory;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What of the GPUs is still to be shown, of what jobs ask for. */
final class Untried {
  private static final List<String> ENCODED = List.of("h264", "hevc", "av1");

  /** Those that most jobs ask for first. */
  private static final List<String> DECODED = List.of("h264", "hevc", "av1", "vp9");

  private Untried() {}

  /**
   * The trials that are missing, the most wanted first, of all GPUs in turn.
   *
   * @param known the words of wishes that were tried
   */
  static List<Wish> of(List<Device> devices, Set<String> known) {
    List<Wish> wishes = new ArrayList<>();
    for (Device device : devices) {
      device
          .identity()
          .pci()
          .or(() -> device.identity().uuid())
          .ifPresent(name ->
              device.capabilities().forEach(each -> wish(each, name).ifPresent(wishes::add)));
    }
    return wishes.stream()
        .distinct()
        .filter(wish -> !known.contains(wish.word()))
        .sorted(Comparator.comparingInt(Untried::rank))
        .toList();
  }

  private static Optional<Wish> wish(Capability capability, String device) {
    if (capability.evidence() == Evidence.PROVED) {
      return Optional.empty();
    }
    String codec = capability.codec();
    if (capability.direction() == Direction.DECODE) {
      boolean tried = capability.api() == Api.NVDEC || capability.api() == Api.VAAPI;
      return tried && DECODED.contains(codec)
          ? Optional.of(Wish.decode(codec, capability.api(), device))
          : Optional.empty();
    }
    String encoder = codec + "_" + capability.api().name().toLowerCase(Locale.ROOT);
    return ENCODED.contains(codec) && Codecs.encoder(encoder).isPresent()
        ? Optional.of(Wish.encode(encoder, device))
        : Optional.empty();
  }

  private static int rank(Wish wish) {
    return 2 * DECODED.indexOf(wish.codec()) + (wish.decodes() ? 0 : 1);
  }
}
