package dev.penstock.cli;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a finished job did, in a few lines for people. */
final class ReportText {
  private ReportText() {}

  static String of(Report report) {
    StringBuilder text = new StringBuilder();
    text.append(Terminal.oneLine(report.plan().file().path())).append(": ");
    text.append(String.join(", ", summary(report))).append('\n');
    for (Report.TrackResult track : report.tracks()) {
      text.append("  track ").append(track.source()).append(": ").append(line(track)).append('\n');
    }
    for (String note : report.receipt().notes()) {
      text.append("  note: ").append(Terminal.oneLine(note)).append('\n');
    }
    for (String warning : report.warnings()) {
      text.append("  warning: ").append(Terminal.oneLine(warning)).append('\n');
    }
    return text.toString();
  }

  private static List<String> summary(Report report) {
    MediaInfo output = report.output();
    List<String> words = new ArrayList<>();
    output.duration().ifPresent(length -> words.add(Times.exact(length)));
    output.bytes().ifPresent(bytes -> words.add(Amounts.bytes(bytes)));
    output.bitRate().ifPresent(rate -> words.add(Amounts.bitRate(rate)));
    words.add("done in " + Times.taken(report.elapsed()) + speed(report));
    return words;
  }

  private static String speed(Report report) {
    return report
        .output()
        .duration()
        .filter(_ -> report.elapsed().isPositive())
        .map(length -> " (" + Amounts.trimmed(ratio(length, report.elapsed()), 2) + "x)")
        .orElse("");
  }

  private static double ratio(Duration media, Duration wall) {
    return (double) media.toNanos() / wall.toNanos();
  }

  private static String line(Report.TrackResult track) {
    if (track.kind().equals("copy")) {
      return track.codec()
          + " copied, packets: "
          + track.packetsOut()
          + ", "
          + Amounts.bytes(track.bytes());
    }
    String unit =
        switch (track.kind()) {
          case "audio" -> " samples";
          case "subtitle" -> " events";
          default -> " frames";
        };
    return track.kind()
        + " "
        + track.codec()
        + ", "
        + track.decoded()
        + unit
        + " in, "
        + track.encoded()
        + " out"
        + some(track.damaged(), "damaged")
        + some(track.duplicated(), "duplicated")
        + some(track.dropped(), "dropped")
        + ", "
        + Amounts.bytes(track.bytes());
  }

  private static String some(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }
}
