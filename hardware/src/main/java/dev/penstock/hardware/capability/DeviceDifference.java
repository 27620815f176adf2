package dev.penstock.hardware.capability;

import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one machine can do with video that another cannot, whatever the device.
 *
 * @param onlyFirst what only the first one can
 * @param onlySecond what only the second one can
 */
public record DeviceDifference(List<Ability> onlyFirst, List<Ability> onlySecond) {
  public DeviceDifference {
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
  }

  /**
   * Something a machine can do.
   *
   * @param what a codec, a format of pictures, or a feature of its encoder
   */
  public record Ability(Capability.Direction direction, String codec, String what) {}

  public static DeviceDifference of(DeviceMap first, DeviceMap second) {
    List<Ability> one = abilities(first);
    List<Ability> other = abilities(second);
    return new DeviceDifference(lacking(one, other), lacking(other, one));
  }

  private static List<Ability> lacking(List<Ability> has, List<Ability> lacks) {
    return has.stream().filter(ability -> !lacks.contains(ability)).toList();
  }

  private static List<Ability> abilities(DeviceMap map) {
    return map.devices().stream()
        .map(Device::capabilities)
        .flatMap(List::stream)
        .flatMap(capability -> abilities(capability).stream())
        .distinct()
        .sorted(
            Comparator.comparing(Ability::direction)
                .thenComparingInt(ability -> Codecs.rank(ability.codec()))
                .thenComparing(Ability::codec))
        .toList();
  }

  private static List<Ability> abilities(Capability capability) {
    List<String> words = new ArrayList<>();
    capability.formats().forEach(format -> words.add(format.toString()));
    capability.maxSize().ifPresent(size -> words.add("up to " + size));
    if (capability.bFrames().orElse(0) > 0) {
      words.add("B-frames");
    }
    feature(capability.lossless(), "lossless", words);
    feature(capability.lookAhead(), "look-ahead", words);
    feature(capability.temporalAq(), "temporal AQ", words);
    feature(capability.weightedPrediction(), "weighted prediction", words);
    return words.stream()
        .map(what -> new Ability(capability.direction(), capability.codec(), what))
        .toList();
  }

  private static void feature(Optional<Boolean> has, String name, List<String> words) {
    if (has.orElse(false)) {
      words.add(name);
    }
  }
}
