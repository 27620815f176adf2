package dev.penstock.node.around;

import dev.penstock.model.Failure;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Does with a file what is asked for, once its job is over. */
final class Afterwork {
  private static final String FAILED = "failed";
  private static final int MOST_OF_A_NAME = 1000;

  private final Path folder;
  private final Afterwards wish;

  Afterwork(Path folder, Afterwards wish) {
    this.folder = folder;
    this.wish = wish;
  }

  /** Whether it is where finished files go, and not looked through. */
  boolean isOwn(Path where) {
    return wish instanceof Afterwards.Move(Path to) && where.startsWith(to.normalize());
  }

  /** Whether nothing is left to do: a file that was to be deleted may be once its job is done. */
  boolean of(Path file, JobRecord job) throws IOException {
    boolean isDone = job.state() instanceof JobState.Done;
    return switch (wish) {
      case Afterwards.Keep _ -> true;
      case Afterwards.Delete _ -> isDone && Files.deleteIfExists(file);
      case Afterwards.Move(Path to) -> {
        Path kept = moved(file, isDone ? to : to.resolve(FAILED));
        if (!isDone) {
          Files.writeString(kept.resolveSibling(kept.getFileName() + ".txt"), reason(job));
        }
        yield true;
      }
    };
  }

  /** Never over another: that gets a number. */
  private Path moved(Path file, Path to) throws IOException {
    Path wanted = to.resolve(folder.relativize(file).toString());
    Files.createDirectories(wanted.getParent());
    for (int number = 1; number < MOST_OF_A_NAME; number++) {
      Path target =
          number == 1 ? wanted : wanted.resolveSibling(number + "-" + wanted.getFileName());
      try {
        return Files.move(file, target);
      } catch (FileAlreadyExistsException _) {
        // The next number.
      }
    }
    throw new FileAlreadyExistsException(wanted.toString());
  }

  private static String reason(JobRecord job) {
    return "job " + job.id() + " " + words(job.state()) + "\n";
  }

  private static String words(JobState state) {
    return switch (state) {
      case JobState.Failed(Failure failure) -> "failed\n" + words(failure);
      case JobState.Quarantined(Failure failure, var evidence) ->
          "was set aside\n" + words(failure) + "\n" + String.join("\n", evidence);
      case JobState.Cancelled(String by) -> "was cancelled by " + by;
      case JobState.Waiting _,
          JobState.Queued _,
          JobState.Running _,
          JobState.Cancelling _,
          JobState.Backoff _,
          JobState.Done _ ->
          "is " + state.label();
    };
  }

  private static String words(Failure failure) {
    Failure.Diagnosis diagnosis = failure.diagnosis();
    return diagnosis.subject()
        + ": "
        + diagnosis.problem()
        + "\n  stage: "
        + diagnosis.stage().label()
        + "\n  cause: "
        + diagnosis.likelyCause()
        + "\n  next: "
        + diagnosis.nextStep();
  }
}
