package dev.penstock.cli;

import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.util.List;
import java.util.OptionalDouble;

/** What a comparison found, as a short table for people. */
final class QualityText {
  private static final int LABEL = 8;
  private static final int NUMBER = 9;

  private QualityText() {}

  static String of(Quality quality) {
    StringBuilder text = new StringBuilder();
    text.append(quality.copy().source())
        .append(" against ")
        .append(quality.reference().source())
        .append('\n');
    text.append("  ").append(counts(quality)).append('\n');
    text.append("  compared at ")
        .append(quality.size())
        .append(" in ")
        .append(quality.pixelFormat())
        .append('\n');
    quality.notes().forEach(note -> text.append("  note: ").append(note).append('\n'));
    table(quality, text);
    for (Quality.Unavailable missing : quality.unavailable()) {
      text.append("  ")
          .append(missing.metric())
          .append(" is not available: ")
          .append(missing.reason())
          .append('\n');
    }
    return text.toString();
  }

  private static String counts(Quality quality) {
    String same = quality.identical() ? ", all the same to the bit" : "";
    return quality.frames()
        + " frames compared"
        + same
        + some(quality.missing(), "missing in the copy")
        + some(quality.extra(), "only in the copy");
  }

  private static String some(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }

  private static void table(Quality quality, StringBuilder text) {
    if (quality.scores().isEmpty()) {
      return;
    }
    text.append('\n').append(" ".repeat(LABEL));
    List<String> names =
        quality.scores().getFirst().components().stream().map(Quality.Component::name).toList();
    text.append(right("mean")).append(right("lowest")).append(right("1%"));
    names.forEach(name -> text.append(right(name)));
    text.append('\n');
    quality.scores().forEach(score -> row(score, text));
  }

  private static void row(Quality.Score score, StringBuilder text) {
    text.append(ProbeText.column("  " + score.metric().title(), LABEL));
    Quality.Levels levels = score.combined();
    List.of(levels.mean(), levels.lowest(), levels.percentile1())
        .forEach(value -> text.append(right(number(value, score.metric()))));
    score.components().forEach(c -> text.append(right(number(c.levels().mean(), score.metric()))));
    text.append(score.metric().decibels() ? "  dB" : "").append('\n');
  }

  static String number(OptionalDouble value, Metric metric) {
    return value.isEmpty()
        ? "inf"
        : Amounts.decimals(value.getAsDouble(), metric.decibels() ? 2 : 4);
  }

  private static String right(String text) {
    return " ".repeat(Math.max(1, NUMBER - text.length())) + text;
  }
}
