package dev.penstock.cli;

import dev.penstock.hardware.health.Answer;
import dev.penstock.hardware.health.Lost;
import dev.penstock.hardware.health.Severity;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An explanation, for people. */
final class ExplainText {
  private static final int MOST_COLUMNS = 100;
  private static final int LABEL = 10;
  private static final int SAID = 300;

  private final StringBuilder text = new StringBuilder();
  private final int width;

  private ExplainText(int width) {
    this.width = width;
  }

  /**
   * All of it.
   *
   * @param here what this machine has to do with it
   */
  static String of(Answer answer, List<Finding> here, Terminal terminal) {
    ExplainText page =
        new ExplainText(
            terminal.outIsTerminal() ? Math.min(terminal.width(), MOST_COLUMNS) : MOST_COLUMNS);
    if (answer.causes().isEmpty()) {
      page.unknown(answer);
    } else {
      page.cause(answer.causes().getFirst());
      page.others(answer.causes().subList(1, answer.causes().size()));
    }
    if (!here.isEmpty()) {
      page.here(here);
    }
    return page.text.toString();
  }

  private void here(List<Finding> findings) {
    text.append("\nOn this machine:\n");
    List<Finding> telling =
        findings.stream().filter(finding -> finding.status().compareTo(Status.SKIP) > 0).toList();
    for (Finding finding : telling) {
      String subject = finding.subject().map(name -> name + ": ").orElse("");
      String start = "  " + ProbeText.column(finding.status().name(), LABEL);
      wrap(start, LABEL + 2, finding.check() + ", " + subject + finding.summary());
    }
    if (telling.isEmpty()) {
      String checks =
          findings.stream().map(Finding::check).distinct().collect(Collectors.joining(", "));
      wrap("  ", 2, "nothing of it is seen (" + checks + ")");
    }
  }

  private void unknown(Answer answer) {
    text.append("Nothing here is known to Penstock. It looked for:\n");
    for (String looked : answer.lookedFor()) {
      wrap("  - ", 4, looked);
    }
    if (!answer.near().isEmpty()) {
      text.append("\nPerhaps one of these is meant; ask it as it stands:\n");
      answer.near().forEach(near -> text.append("  ").append(near.question()).append('\n'));
    }
  }

  private void cause(Answer.Cause cause) {
    text.append(Terminal.oneLine(cause.title()))
        .append(cause.detail().map(detail -> " (" + Terminal.oneLine(detail) + ")").orElse(""))
        .append('\n');
    cause.said().ifPresent(said -> field("said", said(cause, said)));
    where(cause).ifPresent(where -> field("where", where));
    when(cause).ifPresent(when -> field("when", when));
    for (String paragraph : cause.means().split("\n\n", -1)) {
      field(text.indexOf("\n  means ") < 0 ? "means" : "", paragraph);
    }
    if (cause.severity() != Severity.INFO || cause.lost() != Lost.NOTHING) {
      field("lost", cause.lost().label());
    }
    cause.vendorAction().ifPresent(action -> field("NVIDIA", action));
    if (!cause.checks().isEmpty()) {
      // A command is never broken.
      text.append("  ").append(ProbeText.column("confirm", LABEL));
      text.append("penstock doctor --only ").append(String.join(",", cause.checks())).append('\n');
    }
    remedies(cause.remedies());
    field("source", String.join("; ", cause.sources()));
  }

  private static String said(Answer.Cause cause, String said) {
    String shown = said.length() > SAID ? said.substring(0, SAID) + " …" : said;
    return cause.line().isPresent() && cause.rank() != Answer.Rank.QUESTION
        ? "line " + cause.line().getAsInt() + ": " + shown
        : shown;
  }

  private static Optional<String> where(Answer.Cause cause) {
    List<String> words = new ArrayList<>();
    cause.device().ifPresent(words::add);
    cause.uuid().ifPresent(words::add);
    cause.process().ifPresent(process -> words.add("process " + process));
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
  }

  private static Optional<String> when(Answer.Cause cause) {
    if (cause.first().isEmpty()) {
      return cause.count() > 1 ? Optional.of(cause.count() + " times") : Optional.empty();
    }
    String first = cause.first().get().toString();
    return Optional.of(
        cause.count() == 1
            ? first
            : cause.count()
                + " times, "
                + first
                + cause.last().map(last -> " to " + last).orElse(""));
  }

  private void remedies(List<Finding.Remedy> remedies) {
    for (int i = 0; i < remedies.size(); i++) {
      Finding.Remedy remedy = remedies.get(i);
      String number = remedies.size() > 1 ? i + 1 + ". " : "";
      String start = "  " + ProbeText.column(i == 0 ? "fix" : "", LABEL) + number;
      wrap(start, start.length(), remedy.text());
      for (String command : remedy.commands()) {
        text.append(" ".repeat(LABEL + 6)).append(command).append('\n');
      }
    }
  }

  private void others(List<Answer.Cause> others) {
    if (others.isEmpty()) {
      return;
    }
    text.append("\nAlso:\n");
    for (Answer.Cause cause : others) {
      String count = cause.count() > 1 ? ", " + cause.count() + " times" : "";
      String where = where(cause).map(words -> ", " + words).orElse("");
      String when = cause.first().map(at -> ", " + at).orElse("");
      wrap("  - ", 4, cause.title() + where + when + count);
    }
  }

  private void field(String label, String words) {
    wrap("  " + ProbeText.column(label, LABEL), LABEL + 2, words);
  }

  /** Words in lines that are not too long, the further ones indented. */
  private void wrap(String start, int indent, String words) {
    int column = indent;
    text.append(start);
    boolean first = true;
    for (String word : Terminal.oneLine(words).split(" ", -1)) {
      if (!first && column + 1 + word.length() > width) {
        text.append('\n').append(" ".repeat(indent));
        column = indent;
      } else if (!first) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
      first = false;
    }
    text.append('\n');
  }
}
