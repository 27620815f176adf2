package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import java.util.List;

/** One thing the doctor looks at. */
public interface Check {
  /** Its name, such as {@code nv.mismatch}: stable, for {@code --only} and for programs. */
  String id();

  Group group();

  /** What is looked at, a few words. */
  String title();

  /** The rule and why it matters, for {@code --explain}: one paragraph. */
  String rule();

  /** Where the rule comes from. */
  String source();

  /** The files it looks at. */
  List<Wanted> files();

  /** What it asks drivers and libraries. */
  default List<Class<? extends Probe<?>>> probes() {
    return List.of();
  }

  /**
   * The encoders that it wants tried, once the rest is known; tries can disturb a GPU that works.
   */
  default List<String> trials(Machine machine) {
    return List.of();
  }

  /**
   * Whether the words of its findings change only when the machine is changed. Those with
   * temperatures and loads in them do not.
   */
  default boolean steady() {
    return true;
  }

  /** Whether it makes devices work, so that it is not to be repeated all the time. */
  default boolean active() {
    return false;
  }

  /**
   * Judges.
   *
   * @return at least one finding; one for each device where it is about devices
   */
  List<Finding> examine(Machine machine);

  /** What checks are about, in the order they are shown. */
  enum Group {
    ENCODING("Encoding"),
    HOST("Host"),
    PCI("PCI"),
    NVIDIA("NVIDIA"),
    DRM("DRM, VA-API and Vulkan"),
    FFMPEG("FFmpeg"),
    CONTAINER("Container");

    private final String label;

    Group(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
