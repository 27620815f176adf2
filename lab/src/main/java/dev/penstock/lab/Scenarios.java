package dev.penstock.lab;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts that say what a fleet is and what befalls it. */
public final class Scenarios {
  /** Those that are built in: machines, then incidents on them. */
  public static final List<String> BUILT_IN =
      List.of(
          "two-l40s",
          "four-l40s",
          "consumer",
          "radeon",
          "arc",
          "gpu-lost",
          "session-limit",
          "out-of-memory",
          "hang",
          "thermal");

  private static final Pattern LATER =
      Pattern.compile("\\S+\\s+\\S+\\s+((from|frame) \\d+|after [\\d.]+) .*");

  private Scenarios() {}

  /** One that is built in. */
  public static String text(String name) {
    return Lab.text(name + ".scenario");
  }

  /** Its first comment: what it is about. */
  public static String about(String scenario) {
    return scenario
        .lines()
        .filter(line -> line.startsWith("#"))
        .findFirst()
        .map(line -> line.substring(1).strip())
        .orElse("");
  }

  /** The machine before anything befalls it: without what waits for a call, a picture or a time. */
  public static String before(String scenario) {
    return scenario
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .filter(line -> !LATER.matcher(line).matches())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** What is wrong with it, and where; empty when it can be played. */
  public static Optional<String> mistake(String scenario) {
    int number = 0;
    for (String line : scenario.lines().toList()) {
      number++;
      String[] words = line.strip().split("\\s+", 3);
      boolean says = !line.isBlank() && !line.startsWith("#");
      if (says && words.length < (words[0].equals("missing") ? 2 : 3)) {
        return Optional.of("line " + number + " is not SCOPE KEY ANSWER: " + line);
      }
      if (says && !words[0].matches("system|missing|\\*|\\d+")) {
        return Optional.of(
            "line " + number + " is about no GPU's number, nor * nor system: " + line);
      }
      if (says && words[1].equals("model") && !hasModel(words[2])) {
        return Optional.of("line " + number + ": the lab has no model " + words[2]);
      }
    }
    return Models.gpus(Models.expanded(scenario)).values().stream()
            .anyMatch(gpu -> gpu.containsKey("name"))
        ? Optional.empty()
        : Optional.of("it has no GPU: begin with 0 model l40s");
  }

  private static boolean hasModel(String name) {
    return Models.NAMES.contains(name.strip() + ".video");
  }
}
