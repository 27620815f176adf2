package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Ends a request with a problem. */
final class ProblemException extends RuntimeException {
  private final transient Problem problem;
  private final transient Map<String, String> headers;

  private ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  Problem problem() {
    return problem;
  }

  Map<String, String> headers() {
    return headers;
  }

  /**
   * What HTTP has a status for.
   *
   * @param title a few words, of which the type is made
   */
  static ProblemException of(
      int status, String title, String subject, String problem, String cause, String next) {
    boolean later = status == 429 || status == 503;
    String failure = later ? "out-of-resource" : status >= 500 ? "bug" : "bad-request";
    return new ProblemException(
        new Problem(
            Problem.TYPE + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-"),
            title,
            status,
            subject + ": " + problem,
            "",
            failure,
            subject,
            Stage.OPEN.label(),
            cause,
            next,
            later ? "later" : "never",
            List.of(),
            Optional.empty()),
        Map.of());
  }

  static ProblemException mistakes(List<Problem.Mistake> mistakes) {
    return new ProblemException(
        Problem.of(
                new Failure.BadRequest(
                    new Failure.Diagnosis(
                        "submission",
                        Stage.PLAN,
                        mistakes.size() == 1 ? "one mistake" : mistakes.size() + " mistakes",
                        mistakes.getFirst().at() + ": " + mistakes.getFirst().problem(),
                        mistakes.getFirst().next())),
                "")
            .with(mistakes),
        Map.of());
  }

  static ProblemException notFound(String subject, String next) {
    return of(
        404, "Not found", subject, "is not here", "it never was, or is somebody else's", next);
  }

  ProblemException with(String header, String value) {
    return new ProblemException(problem, Map.of(header, value));
  }
}
