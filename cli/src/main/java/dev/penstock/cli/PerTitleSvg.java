package dev.penstock.cli;

import dev.penstock.model.PerTitle;
import dev.penstock.model.Probes;
import dev.penstock.model.VideoCodec;
import java.util.Comparator;
import java.util.List;

/**
 * What was measured to find rungs as a drawing: quality over the logarithm of the bit rate, a panel
 * for each codec, with a line for each size, the hull and the rungs. It is readable on light and
 * dark pages.
 */
final class PerTitleSvg {
  private static final int WIDTH = 960;
  private static final int LEFT = 72;
  private static final int RIGHT = 120;
  private static final int HEADER = 64;
  private static final int PANEL = 360;
  private static final int GAP = 84;

  private static final double[] DIGITS = {1, 2, 5};

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #333 }
        .title { font-size: 15px; font-weight: 600 }
        .paper { fill: #fff }
        .grid { stroke: #ddd }
        .size { fill: none; stroke: #0b62c4; stroke-width: 1.5; stroke-linejoin: round }
        .dot { fill: #0b62c4 }
        .hull { fill: none; stroke: #b35900; stroke-width: 2; stroke-dasharray: 6 4 }
        .hull-label { fill: #b35900 }
        .rung { fill: none; stroke: #b35900; stroke-width: 2.5 }
        @media (prefers-color-scheme: dark) {
          text { fill: #ddd }
          .paper { fill: #16181c }
          .grid { stroke: #3a3f47 }
          .size { stroke: #6cb2ff }
          .dot { fill: #6cb2ff }
          .hull { stroke: #ffb366 }
          .hull-label { fill: #ffb366 }
          .rung { stroke: #ffb366 }
        }
      </style>
      """;

  private final PerTitle found;
  private final String unit;
  private final Axis axis;
  private final String title;
  private final SvgDrawing svg;

  /**
   * What both axes reach.
   *
   * @param low least bit rate
   * @param high greatest
   * @param bottom least decibels
   * @param top most
   */
  private record Axis(double low, double high, double bottom, double top, double step) {
    static Axis of(List<Probes.Point> points) {
      double low = points.stream().mapToDouble(Probes.Point::bitRate).min().orElse(1e5);
      double high = points.stream().mapToDouble(Probes.Point::bitRate).max().orElse(1e6);
      double least = points.stream().mapToDouble(Probes.Point::score).min().orElse(20);
      double most = points.stream().mapToDouble(Probes.Point::score).max().orElse(50);
      double step = most - least > 20 ? 5 : 2;
      double bottom = Math.floor(least / step) * step;
      return new Axis(
          Math.max(1, low) / 1.15,
          Math.max(1, high) * 1.15,
          bottom,
          Math.max(Math.ceil(most / step) * step, bottom + step),
          step);
    }

    double x(long rate) {
      double part = Math.log(Math.max(1, rate) / low) / Math.log(high / low);
      return LEFT + Math.clamp(part, 0, 1) * (WIDTH - LEFT - RIGHT);
    }

    double y(double score, int upper) {
      return upper + PANEL * (1 - Math.clamp((score - bottom) / (top - bottom), 0, 1));
    }
  }

  private PerTitleSvg(String source, PerTitle found) {
    this.found = found;
    this.unit = found.probes().metric().title() + " (dB)";
    this.axis = Axis.of(found.probes().points());
    this.title = "Rungs found for " + source;
    int height = HEADER + codecs().size() * (PANEL + GAP);
    this.svg = new SvgDrawing(WIDTH, height, title, STYLE);
  }

  /**
   * Draws it.
   *
   * @param source what was measured, for the title
   */
  static String of(String source, PerTitle found) {
    return new PerTitleSvg(source, found).drawn();
  }

  private List<VideoCodec> codecs() {
    return found.probes().points().stream().map(Probes.Point::codec).distinct().toList();
  }

  private String drawn() {
    svg.text(LEFT, 26, "title", "start", title);
    svg.text(LEFT, 46, "", "start", summary());
    int upper = HEADER + 20;
    for (VideoCodec codec : codecs()) {
      panel(codec, upper);
      upper += PANEL + GAP;
    }
    return svg.drawn();
  }

  private String summary() {
    Probes probes = found.probes();
    return probes.points().size()
        + " encodes with "
        + probes.preset().id()
        + " of "
        + probes.stretches().size()
        + (probes.stretches().size() == 1 ? " stretch" : " stretches")
        + "; rungs are circled, the dashed line is the hull";
  }

  private void panel(VideoCodec codec, int upper) {
    svg.text(LEFT, upper - 8, "title", "start", codec.label() + ", " + unit);
    levels(upper);
    rates(upper);
    path("hull", found.hull().stream().filter(point -> point.codec() == codec).toList(), upper);
    found.probes().points().stream()
        .filter(point -> point.codec() == codec)
        .mapToInt(Probes.Point::lines)
        .distinct()
        .forEach(lines -> size(codec, lines, upper));
    found.rungs().stream()
        .filter(rung -> rung.point().codec() == codec)
        .forEach(rung -> rung(rung, upper));
  }

  private void levels(int upper) {
    long steps = Math.round((axis.top() - axis.bottom()) / axis.step());
    for (long i = 0; i <= steps; i++) {
      double value = axis.bottom() + i * axis.step();
      grid(LEFT, axis.y(value, upper), WIDTH - RIGHT, axis.y(value, upper));
      svg.text(LEFT - 8, axis.y(value, upper) + 4, "", "end", Amounts.trimmed(value, 1));
    }
  }

  private void rates(int upper) {
    int first = (int) Math.floor(Math.log10(axis.low()));
    for (int power = first; Math.pow(10, power) <= axis.high(); power++) {
      for (double digit : DIGITS) {
        long rate = Math.round(digit * Math.pow(10, power));
        if (rate >= axis.low() && rate <= axis.high()) {
          grid(axis.x(rate), upper, axis.x(rate), upper + PANEL);
          svg.text(axis.x(rate), upper + PANEL + 18, "", "middle", Amounts.bitRate(rate));
        }
      }
    }
    svg.text(WIDTH - RIGHT, upper + PANEL + 38, "", "end", "average bit rate");
  }

  private void size(VideoCodec codec, int lines, int upper) {
    List<Probes.Point> curve =
        found.probes().points().stream()
            .filter(point -> point.codec() == codec && point.lines() == lines)
            .sorted(Comparator.comparingLong(Probes.Point::bitRate))
            .toList();
    path("size", curve, upper);
    for (Probes.Point point : curve) {
      circle("dot", 3, point, upper, lines + "p, " + said(point));
    }
    Probes.Point end = curve.getLast();
    svg.text(axis.x(end.bitRate()) + 8, axis.y(end.score(), upper) + 4, "", "start", lines + "p");
  }

  private void rung(PerTitle.Found rung, int upper) {
    circle("rung", 7, rung.point(), upper, rung.name() + ", " + said(rung.point()));
    svg.text(
        axis.x(rung.point().bitRate()) - 10,
        axis.y(rung.point().score(), upper) - 8,
        "hull-label",
        "end",
        rung.name());
  }

  private static String said(Probes.Point point) {
    return "quality "
        + Amounts.trimmed(point.quality(), 1)
        + ": "
        + Amounts.bitRate(point.bitRate())
        + ", "
        + Amounts.decimals(point.score(), 2)
        + " dB";
  }

  private void path(String kind, List<Probes.Point> points, int upper) {
    StringBuilder steps = new StringBuilder();
    for (Probes.Point point : points) {
      steps.append(steps.isEmpty() ? 'M' : 'L').append(SvgDrawing.number(axis.x(point.bitRate())));
      steps.append(' ').append(SvgDrawing.number(axis.y(point.score(), upper)));
    }
    svg.path(kind, steps);
  }

  private void circle(String kind, int radius, Probes.Point point, int upper, String words) {
    double x = axis.x(point.bitRate());
    svg.circle(x, axis.y(point.score(), upper), kind, Integer.toString(radius), words);
  }

  private void grid(double x1, double y1, double x2, double y2) {
    svg.line(x1, y1, x2, y2, "grid");
  }
}
