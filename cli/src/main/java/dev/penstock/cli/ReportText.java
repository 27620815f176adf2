package dev.penstock.cli;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Report;
import dev.penstock.model.Verification;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            text.append("  gone on from what was done before: ")
                .append(pieces.reused())
                .append(" pieces\n"));
    report.receipt().perTitle().ifPresent(found -> text.append(PerTitleText.of(found)));
    report
        .cached()
        .ifPresent(cached ->
            text.append("  from the cache: made ")
                .append(cached.made().truncatedTo(ChronoUnit.SECONDS))
                .append(" in ")
                .append(Times.taken(cached.elapsed()))
                .append('\n'));
    text.append(verified(report.verification()));
    for (String note : report.receipt().notes()) {
      text.append("  note: ").append(Terminal.oneLine(note)).append('\n');
    }
    for (String warning : report.warnings()) {
      text.append("  warning: ").append(Terminal.oneLine(warning)).append('\n');
    }
    return text.toString();
  }

  /** One line; what was not checked has one of its own for each reason. */
  private static String verified(Verification verification) {
    if (verification.level() == Verification.Level.NONE) {
      return "";
    }
    StringBuilder text = new StringBuilder("  verified: ");
    text.append(verification.level().name().toLowerCase(Locale.ROOT));
    text.append(", ").append(verification.passed()).append(" checks\n");
    verification.notChecked().stream().map(ReportText::unchecked).distinct().forEach(text::append);
    return text.toString();
  }

  private static String unchecked(Verification.Check check) {
    return check.result() instanceof Verification.Result.NotChecked(String why)
        ? "  not checked: " + Terminal.oneLine(check.name() + ", " + why) + "\n"
        : "";
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
        + averageQp(track)
        + ", "
        + Amounts.bytes(track.bytes());
  }

  private static String averageQp(Report.TrackResult track) {
    return track.averageQp().isPresent()
        ? ", average QP " + Amounts.trimmed(track.averageQp().getAsDouble(), 1)
        : "";
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
