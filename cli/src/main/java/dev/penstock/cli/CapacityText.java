package dev.penstock.cli;

import dev.penstock.cli.CapacityBench.Result;
import dev.penstock.cli.CapacityBench.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was measured, for people. */
final class CapacityText {
  private static final long MIB = 1L << 20;

  private CapacityText() {}

  static String of(List<Result> results, Path file) {
    StringBuilder text = new StringBuilder();
    results.forEach(result -> append(text, result));
    return text.append("kept in ")
        .append(file)
        .append(": the daemon counts on it from its next start\n")
        .toString();
  }

  private static void append(StringBuilder text, Result result) {
    text.append(result.name()).append(" (").append(result.device()).append(")");
    result.driver().ifPresent(driver -> text.append(", ").append(driver));
    text.append("\n  at once   slowest  encoders  decoders   shaders    memory     cores\n");
    for (Step step : result.steps()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %7d  %7.2fx  %8s  %8s  %8s  %8s  %8.1f%n",
              step.sessions(),
              step.speed(),
              percent(step.encoders()),
              percent(step.decoders()),
              percent(step.shaders()),
              step.memory().isPresent() ? step.memory().getAsLong() / MIB + " MiB" : "?",
              step.cores()));
    }
    text.append("  one of 1920x1080 H.264 in real time takes ")
        .append(
            String.join(
                ", ",
                result.one().entrySet().stream()
                    .map(each -> words(each.getKey(), each.getValue()))
                    .toList()))
        .append("\n  ")
        .append(result.fits())
        .append(" fit at once, limited by ")
        .append(result.limitedBy())
        .append("\n\n");
  }

  private static String percent(Optional<Double> value) {
    return value.map(known -> Math.round(known) + " %").orElse("?");
  }

  private static String words(String what, long amount) {
    return switch (what) {
      case "memory" -> amount / MIB + " MiB of memory";
      case "PCIe" -> amount / 1_000_000 + " MB/s of PCIe";
      case "encoder sessions" -> amount + " encoder session";
      case "processor" -> String.format(Locale.ROOT, "%.2f cores", amount / 1000.0);
      case "shaders" -> String.format(Locale.ROOT, "%.1f %% of the shaders", amount / 10.0);
      default -> String.format(Locale.ROOT, "%.3f %s", amount / 1000.0, what);
    };
  }
}
