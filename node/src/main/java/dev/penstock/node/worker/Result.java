package dev.penstock.node.worker;

import dev.penstock.model.Failure;
import java.util.List;
import java.util.Optional;

/** What became of a task; each has exactly one. */
public sealed interface Result {
  record Planned(FromWorker.Planned planned) implements Result {}

  record Refused(List<Failure> failures) implements Result {
    public Refused {
      failures = List.copyOf(failures);
    }
  }

  /**
   * Done.
   *
   * @param report as users are shown it, JSON
   */
  record Done(String report, List<String> outputs) implements Result {
    public Done {
      outputs = List.copyOf(outputs);
    }
  }

  record Failed(Failure failure) implements Result {}

  /**
   * Stopped because it was told to.
   *
   * @param kept where finished segments lie
   */
  record Cancelled(Optional<String> kept) implements Result {}

  /** Gave way; to be gone on with. */
  record Yielded(Optional<String> kept) implements Result {}

  /**
   * Its worker died, or had to be killed. Finished segments are kept.
   *
   * @param begun whether the worker had it: otherwise it says nothing about the job
   * @param blame whether the job may be the cause
   * @param report empty where the worker lives, or was never there
   */
  record Lost(Failure failure, boolean begun, Blame blame, Optional<CrashReport> report)
      implements Result {
    /** Whether the job may be the cause. */
    public boolean suspect() {
      return blame != Blame.NONE;
    }
  }

  /** What the death of a worker says of a job that it had. */
  enum Blame {
    /** It was not worked on, or another job is known to be the cause. */
    NONE,
    /** It was worked on beside others: nobody knows which of them it was. */
    SHARED,
    /** It was alone, or is known to be the cause. */
    SOLE,
    /** Somebody killed it from outside, such as the kernel for want of memory. */
    KILLED
  }
}
