package dev.penstock.cli;

import dev.penstock.hardware.check.Check;
import dev.penstock.hardware.check.Examination;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import java.util.List;
import java.util.stream.Collectors;

/** What the doctor found, for people: groups, worst first, each finding with what helps. */
final class DoctorText {
  private final Terminal terminal;
  private final StringBuilder text = new StringBuilder();

  private DoctorText(Terminal terminal) {
    this.terminal = terminal;
  }

  static String of(Examination examination, Terminal terminal) {
    return new DoctorText(terminal).written(examination);
  }

  /** What a check is. */
  static String explained(Check check) {
    return check.id()
        + ": "
        + check.title()
        + "\n\n"
        + check.rule()
        + "\n\nReads:\n"
        + check.files().stream()
            .map(wanted -> "  " + wanted.pattern() + "\n")
            .collect(Collectors.joining())
        + check.probes().stream()
            .map(probe -> "  " + probe.getSimpleName() + " (asked in a process of its own)\n")
            .collect(Collectors.joining())
        + "\nSource: "
        + check.source()
        + "\n";
  }

  private String written(Examination examination) {
    text.append(verdict(examination)).append('\n');
    for (Check.Group group : Check.Group.values()) {
      group(group, examination.findings());
    }
    return text.toString();
  }

  private static String verdict(Examination examination) {
    String who = Terminal.oneLine(examination.origin().text());
    return switch (examination.fitness()) {
      case FIT -> who + ": fit to encode on hardware";
      case DEGRADED -> who + ": can encode on hardware, but not all is well";
      case UNFIT -> who + ": cannot encode on hardware";
    };
  }

  private void group(Check.Group group, List<Finding> all) {
    List<Finding> findings =
        all.stream()
            .filter(
                finding -> Examination.find(finding.check()).orElseThrow().group().equals(group))
            .toList();
    if (!findings.isEmpty()) {
      text.append('\n').append(group.label()).append('\n');
      findings.forEach(this::finding);
    }
  }

  private void finding(Finding finding) {
    String about = finding.subject().map(subject -> subject + ": ").orElse("");
    line("  " + mark(finding.status()), finding.check(), about + finding.summary());
    if (!finding.meaning().isEmpty()) {
      text.append("          ").append(Terminal.oneLine(finding.meaning())).append('\n');
    }
    finding.remedies().forEach(this::remedy);
  }

  private void line(String mark, String check, String summary) {
    text.append(mark)
        .append(ProbeText.column(check, 20))
        .append(Terminal.oneLine(summary))
        .append('\n');
  }

  private String mark(Status status) {
    String word = ProbeText.column(status.name(), 8);
    return switch (status) {
      case FAIL, WARN -> terminal.red(word);
      case PASS, SKIP, UNKNOWN -> terminal.dim(word);
    };
  }

  private void remedy(Remedy remedy) {
    text.append("          > ").append(remedy.text()).append('\n');
    for (String command : remedy.commands()) {
      text.append("            $ ").append(command).append('\n');
    }
  }
}
