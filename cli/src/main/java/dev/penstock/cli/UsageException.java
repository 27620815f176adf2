package dev.penstock.cli;

/**
 * The command line makes no sense, for a reason that only shows once it is looked at as a whole.
 */
final class UsageException extends RuntimeException {
  private final String subject;
  private final String problem;
  private final String nextStep;

  UsageException(String subject, String problem, String nextStep) {
    super(subject + ": " + problem);
    this.subject = subject;
    this.problem = problem;
    this.nextStep = nextStep;
  }

  String subject() {
    return subject;
  }

  String problem() {
    return problem;
  }

  String nextStep() {
    return nextStep;
  }
}
