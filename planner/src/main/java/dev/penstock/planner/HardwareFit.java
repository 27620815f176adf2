package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device.Vendor;
import dev.penstock.planner.EncoderRecipe.Settings;
import java.util.List;
import java.util.SequencedMap;

/**
 * What becomes of the words of a job on one device, known before anything is opened. What is not
 * known of a device is taken to be missing, and that is said.
 */
sealed interface HardwareFit {

  /**
   * It can be done.
   *
   * @param adaptations what is done otherwise than the preset has it
   */
  record Accepted(SequencedMap<String, String> options, List<Adaptation> adaptations)
      implements HardwareFit {
    public Accepted {
      adaptations = List.copyOf(adaptations);
    }
  }

  /** It cannot be done, for each of these reasons. */
  record Refused(List<Obstacle> obstacles) implements HardwareFit {
    public Refused {
      obstacles = List.copyOf(obstacles);
    }
  }

  /** Something that the preset asks for, as the receipt tells it. */
  record Adaptation(String subject, String wanted, String taken, String because) {}

  /** Why not. */
  record Obstacle(String problem, String cause) {}

  /**
   * Of an encoder on a device.
   *
   * @param settings with the pixel format of the surfaces
   * @param capability the device's, of encoding the recipe's codec
   */
  static HardwareFit of(
      HardwareRecipe recipe, Settings settings, Vendor vendor, Capability capability) {
    if (capability.direction() != Direction.ENCODE
        || !capability.codec().equals(recipe.codec().id())) {
      throw new IllegalArgumentException("not a capability of " + recipe.encoder());
    }
    return new DeviceFit(recipe, settings, vendor, capability).fit();
  }
}
