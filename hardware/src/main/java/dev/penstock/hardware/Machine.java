package dev.penstock.hardware;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine as data: what was read of it, here or elsewhere.
 *
 * @param origin where the facts come from
 * @param files what its files hold
 * @param answers what its drivers and libraries answered, by the class name of the {@link Probe}
 *     without its package
 * @param user for whom it is judged
 */
public record Machine(Origin origin, Tree files, Map<String, Answer> answers, User user) {
  public Machine {
    answers = Map.copyOf(answers);
  }

  /**
   * Where facts come from.
   *
   * @param how live, captured on a machine, or built by hand
   * @param text of what machine, in words
   */
  public record Origin(How how, String text) {
    public enum How {
      LIVE,
      CAPTURED,
      BUILT
    }
  }

  /**
   * Who is to use the hardware.
   *
   * @param groups the numbers of all groups
   */
  public record User(String name, int id, List<Integer> groups) {
    public User {
      groups = List.copyOf(groups);
    }
  }

  /** What a probe answered. */
  public <T> Reading<T> answer(Class<? extends Probe<T>> probe, Class<T> type) {
    return answer(probe, "", type);
  }

  /** What a probe answered that is asked about several things. */
  public <T> Reading<T> answer(Class<? extends Probe<T>> probe, String argument, Class<T> type) {
    String name = key(probe, argument);
    Answer answer = answers.get(name);
    return answer == null
        ? Reading.absent(Why.NOT_ASKED, name, "was not asked")
        : answer.as(type, name);
  }

  /** The name of an answer. */
  public static String key(Class<? extends Probe<?>> probe, String argument) {
    return argument.isEmpty() ? probe.getSimpleName() : probe.getSimpleName() + "-" + argument;
  }

  /** The same with more answers. */
  public Machine with(Map<String, Answer> more) {
    Map<String, Answer> all = new TreeMap<>(answers);
    all.putAll(more);
    return new Machine(origin, files, all, user);
  }

  /** The PCI addresses of the bridges above a device, the nearest first. */
  public List<String> bridges(String device) {
    return files.link(PciBus.folder(device)).map(Capture::bridges).orElse(List.of());
  }

  /** Whether it is known what is on the PCI bus: its list was read, and not refused or hung. */
  public boolean hasBus() {
    return files.at(PciBus.DEVICES).filter(Node.Folder.class::isInstance).isPresent();
  }

  /** The devices on the bus that may be GPUs, since their class or maker could not be read. */
  public List<String> unreadDevices() {
    List<String> displays = displays();
    return files.names(PciBus.DEVICES).stream()
        .filter(device ->
            isUnreadable(device, "class")
                || (displays.contains(device) && isUnreadable(device, "vendor")))
        .toList();
  }

  private boolean isUnreadable(String device, String file) {
    return files
        .at(PciBus.folder(device) + "/" + file)
        .filter(Node.Unreadable.class::isInstance)
        .isPresent();
  }

  /**
   * The PCI addresses of display devices, in order. None too where the bus could not be read; see
   * {@link #hasBus} and {@link #unreadDevices}.
   */
  public List<String> displays() {
    return files.names(PciBus.DEVICES).stream()
        .filter(device ->
            files.text(PciBus.folder(device) + "/class").toOptional().orElse("").startsWith("0x03"))
        .toList();
  }
}
