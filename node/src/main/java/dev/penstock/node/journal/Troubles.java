package dev.penstock.node.journal;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.node.JobId;
import dev.penstock.node.JobState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;

/** What can be wrong with a journal, or with what is asked of it. */
final class Troubles {
  private Troubles() {}

  /** What SQLite said. */
  static FailureException of(Path file, SQLException said) {
    String words = Optional.ofNullable(said.getMessage()).orElse("SQLite gave no reason");
    return new FailureException(failure(file.toString(), said.getErrorCode() & 0xFF, words), said);
  }

  private static Failure failure(String file, int code, String words) {
    return switch (SQLiteErrorCode.getErrorCode(code)) {
      case SQLITE_FULL, SQLITE_NOMEM ->
          new Failure.OutOfResource(
              new Diagnosis(
                  file,
                  Stage.FINISH,
                  "the journal cannot grow, nothing was changed",
                  words,
                  "make room on the disk of the data folder, then ask again"));
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          new Failure.HostMisconfigured(
              new Diagnosis(
                  file,
                  Stage.OPEN,
                  "the journal is damaged",
                  words,
                  "check the disk; put back a copy of the data folder, or move this file away to"
                      + " begin a new journal"));
      case SQLITE_IOERR,
          SQLITE_READONLY,
          SQLITE_CANTOPEN,
          SQLITE_PERM,
          SQLITE_BUSY,
          SQLITE_LOCKED ->
          new Failure.HostMisconfigured(
              new Diagnosis(
                  file,
                  Stage.OPEN,
                  "the journal cannot be read or written",
                  words,
                  "check the disk, who owns the data folder, and that no other program holds the"
                      + " file"));
      default ->
          new Failure.Bug(
              new Diagnosis(
                  file, Stage.FINISH, "the journal refused a statement", words, "report this"));
    };
  }

  /** Whether the file is the trouble, not what was asked. */
  static boolean isOfTheFile(Throwable thrown) {
    return thrown instanceof FailureException && thrown.getCause() instanceof SQLException;
  }

  static FailureException folder(Path folder, IOException said) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Diagnosis(
                folder.toString(),
                Stage.OPEN,
                "the data folder cannot be used",
                said.toString(),
                "check that it may be written by the user the daemon runs as")),
        said);
  }

  static FailureException held(Path folder, String by) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Diagnosis(
                folder.toString(),
                Stage.OPEN,
                "the data folder is in use",
                by.isEmpty() ? "another daemon has it open" : "process " + by + " has it open",
                "stop that one, or choose another folder with --data")));
  }

  static FailureException newer(Path file, long version, int known) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Diagnosis(
                file.toString(),
                Stage.OPEN,
                "the journal was written by a newer Penstock",
                "its layout is version " + version + ", this build knows up to " + known,
                "use the newer build, or another folder with --data")));
  }

  static FailureException damaged(Path file, String finding) {
    return new FailureException(failure(file.toString(), 11, finding));
  }

  static FailureException request(String subject, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadRequest(new Diagnosis(subject, Stage.PLAN, problem, cause, next)));
  }

  static FailureException unknown(JobId id) {
    return request(
        "job " + id,
        "there is no such job",
        "the id is mistyped, or the job ended long ago and was pruned",
        "list the jobs that there are");
  }

  static FailureException illegal(JobId id, JobState from, JobState to) {
    return bug(id, "a step from " + from.label() + " to " + to.label() + " is not legal");
  }

  static FailureException bug(JobId id, String problem) {
    return new FailureException(
        new Failure.Bug(
            new Diagnosis(
                "job " + id,
                Stage.FINISH,
                problem,
                "the daemon mistook its state",
                "report this")));
  }
}
