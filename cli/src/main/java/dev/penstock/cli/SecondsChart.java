package dev.penstock.cli;

import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** The values of each second as columns of text. */
final class SecondsChart {
  private static final int ROWS = 6;
  private static final int LABEL = 8;
  private static final int WIDEST = 4;
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
  private static final String PLAIN = " ......##";

  private final List<OptionalDouble> columns;
  private final int each;
  private final double low;
  private final double high;

  private SecondsChart(List<OptionalDouble> columns, int each, double low, double high) {
    this.columns = columns;
    this.each = each;
    this.low = low;
    this.high = high;
  }

  /**
   * Draws one metric.
   *
   * @param width columns it may take
   * @param blocks whether to draw with block characters, in eighths, or with ASCII
   * @return empty for less than two seconds, and where nothing differs
   */
  static String of(List<Quality.Second> seconds, Metric metric, int width, boolean blocks) {
    int room = Math.max(10, width - LABEL - 1);
    if (seconds.size() < 2 || seconds.stream().allMatch(s -> s.value(metric).isEmpty())) {
      return "";
    }
    long first = seconds.getFirst().start().toSeconds();
    int length = Math.toIntExact(seconds.getLast().start().toSeconds() - first + 1);
    int perColumn = (length + room - 1) / room;
    Scale scale = Scale.of(seconds, metric);
    List<OptionalDouble> columns = columns(seconds, metric, first, length, perColumn);
    int each = Math.clamp(room / columns.size(), 1, WIDEST);
    SecondsChart chart = new SecondsChart(columns, each, scale.low(), scale.high());
    String title = metric.title() + (metric.decibels() ? ", dB" : "") + " by second";
    String grouped = perColumn == 1 ? "" : ", the lowest of each " + perColumn + " seconds";
    return "\n  "
        + title
        + grouped
        + "\n"
        + chart.rows(metric, blocks)
        + chart.axis(Duration.ofSeconds(first), Duration.ofSeconds(first + length));
  }

  /** The lowest value of each group of seconds; NaN where there are none. */
  private static List<OptionalDouble> columns(
      List<Quality.Second> seconds, Metric metric, long first, int length, int perColumn) {
    double[] lowest = new double[(length + perColumn - 1) / perColumn];
    Arrays.fill(lowest, Double.NaN);
    for (Quality.Second second : seconds) {
      int column = (int) (second.start().toSeconds() - first) / perColumn;
      double value = second.value(metric).orElse(Double.POSITIVE_INFINITY);
      lowest[column] = Double.isNaN(lowest[column]) ? value : Math.min(lowest[column], value);
    }
    List<OptionalDouble> columns = new ArrayList<>();
    for (double value : lowest) {
      columns.add(Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value));
    }
    return columns;
  }

  private String rows(Metric metric, boolean blocks) {
    StringBuilder text = new StringBuilder();
    for (int row = ROWS - 1; row >= 0; row--) {
      String label = row == ROWS - 1 ? label(high, metric) : row == 0 ? label(low, metric) : "";
      text.append(" ".repeat(LABEL - label.length())).append(label).append(blocks ? "┤" : "|");
      for (OptionalDouble column : columns) {
        text.append(String.valueOf(cell(column, row, blocks)).repeat(each));
      }
      trimEnd(text).append('\n');
    }
    return text.toString();
  }

  private static StringBuilder trimEnd(StringBuilder text) {
    while (text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    return text;
  }

  private static String label(double value, Metric metric) {
    return Amounts.trimmed(value, metric.decibels() ? 1 : 4);
  }

  /** At least the lowest eighth, so that a bad second does not look like none. */
  private char cell(OptionalDouble column, int row, boolean blocks) {
    if (column.isEmpty()) {
      return ' ';
    }
    double part = Math.clamp((column.getAsDouble() - low) / (high - low), 0, 1);
    int eighths = Math.max(1, (int) Math.round(part * ROWS * 8)) - row * 8;
    return (blocks ? BLOCKS : PLAIN).charAt(Math.clamp(eighths, 0, 8));
  }

  private String axis(Duration from, Duration to) {
    String begin = Times.clock(from);
    String end = Times.clock(to);
    int gap = columns.size() * each - begin.length() - end.length();
    String line = gap > 0 ? begin + " ".repeat(gap) + end : begin + " to " + end;
    return " ".repeat(LABEL + 1) + line + "\n";
  }

  /** The values an axis reaches from and to, round numbers around all of them. */
  record Scale(double low, double high, double step) {
    private static final int STEPS = 4;

    static Scale of(List<Quality.Second> seconds, Metric metric) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (Quality.Second second : seconds) {
        if (second.value(metric).isPresent()) {
          low = Math.min(low, second.value(metric).getAsDouble());
          high = Math.max(high, second.value(metric).getAsDouble());
        }
      }
      if (low > high) {
        return metric.decibels() ? new Scale(0, 100, 25) : new Scale(0, 1, 0.25);
      }
      double step = round((high - low) / STEPS, metric);
      double bottom = Math.floor(low / step) * step;
      double top = Math.max(Math.ceil(high / step) * step, bottom + step);
      return new Scale(bottom, top, step);
    }

    /** The next of 1, 2 and 5 times a power of ten. */
    private static double round(double step, Metric metric) {
      double least = Math.max(step, metric.decibels() ? 0.25 : 0.0005);
      double power = Math.pow(10, Math.floor(Math.log10(least)));
      double digit = least / power;
      return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }
  }
}
