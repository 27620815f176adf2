package dev.penstock.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The jobs of the node, durable. What a method has returned survives {@code kill -9}. Any thread;
 * methods wait for the disk.
 */
public interface Jobs {
  /**
   * What came of submitting.
   *
   * @param isNew false where the key was used before: the job is that one
   */
  record Accepted(JobRecord job, boolean isNew) {}

  /** A page of a list; {@code next} continues it. */
  record Page(List<JobRecord> jobs, Optional<JobId> next) {
    public Page {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * Takes a job.
   *
   * @throws dev.penstock.model.FailureException when the key was used for another spec, or a job it
   *     runs after does not exist
   */
  Accepted submit(Submission submission);

  Optional<JobRecord> find(JobId id);

  /**
   * Their reports are left empty, and specs of more than 8 KiB. A page of a search by words may
   * hold fewer than its limit, even none, although there is a next.
   */
  Page list(JobQuery query);

  /** How many are in each state, by label. */
  Map<String, Long> counts();

  /**
   * Ends it, at once or as soon as its worker lets go; no effect on one that is over.
   *
   * @param by who asked, for the record
   */
  JobRecord cancel(JobId id, String by);

  /**
   * Asks for it again after it failed, was cancelled or set aside. Those that run after it, and
   * failed for that reason alone, wait for it again.
   *
   * @throws dev.penstock.model.FailureException when it did none of that
   */
  JobRecord retry(JobId id, String by);

  /** Events after one, in order, at most so many. */
  List<JobEvent> events(long after, Optional<JobId> job, int limit);

  /** Told of each event once it is durable, in order, on a thread that must not be held up. */
  AutoCloseable subscribe(Consumer<JobEvent> listener);
}
