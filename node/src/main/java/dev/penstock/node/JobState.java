package dev.penstock.node;

import dev.penstock.model.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a job is. Only these steps are legal:
 *
 * <pre>
 *   Waiting ──► Queued ──► Running ──► Done
 *      │          ▲ │  ▲      │ │ │
 *      │          │ │  └─ Backoff◄┘ │      (a failure that may pass, or a worker that died)
 *      │          │ │             │ ├──► Failed
 *      │          │ │             │ ├──► Quarantined   (its input brought two devices down)
 *      │          │ │             │ └──► Queued        (gave way to others)
 *      │          │ │             └────► Cancelling ──► Cancelled, Done
 *      ├──► Failed (one it runs after did not succeed)
 *      ├──► Cancelled ◄── Queued, Backoff
 *      Failed, Cancelled, Quarantined ──► Queued, Waiting   (asked for again)
 * </pre>
 */
public sealed interface JobState {
  /** Runs after other jobs, of which these are not done. */
  record Waiting(List<JobId> on) implements JobState {
    public Waiting {
      on = List.copyOf(on);
    }
  }

  /** Could run, were there room; why it does not yet is asked of admission. */
  record Queued() implements JobState {}

  /**
   * A worker has it.
   *
   * @param gpus keys of those it has leases on; none for the software pool
   */
  record Running(int attempt, String worker, List<String> gpus, Instant since) implements JobState {
    public Running {
      gpus = List.copyOf(gpus);
    }
  }

  /** Runs, and is being ended. */
  record Cancelling(int attempt, String worker, List<String> gpus, String by) implements JobState {
    public Cancelling {
      gpus = List.copyOf(gpus);
    }
  }

  /** Is tried again later. */
  record Backoff(int attempts, Instant until, Failure last) implements JobState {}

  /** Its outputs are there, verified. */
  record Done() implements JobState {}

  record Failed(Failure failure) implements JobState {}

  record Cancelled(String by) implements JobState {}

  /**
   * Its input is not tried again unless asked for.
   *
   * @param evidence one line for each device that failed on it
   */
  record Quarantined(Failure failure, List<String> evidence) implements JobState {
    public Quarantined {
      evidence = List.copyOf(evidence);
    }
  }

  /** All that there are. */
  Set<String> LABELS =
      Stream.of(JobState.class.getPermittedSubclasses())
          .map(JobState::labelOf)
          .collect(Collectors.toUnmodifiableSet());

  /** As in the API and the journal: {@code waiting}, {@code queued}, … */
  default String label() {
    return labelOf(getClass());
  }

  private static String labelOf(Class<?> state) {
    return state.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing more happens unless it is asked for again. */
  default boolean isEnded() {
    return switch (this) {
      case Done _, Failed _, Cancelled _, Quarantined _ -> true;
      case Waiting _, Queued _, Running _, Cancelling _, Backoff _ -> false;
    };
  }

  /** Whether the step is legal. */
  static boolean mayFollow(JobState from, JobState to) {
    return switch (from) {
      case Waiting _ -> to instanceof Queued || to instanceof Failed || to instanceof Cancelled;
      case Queued _ -> to instanceof Running || to instanceof Cancelled || to instanceof Failed;
      case Running _ ->
          !(to instanceof Waiting || to instanceof Running || to instanceof Cancelled);
      case Cancelling _ -> to instanceof Cancelled || to instanceof Done;
      case Backoff _ -> to instanceof Queued || to instanceof Cancelled;
      case Done _ -> false;
      case Failed _, Cancelled _, Quarantined _ -> to instanceof Queued || to instanceof Waiting;
    };
  }
}
