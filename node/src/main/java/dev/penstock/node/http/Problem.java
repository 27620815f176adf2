package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import java.util.List;
import java.util.Optional;

/**
 * Why a request was not met: problem details (RFC 9457), with what a {@link Failure} says.
 *
 * @param type {@code urn:penstock:problem:} and a word
 * @param detail what happened, one line
 * @param instance the path that was asked for
 * @param failure the failure's type, as in {@link FailureText#label}
 * @param next what the client can do
 * @param mistakes all of them, where it is about a text with several
 * @param incident stands in the log of the server, where it is at fault
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String failure,
    String subject,
    String stage,
    String cause,
    String next,
    String retry,
    List<Mistake> mistakes,
    Optional<String> incident) {
  public static final String CONTENT_TYPE = "application/problem+json";

  static final String TYPE = "urn:penstock:problem:";

  public Problem {
    mistakes = List.copyOf(mistakes);
  }

  /**
   * One of several things that are wrong.
   *
   * @param at the key it is about
   */
  public record Mistake(String at, String problem, String next) {}

  static Problem of(Failure failure, String instance) {
    Failure.Diagnosis diagnosis = failure.diagnosis();
    return new Problem(
        TYPE + FailureText.label(failure),
        FailureText.title(failure),
        FailureText.status(failure),
        diagnosis.subject() + ": " + diagnosis.problem(),
        instance,
        FailureText.label(failure),
        diagnosis.subject(),
        diagnosis.stage().label(),
        diagnosis.likelyCause(),
        diagnosis.nextStep(),
        FailureText.retry(failure.retry()),
        List.of(),
        Optional.empty());
  }

  Problem with(List<Mistake> found) {
    return new Problem(
        type, title, status, detail, instance, failure, subject, stage, cause, next, retry, found,
        incident);
  }

  Problem withIncident(String id) {
    return new Problem(
        type,
        title,
        status,
        detail,
        instance,
        failure,
        subject,
        stage,
        cause,
        next,
        retry,
        mistakes,
        Optional.of(id));
  }

  Problem at(String path) {
    return new Problem(
        type, title, status, detail, path, failure, subject, stage, cause, next, retry, mistakes,
        incident);
  }

  /** What was the failure, for whoever sent the request. */
  public Failure toFailure() {
    String problem =
        detail.startsWith(subject + ": ") ? detail.substring(subject.length() + 2) : detail;
    return FailureText.failure(
        failure,
        new Failure.Diagnosis(
            subject, FailureText.stage(stage, Stage.OPEN), problem, causes(), next));
  }

  private String causes() {
    if (mistakes.isEmpty()) {
      return cause;
    }
    return String.join(
        "; ", mistakes.stream().map(each -> each.at() + ": " + each.problem()).toList());
  }
}
