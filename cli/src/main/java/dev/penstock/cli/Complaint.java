package dev.penstock.cli;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.node.text.MistakenException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One thing that went wrong, as the user is told about it.
 *
 * @param subject the thing: a file, an option, a track, a device
 * @param problem what happened, one clause
 * @param stage where in the flow
 * @param cause why, as far as is known
 * @param details the file that holds more
 * @param next what the user can do
 */
record Complaint(
    ExitCode exitCode,
    String subject,
    String problem,
    Optional<String> stage,
    Optional<String> cause,
    Optional<String> details,
    Optional<String> next) {
  private static final int MOST_PRINTED = 10;

  static Complaint of(Failure failure) {
    Failure.Diagnosis diagnosis = failure.diagnosis();
    return new Complaint(
        ExitCode.of(failure),
        diagnosis.subject(),
        diagnosis.problem(),
        Optional.of(diagnosis.stage().label()),
        said(diagnosis.likelyCause()),
        Optional.empty(),
        said(diagnosis.nextStep()));
  }

  static Complaint usage(String subject, String problem, String next) {
    return new Complaint(
        ExitCode.USAGE,
        subject,
        problem,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(next));
  }

  static Complaint lostOutput() {
    return new Complaint(
        ExitCode.HOST,
        "standard output",
        "could not be written",
        Optional.empty(),
        Optional.of("the disk it goes to is full, or gone"),
        Optional.empty(),
        Optional.of("send it elsewhere"));
  }

  /** Everything to say about an exception; what only a programmer understands goes to a file. */
  static List<Complaint> of(Throwable thrown, List<String> arguments) {
    return switch (thrown) {
      case UsageException e -> List.of(usage(e.subject(), e.problem(), e.nextStep()));
      case MistakenException e -> of(e);
      case RefusedException e -> e.reasons().stream().map(Complaint::of).toList();
      case FailureException e when e.failure() instanceof Failure.Bug ->
          List.of(of(e.failure()).withDetails(CrashFile.write(e, arguments)));
      case FailureException e -> List.of(of(e.failure()));
      case OutOfMemoryError e -> List.of(outOfMemory(e));
      case LinkageError e -> List.of(missingLibrary(e).withDetails(CrashFile.write(e, arguments)));
      default -> List.of(unexpected(thrown).withDetails(CrashFile.write(thrown, arguments)));
    };
  }

  private static List<Complaint> of(MistakenException mistaken) {
    return mistaken.mistakes().stream()
        .map(each -> usage(each.place(mistaken.file()), each.problem(), each.next()))
        .toList();
  }

  private static Complaint unexpected(Throwable thrown) {
    String message = thrown.getMessage();
    return new Complaint(
        ExitCode.BUG,
        "internal error",
        thrown.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")"),
        Optional.empty(),
        Optional.of("a fault in Penstock"),
        Optional.empty(),
        Optional.of("please report it, with that file"));
  }

  private static Complaint outOfMemory(OutOfMemoryError error) {
    return new Complaint(
        ExitCode.RESOURCES,
        "Java heap",
        "out of memory",
        Optional.empty(),
        Optional.ofNullable(error.getMessage()),
        Optional.empty(),
        Optional.of("give the process more memory, or run fewer jobs at once"));
  }

  private static Complaint missingLibrary(LinkageError error) {
    return new Complaint(
        ExitCode.HOST,
        "native libraries",
        "could not be loaded",
        Optional.empty(),
        Optional.ofNullable(error.getMessage()),
        Optional.empty(),
        Optional.of("install Penstock again; it needs Linux on x86-64 with glibc"));
  }

  private Complaint withDetails(Optional<Path> file) {
    return new Complaint(exitCode, subject, problem, stage, cause, file.map(Path::toString), next);
  }

  private static Optional<String> said(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text);
  }

  /** Prints all and answers the exit code, which is that of the first. */
  static ExitCode print(List<Complaint> complaints, Terminal terminal) {
    complaints.stream()
        .limit(MOST_PRINTED)
        .forEach(complaint -> terminal.err().print(complaint.text(terminal)));
    if (complaints.size() > MOST_PRINTED) {
      terminal
          .err()
          .println("penstock: and " + (complaints.size() - MOST_PRINTED) + " more of the kind");
    }
    terminal.err().flush();
    return complaints.isEmpty() ? ExitCode.FAILED : complaints.getFirst().exitCode();
  }

  String text(Terminal terminal) {
    StringBuilder text = new StringBuilder();
    text.append(terminal.red("penstock: "))
        .append(Terminal.oneLine(subject))
        .append(": ")
        .append(Terminal.oneLine(problem))
        .append('\n');
    line(text, terminal, "stage", stage);
    line(text, terminal, "cause", cause);
    line(text, terminal, "details", details);
    line(text, terminal, "next", next);
    return text.toString();
  }

  private static void line(
      StringBuilder text, Terminal terminal, String label, Optional<String> value) {
    value.ifPresent(words ->
        text.append("  ")
            .append(terminal.dim(label + ":"))
            .append(' ')
            .append(Terminal.oneLine(words))
            .append('\n'));
  }
}
