package dev.penstock.cli;

import dev.penstock.hardware.check.Changes.Change;
import dev.penstock.hardware.check.Check;
import dev.penstock.hardware.check.Examination;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the doctor found, for people: groups, worst first, each finding with what helps. */
final class DoctorText {
  private static final int CHECK = 20;
  private static final int LEFT = 2 + 8 + CHECK;
  private static final int MOST_COLUMNS = 110;
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final Collector<Object, ?, Long> DISTINCT =
      Collectors.collectingAndThen(Collectors.toSet(), set -> (long) set.size());

  private final Terminal terminal;
  private final StringBuilder text = new StringBuilder();

  private DoctorText(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * All of it.
   *
   * @param everything also what passed and what there was nothing to judge of
   */
  static String of(Examination examination, boolean everything, Terminal terminal) {
    return new DoctorText(terminal).written(examination, everything);
  }

  /** What a check is. */
  static String explained(Check check, Terminal terminal) {
    return check.id()
        + ": "
        + check.title()
        + "\n\n"
        + folded(check.rule(), terminal)
        + "\nReads:\n"
        + check.files().stream()
            .map(wanted -> "  " + wanted.pattern() + "\n")
            .collect(Collectors.joining())
        + check.probes().stream()
            .map(probe -> "  " + probe.getSimpleName() + " (asked in a process of its own)\n")
            .collect(Collectors.joining())
        + "\n"
        + folded("Source: " + check.source(), terminal);
  }

  private static String folded(String words, Terminal terminal) {
    DoctorText page = new DoctorText(terminal);
    page.wrapped(words, 0);
    return page.text.toString();
  }

  private String written(Examination examination, boolean everything) {
    wrapped(verdict(examination), 0);
    List<Finding> shown =
        examination.findings().stream()
            .filter(finding -> everything || finding.status() != Status.SKIP)
            .toList();
    groups(shown).forEach(group -> group(group, shown));
    text.append('\n');
    wrapped(counts(examination, everything), 0);
    return text.toString();
  }

  /** What there is more of than fits on a terminal. */
  private static String counts(Examination examination, boolean everything) {
    Map<Status, Long> counts =
        examination.findings().stream()
            .collect(
                Collectors.groupingBy(
                    Finding::status,
                    () -> new EnumMap<>(Status.class),
                    Collectors.mapping(Finding::check, DISTINCT)));
    String words =
        Stream.of(Status.FAIL, Status.WARN, Status.UNKNOWN, Status.PASS)
            .filter(counts::containsKey)
            .map(status -> counts.get(status) + " " + status)
            .collect(Collectors.joining(", "));
    long skipped = counts.getOrDefault(Status.SKIP, 0L);
    String rest = skipped + " had nothing to judge" + (everything ? "" : "; --all shows them");
    return "Checks: "
        + Stream.of(words, skipped == 0 ? "" : rest)
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining("; "));
  }

  /** Those with the worst findings first; of equals, in their own order. */
  private static List<Check.Group> groups(List<Finding> findings) {
    return Arrays.stream(Check.Group.values())
        .sorted(Comparator.comparing((Check.Group group) -> worst(group, findings)).reversed())
        .toList();
  }

  private static Status worst(Check.Group group, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> groupOf(finding) == group)
        .map(Finding::status)
        .max(Comparator.naturalOrder())
        .orElse(Status.PASS);
  }

  private static Check.Group groupOf(Finding finding) {
    return Examination.find(finding.check()).orElseThrow().group();
  }

  private static String verdict(Examination examination) {
    String who = Terminal.oneLine(examination.origin().text());
    if (examination.fitness().isEmpty()) {
      return who + ": whether it can encode on hardware was not looked at";
    }
    return switch (examination.fitness().get()) {
      case FIT -> who + ": fit to encode on hardware";
      case DEGRADED -> who + ": not all is well; see encode.hardware for what can encode";
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
      Map<List<Object>, List<Finding>> alike = new LinkedHashMap<>();
      for (Finding finding : findings) {
        alike.computeIfAbsent(sameness(finding), _ -> new ArrayList<>()).add(finding);
      }
      alike.values().forEach(this::findings);
    }
  }

  /**
   * What cannot be told of a device for one reason is said once, and so is what one check says of
   * several devices and what helps them all.
   */
  private static List<Object> sameness(Finding finding) {
    if (finding.status() == Status.UNKNOWN && finding.remedies().isEmpty()) {
      return List.of(finding.summary(), finding.meaning(), finding.subject());
    }
    return finding.remedies().isEmpty()
        ? List.of(finding)
        : List.of(finding.status(), finding.check(), finding.meaning(), finding.remedies());
  }

  private void findings(List<Finding> alike) {
    Finding first = alike.getFirst();
    if (first.status() == Status.UNKNOWN && first.remedies().isEmpty()) {
      headline(first);
      if (alike.size() > 1) {
        text.append(" ".repeat(LEFT));
        wrapped(
            "unknown for the same reason: "
                + alike.stream().skip(1).map(Finding::check).collect(Collectors.joining(", ")),
            LEFT);
      }
    } else {
      alike.forEach(this::headline);
    }
    if (!first.meaning().isEmpty()) {
      text.append(" ".repeat(LEFT));
      wrapped(first.meaning(), LEFT);
    }
    first.remedies().forEach(this::remedy);
  }

  private void headline(Finding finding) {
    String about = finding.subject().map(subject -> subject + ": ").orElse("");
    String word = painted(finding.status(), ProbeText.column(finding.status().name(), 8));
    text.append("  ").append(word).append(ProbeText.column(finding.check(), CHECK));
    wrapped(about + finding.summary(), LEFT);
  }

  private void remedy(Remedy remedy) {
    text.append(" ".repeat(LEFT)).append("> ");
    wrapped(remedy.text(), LEFT + 2);
    for (String command : remedy.commands()) {
      text.append(" ".repeat(LEFT + 2)).append("$ ").append(Terminal.oneLine(command)).append('\n');
    }
  }

  /** Words from where the line is, going on below at the same column. Commands are never broken. */
  private void wrapped(String words, int column) {
    int room = Math.max(40, Math.min(terminal.width(), MOST_COLUMNS) - column);
    int used = 0;
    for (String word : SPACES.split(Terminal.oneLine(words), -1)) {
      if (used > 0 && used + 1 + word.length() > room) {
        text.append('\n').append(" ".repeat(column));
        used = 0;
      } else if (used > 0) {
        text.append(' ');
        used++;
      }
      text.append(word);
      used += word.length();
    }
    text.append('\n');
  }

  private String painted(Status status, String word) {
    if (!terminal.outIsTerminal()) {
      return word;
    }
    return switch (status) {
      case FAIL -> terminal.red(word);
      case WARN, UNKNOWN -> terminal.yellow(word);
      case PASS -> terminal.green(word);
      case SKIP -> terminal.dim(word);
    };
  }

  /** What changed, a line each. */
  static String of(List<Change> changes) {
    return changes.stream().map(DoctorText::line).collect(Collectors.joining());
  }

  private static String line(Change change) {
    String who = change.check() + change.subject().map(subject -> " " + subject).orElse("");
    return Terminal.oneLine(
            who
                + ": "
                + change.before().map(DoctorText::said).orElse("(nothing)")
                + " -> "
                + change.after().map(DoctorText::said).orElse("gone"))
        + "\n";
  }

  private static String said(Finding finding) {
    return finding.status() + " " + finding.summary();
  }
}
