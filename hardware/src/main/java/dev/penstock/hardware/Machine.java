package dev.penstock.hardware;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A machine as data: what was read of it, here or elsewhere. For several threads. */
public final class Machine {
  private final Origin origin;
  private final Tree files;
  private final Map<String, Answer> answers;
  private final User user;

  /** What was made of it before; without end, as there are only so many kinds. */
  private final Map<Asked, Reading<?>> read = new ConcurrentHashMap<>();

  private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();

  private record Asked(String name, Class<?> type) {}

  /**
   * @param origin where the facts come from
   * @param files what its files hold
   * @param answers what its drivers and libraries answered, by the class name of the {@link Probe}
   *     without its package
   * @param user for whom it is judged
   */
  public Machine(Origin origin, Tree files, Map<String, Answer> answers, User user) {
    this.origin = origin;
    this.files = files;
    this.answers = Map.copyOf(answers);
    this.user = user;
  }

  public Origin origin() {
    return origin;
  }

  public Tree files() {
    return files;
  }

  public Map<String, Answer> answers() {
    return answers;
  }

  public User user() {
    return user;
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
    Asked asked = new Asked(key(probe, argument), type);
    Reading<?> known = read.get(asked);
    if (known == null) {
      known = read(asked);
      read.put(asked, known);
    }
    return known.map(type::cast);
  }

  private Reading<?> read(Asked asked) {
    Answer answer = answers.get(asked.name());
    return answer == null
        ? Reading.absent(Why.NOT_ASKED, asked.name(), "was not asked")
        : answer.as(asked.type(), asked.name());
  }

  /**
   * What follows from its facts, worked out once.
   *
   * @param type of which there is one for each machine
   */
  public <T> T once(Class<T> type, Function<Machine, T> work) {
    Object known = derived.get(type);
    if (known == null) {
      known = work.apply(this);
      derived.put(type, known);
    }
    return type.cast(known);
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
