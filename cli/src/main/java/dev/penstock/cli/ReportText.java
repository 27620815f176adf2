package dev.penstock.cli;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a finished job did, in a few lines for people. */
final class ReportText {
  private ReportText() {}

  static String of(Report report) {
    StringBuilder text = new StringBuilder();
    text.append(Terminal.oneLine(report.plan().target())).append(": ");
    text.append(String.join(", ", summary(report))).append('\n');
    for (int i = 0; i < report.tracks().size(); i++) {
      Report.TrackResult track = report.tracks().get(i);
      text.append("  track ").append(track.source()).append(": ");
      text.append(line(track)).append(size(report, i)).append('\n');
    }
    report
        .pieces()
        .filter(pieces -> pieces.reused() > 0)
        .ifPresent(pieces ->
            text.append("  gone on from a run before: ")
                .append(pieces.reused())
                .append(" pieces\n"));
    report.receipt().perTitle().ifPresent(found -> text.append(PerTitleText.of(found)));
    for (String note : report.receipt().notes()) {
      text.append("  note: ").append(Terminal.oneLine(note)).append('\n');
    }
    for (String warning : report.warnings()) {
      text.append("  warning: ").append(Terminal.oneLine(warning)).append('\n');
    }
    return text.toString();
  }

  private static List<String> summary(Report report) {
    List<String> words = new ArrayList<>();
    Optional<Duration> length = length(report);
    length.ifPresent(known -> words.add(Times.exact(known)));
    if (report.outputs().size() == 1) {
      MediaInfo output = report.output();
      output.bytes().ifPresent(bytes -> words.add(Amounts.bytes(bytes)));
      output.bitRate().ifPresent(rate -> words.add(Amounts.bitRate(rate)));
    } else {
      words.add(Amounts.bytes(report.tracks().stream().mapToLong(Report.TrackResult::bytes).sum()));
    }
    words.add("done in " + Times.taken(report.elapsed()) + speed(report, length));
    return words;
  }

  /** Of what was written; of a ladder, that of its source. */
  private static Optional<Duration> length(Report report) {
    return report.outputs().stream()
        .findFirst()
        .map(MediaInfo::duration)
        .orElseGet(() -> report.input().duration());
  }

  private static String speed(Report report, Optional<Duration> length) {
    return length
        .filter(_ -> report.elapsed().isPositive())
        .map(known -> " (" + Amounts.trimmed(ratio(known, report.elapsed()), 2) + "x)")
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

  /** Of the rungs of a ladder, which differ in it. */
  private static String size(Report report, int track) {
    return report.tracks().size() == report.plan().tracks().size()
            && report.plan().tracks().get(track) instanceof Plan.EncodeVideo video
            && !report.plan().isOneFile()
        ? ", " + video.size()
        : "";
  }

  private static String some(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }
}
