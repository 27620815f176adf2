package dev.penstock.cli;

import dev.penstock.model.PerTitle;
import dev.penstock.model.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What was measured to find rungs, and the rungs, as tables for people. */
final class PerTitleText {
  private PerTitleText() {}

  static String of(PerTitle found) {
    Probes probes = found.probes();
    StringBuilder text = new StringBuilder();
    text.append("measured\n  ").append(how(probes)).append('\n');
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("codec", "size", "quality", "bit rate", probes.metric().title(), ""));
    for (Probes.Point point : ordered(probes.points())) {
      rows.add(row(point, found.isOnHull(point) ? "on the hull" : ""));
    }
    text.append(table(rows)).append("rungs\n");
    List<List<String>> rungs = new ArrayList<>();
    rungs.add(List.of("rung", "quality", "bit rate", "at most", probes.metric().title(), ""));
    for (PerTitle.Found rung : found.rungs()) {
      rungs.add(
          List.of(
              rung.name(),
              quality(rung.point()),
              Amounts.bitRate(rung.point().bitRate()),
              Amounts.bitRate(rung.maxBitRate()),
              score(rung.point()),
              rung.because()));
    }
    return text.append(table(rungs)).toString();
  }

  private static String how(Probes probes) {
    return probes.points().size()
        + " encodes with "
        + probes.preset().id()
        + " of "
        + probes.stretches().stream().map(PerTitleText::range).collect(Collectors.joining(", "))
        + ", in "
        + Times.taken(probes.elapsed());
  }

  private static String range(Probes.Stretch stretch) {
    return Times.clock(stretch.start())
        + "-"
        + Times.clock(stretch.start().plus(stretch.duration()));
  }

  /** By codec, the largest size first, the best quality first. */
  private static List<Probes.Point> ordered(List<Probes.Point> points) {
    return points.stream()
        .sorted(
            java.util.Comparator.comparing(Probes.Point::codec)
                .thenComparing(java.util.Comparator.comparingInt(Probes.Point::lines).reversed())
                .thenComparingDouble(Probes.Point::quality))
        .toList();
  }

  private static List<String> row(Probes.Point point, String mark) {
    return List.of(
        point.codec().id(),
        point.lines() + "p",
        quality(point),
        Amounts.bitRate(point.bitRate()),
        score(point),
        mark);
  }

  private static String quality(Probes.Point point) {
    return Amounts.trimmed(point.quality(), 1);
  }

  private static String score(Probes.Point point) {
    return Amounts.decimals(point.score(), 2) + " dB";
  }

  private static String table(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        boolean last = i == row.size() - 1;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(' ').append(last ? row.get(i) : ProbeText.column(row.get(i), width + 1));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
