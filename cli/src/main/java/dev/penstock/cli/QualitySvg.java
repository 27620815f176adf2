package dev.penstock.cli;

import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The values of each second as a drawing, one panel for each metric. It is readable on light and
 * dark pages.
 */
final class QualitySvg {
  private static final int WIDTH = 960;
  private static final int LEFT = 72;
  private static final int RIGHT = 24;
  private static final int HEADER = 64;
  private static final int PANEL = 150;
  private static final int GAP = 64;
  private static final int TIME_LABELS = 8;

  /** Of more seconds than this, the dots would hide the line. */
  private static final int MOST_DOTS = 600;

  private static final long[] TIME_STEPS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400
  };

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #333 }
        .title { font-size: 15px; font-weight: 600 }
        .paper { fill: #fff }
        .grid { stroke: #ddd }
        .line { fill: none; stroke: #0b62c4; stroke-width: 2; stroke-linejoin: round }
        .dot { fill: #0b62c4 }
        .mean { stroke: #b35900; stroke-dasharray: 6 4 }
        .mean-label { fill: #b35900 }
        @media (prefers-color-scheme: dark) {
          text { fill: #ddd }
          .paper { fill: #16181c }
          .grid { stroke: #3a3f47 }
          .line { stroke: #6cb2ff }
          .dot { fill: #6cb2ff }
          .mean { stroke: #ffb366 }
          .mean-label { fill: #ffb366 }
        }
      </style>
      """;

  private final Quality quality;
  private final long first;
  private final long length;
  private final SvgDrawing svg;

  private QualitySvg(Quality quality) {
    this.quality = quality;
    List<Quality.Second> seconds = quality.seconds();
    this.first = seconds.isEmpty() ? 0 : seconds.getFirst().start().toSeconds();
    this.length = seconds.isEmpty() ? 1 : seconds.getLast().start().toSeconds() - first + 1;
    int height = HEADER + quality.scores().size() * (PANEL + GAP);
    this.svg = new SvgDrawing(WIDTH, height, title(), STYLE);
  }

  static String of(Quality quality) {
    return new QualitySvg(quality).drawn();
  }

  private String drawn() {
    svg.text(LEFT, 26, "title", "start", title());
    svg.text(LEFT, 46, "", "start", summary());
    int top = HEADER + 20;
    for (Quality.Score score : quality.scores()) {
      panel(score, top);
      top += PANEL + GAP;
    }
    return svg.drawn();
  }

  private String title() {
    return quality.copy().source() + " against " + quality.reference().source();
  }

  private String summary() {
    return quality.frames()
        + " frames compared, "
        + quality.missing()
        + " missing, "
        + quality.extra()
        + " extra; "
        + quality.size()
        + " "
        + quality.pixelFormat();
  }

  private void panel(Quality.Score score, int top) {
    Metric metric = score.metric();
    SecondsChart.Scale scale = SecondsChart.Scale.of(quality.seconds(), metric);
    String mean = QualityText.number(score.combined().mean(), metric);
    String unit = metric.decibels() ? "dB" : "1 is the same";
    svg.text(LEFT, top - 8, "title", "start", metric.title() + " (" + unit + ")");
    svg.text(WIDTH - RIGHT, top - 8, "mean-label", "end", "mean " + mean);
    levels(scale, metric, top);
    times(top);
    score
        .combined()
        .mean()
        .ifPresent(value -> rule(LEFT, y(value, scale, top), WIDTH - RIGHT, "mean"));
    curve(metric, scale, top);
  }

  private void levels(SecondsChart.Scale scale, Metric metric, int top) {
    long steps = Math.round((scale.high() - scale.low()) / scale.step());
    for (long i = 0; i <= steps; i++) {
      double value = scale.low() + i * scale.step();
      rule(LEFT, y(value, scale, top), WIDTH - RIGHT, "grid");
      String label = Amounts.trimmed(value, metric.decibels() ? 2 : 4);
      svg.text(LEFT - 8, y(value, scale, top) + 4, "", "end", label);
    }
  }

  private void times(int top) {
    long step = TIME_STEPS[TIME_STEPS.length - 1];
    for (int i = TIME_STEPS.length - 1; i >= 0 && length / TIME_STEPS[i] <= TIME_LABELS; i--) {
      step = TIME_STEPS[i];
    }
    for (long time = Math.ceilDiv(first, step) * step; time <= first + length; time += step) {
      double x = LEFT + (time - first) * plotWidth() / (double) length;
      svg.line(x, top, x, top + PANEL, "grid");
      svg.text(x, top + PANEL + 18, "", "middle", Times.clock(Duration.ofSeconds(time)));
    }
    svg.text(
        WIDTH - RIGHT,
        top + PANEL + 36,
        "",
        "end",
        length < 3600 ? "time in A, m:ss" : "time in A, h:mm:ss");
  }

  private static int plotWidth() {
    return WIDTH - LEFT - RIGHT;
  }

  private static double y(double value, SecondsChart.Scale scale, int top) {
    double part = (value - scale.low()) / (scale.high() - scale.low());
    return top + PANEL * (1 - Math.clamp(part, 0, 1));
  }

  /** A second without a value breaks the line; one without a difference is at the top. */
  private void curve(Metric metric, SecondsChart.Scale scale, int top) {
    StringBuilder path = new StringBuilder();
    long before = Long.MIN_VALUE;
    for (Quality.Second second : quality.seconds()) {
      long at = second.start().toSeconds();
      OptionalDouble value = second.value(metric);
      double x = LEFT + (at - first + 0.5) * plotWidth() / length;
      double y = y(value.orElse(Double.POSITIVE_INFINITY), scale, top);
      path.append(at == before + 1 ? 'L' : 'M')
          .append(SvgDrawing.number(x))
          .append(' ')
          .append(SvgDrawing.number(y));
      if (length <= MOST_DOTS) {
        String said = Times.clock(second.start()) + "  " + QualityText.number(value, metric);
        svg.circle(x, y, "dot", "2.5", said);
      }
      before = at;
    }
    svg.path("line", path);
  }

  private void rule(double x1, double y, double x2, String kind) {
    svg.line(x1, y, x2, y, kind);
  }
}
