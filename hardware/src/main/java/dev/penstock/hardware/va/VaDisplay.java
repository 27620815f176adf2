package dev.penstock.hardware.va;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.hardware.foreign.DeviceFile;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One display of libva: a render node and the driver that libva found for it. One thread. */
final class VaDisplay {
  private static final int SUCCESS = 0;
  private static final long NOT_SUPPORTED = 0x80000000L;
  private static final long LONGEST_TEXT = 1024;

  private final SharedLibrary va;
  private final MemorySegment display;

  private VaDisplay(SharedLibrary va, MemorySegment display) {
    this.va = va;
    this.display = display;
  }

  /** What one display answered. */
  record Answers(Reading<String> version, Reading<String> vendor, Reading<List<VaConfig>> configs) {
    static Answers none(Why why, String from, String text) {
      return new Answers(
          Reading.absent(why, from, text),
          Reading.absent(why, from, text),
          Reading.absent(why, from, text));
    }
  }

  /** Asks the driver of a node, which stays open meanwhile. */
  static Answers ask(SharedLibrary va, SharedLibrary drm, DeviceFile node) {
    Optional<MemorySegment> display =
        drm.pointer("vaGetDisplayDRM", node.descriptor())
            .filter(found -> !found.equals(MemorySegment.NULL));
    return display.isEmpty()
        ? Answers.none(Why.FAILED, "vaGetDisplayDRM", "gave no display")
        : new VaDisplay(va, display.get()).answers();
  }

  private Answers answers() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      OptionalInt status = va.call("vaInitialize", display, major, minor);
      if (status.isEmpty() || status.getAsInt() != SUCCESS) {
        return Answers.none(Why.FAILED, "vaInitialize", words(status));
      }
      Answers answers =
          new Answers(
              Reading.of(major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0), "vaInitialize"),
              vendor(),
              configs(arena));
      va.call("vaTerminate", display);
      return answers;
    }
  }

  private String words(OptionalInt status) {
    if (status.isEmpty()) {
      return "the library has no such function";
    }
    String words =
        va.pointer("vaErrorStr", status.getAsInt())
            .filter(text -> !text.equals(MemorySegment.NULL))
            .map(text -> text.reinterpret(LONGEST_TEXT).getString(0))
            .orElse("error");
    return words + " (" + status.getAsInt() + ")";
  }

  private Reading<String> vendor() {
    return va.pointer("vaQueryVendorString", display)
        .filter(text -> !text.equals(MemorySegment.NULL))
        .map(text -> text.reinterpret(LONGEST_TEXT).getString(0))
        .map(text -> Reading.of(text, "vaQueryVendorString"))
        .orElse(Reading.absent(Why.FAILED, "vaQueryVendorString", "gave no text"));
  }

  private Reading<List<VaConfig>> configs(Arena arena) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int room = Math.max(1, va.call("vaMaxNumProfiles", display).orElse(0));
    MemorySegment profiles = arena.allocate(JAVA_INT, room);
    OptionalInt status = va.call("vaQueryConfigProfiles", display, profiles, count);
    if (status.isEmpty() || status.getAsInt() != SUCCESS) {
      return Reading.absent(Why.FAILED, "vaQueryConfigProfiles", words(status));
    }
    List<VaConfig> configs = new ArrayList<>();
    for (int i = 0; i < Math.clamp(count.get(JAVA_INT, 0), 0, room); i++) {
      int number = profiles.getAtIndex(JAVA_INT, i);
      VaNames.profile(number).ifPresent(profile -> configs.addAll(configs(number, profile, arena)));
    }
    return Reading.of(List.copyOf(configs), "vaQueryConfigEntrypoints");
  }

  private List<VaConfig> configs(int number, VaNames.Profile profile, Arena arena) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int room = Math.max(1, va.call("vaMaxNumEntrypoints", display).orElse(0));
    MemorySegment entrypoints = arena.allocate(JAVA_INT, room);
    List<VaConfig> configs = new ArrayList<>();
    if (va.call("vaQueryConfigEntrypoints", display, number, entrypoints, count).orElse(-1)
        == SUCCESS) {
      for (int i = 0; i < Math.clamp(count.get(JAVA_INT, 0), 0, room); i++) {
        int entrypoint = entrypoints.getAtIndex(JAVA_INT, i);
        VaNames.entrypoint(entrypoint)
            .ifPresent(name ->
                configs.add(
                    new VaConfig(
                        profile.name(),
                        profile.codec(),
                        name,
                        attributes(number, entrypoint, arena))));
      }
    }
    return configs;
  }

  /** {@code VAConfigAttrib} is a pair of ints: what is asked, and the answer. */
  private Map<String, Long> attributes(int profile, int entrypoint, Arena arena) {
    List<Integer> asked = VaNames.ATTRIBUTES.keySet().stream().sorted().toList();
    MemorySegment list = arena.allocate(JAVA_INT, 2L * asked.size());
    for (int i = 0; i < asked.size(); i++) {
      list.setAtIndex(JAVA_INT, 2L * i, asked.get(i));
    }
    Map<String, Long> attributes = new HashMap<>();
    OptionalInt status =
        va.call("vaGetConfigAttributes", display, profile, entrypoint, list, asked.size());
    if (status.orElse(-1) == SUCCESS) {
      for (int i = 0; i < asked.size(); i++) {
        long value = Integer.toUnsignedLong(list.getAtIndex(JAVA_INT, 2L * i + 1));
        String name = VaNames.ATTRIBUTES.get(asked.get(i));
        if (value != NOT_SUPPORTED && name != null) {
          attributes.put(name, value);
        }
      }
    }
    return attributes;
  }
}
