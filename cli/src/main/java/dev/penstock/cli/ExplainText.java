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
  private static final int WIDTH = 100;
  private static final int LABEL = 10;
  private static final int SAID = 300;

  private ExplainText() {}

  static String of(Answer answer) {
    StringBuilder text = new StringBuilder();
    if (answer.causes().isEmpty()) {
      unknown(text, answer);
      return text.toString();
    }
    cause(text, answer.causes().getFirst());
    others(text, answer.causes().subList(1, answer.causes().size()));
    return text.toString();
  }

  /** What this machine has to do with it. */
  static String here(List<Finding> findings) {
    if (findings.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\nOn this machine:\n");
    List<Finding> telling =
        findings.stream().filter(finding -> finding.status().compareTo(Status.SKIP) > 0).toList();
    for (Finding finding : telling) {
      String subject = finding.subject().map(name -> name + ": ").orElse("");
      String start = "  " + ProbeText.column(finding.status().name(), LABEL);
      wrap(text, start, LABEL + 2, finding.check() + ", " + subject + finding.summary());
    }
    if (telling.isEmpty()) {
      String checks =
          findings.stream().map(Finding::check).distinct().collect(Collectors.joining(", "));
      wrap(text, "  ", 2, "nothing of it is seen (" + checks + ")");
    }
    return text.toString();
  }

  private static void unknown(StringBuilder text, Answer answer) {
    text.append("Nothing here is known to Penstock. It looked for:\n");
    for (String looked : answer.lookedFor()) {
      wrap(text, "  - ", 4, looked);
    }
    if (!answer.near().isEmpty()) {
      text.append("\nPerhaps one of these is meant; ask it as it stands:\n");
      answer.near().forEach(near -> text.append("  ").append(near.question()).append('\n'));
    }
  }

  static void cause(StringBuilder text, Answer.Cause cause) {
    text.append(Terminal.oneLine(cause.title()))
        .append(cause.detail().map(detail -> " (" + Terminal.oneLine(detail) + ")").orElse(""))
        .append('\n');
    cause.said().ifPresent(said -> field(text, "said", said(cause, said)));
    where(cause).ifPresent(where -> field(text, "where", where));
    when(cause).ifPresent(when -> field(text, "when", when));
    for (String paragraph : cause.means().split("\n\n", -1)) {
      field(text, text.indexOf("\n  means ") < 0 ? "means" : "", paragraph);
    }
    if (cause.severity() != Severity.INFO || cause.lost() != Lost.NOTHING) {
      field(text, "lost", cause.lost().label());
    }
    cause.vendorAction().ifPresent(action -> field(text, "NVIDIA", action));
    if (!cause.checks().isEmpty()) {
      field(text, "confirm", "penstock doctor --only " + String.join(",", cause.checks()));
    }
    remedies(text, cause.remedies());
    field(text, "source", String.join("; ", cause.sources()));
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

  private static void remedies(StringBuilder text, List<Finding.Remedy> remedies) {
    for (int i = 0; i < remedies.size(); i++) {
      Finding.Remedy remedy = remedies.get(i);
      field(text, i == 0 ? "fix" : "", (remedies.size() > 1 ? i + 1 + ". " : "") + remedy.text());
      for (String command : remedy.commands()) {
        text.append(" ".repeat(LABEL + 6)).append(command).append('\n');
      }
    }
  }

  private static void others(StringBuilder text, List<Answer.Cause> others) {
    if (others.isEmpty()) {
      return;
    }
    text.append("\nAlso:\n");
    for (Answer.Cause cause : others) {
      String count = cause.count() > 1 ? ", " + cause.count() + " times" : "";
      String where = where(cause).map(words -> ", " + words).orElse("");
      String when = cause.first().map(at -> ", " + at).orElse("");
      wrap(text, "  - ", 4, cause.title() + where + when + count);
    }
  }

  private static void field(StringBuilder text, String label, String words) {
    wrap(text, "  " + ProbeText.column(label, LABEL), LABEL + 2, words);
  }

  /** Words in lines that are not too long, the further ones indented. */
  private static void wrap(StringBuilder text, String start, int indent, String words) {
    int column = indent;
    text.append(start);
    boolean first = true;
    for (String word : Terminal.oneLine(words).split(" ", -1)) {
      if (!first && column + 1 + word.length() > WIDTH) {
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
