package dev.penstock.node.worker;

import dev.penstock.node.JobId;
import java.time.Duration;

/** What the daemon says to a worker. Tasks have numbers that are not used again. */
public sealed interface ToWorker {
  /**
   * Comes first.
   *
   * @param heartbeat how often the worker says that it is there
   * @param diesWithParent whether the kernel is to end it with the thread that started it
   */
  record Hello(int version, Duration heartbeat, boolean diesWithParent) implements ToWorker {}

  /**
   * Look at the input and say what would be done. Answered by {@link FromWorker.Planned}, {@link
   * FromWorker.Refused}, {@link FromWorker.Failed}, {@link FromWorker.Cancelled} or {@link
   * FromWorker.Yielded}.
   *
   * @param spec the text of a job file
   */
  record Plan(long task, JobId job, String spec, Setting setting) implements ToWorker {}

  /**
   * Do it. Answered by {@link FromWorker.Done}, {@link FromWorker.Refused}, {@link
   * FromWorker.Failed}, {@link FromWorker.Cancelled} or {@link FromWorker.Yielded}.
   */
  record Execute(long task, JobId job, String spec, Setting setting) implements ToWorker {}

  /** Stop at once. Finished segments are kept. */
  record Cancel(long task) implements ToWorker {}

  /** Stop when the segments are done that are being worked on. */
  record Yield(long task) implements ToWorker {}

  /** Take nothing more, and end when all is done. */
  record Drain() implements ToWorker {}

  /** Answered by {@link FromWorker.Pong}. */
  record Ping(long number) implements ToWorker {}

  /** Crash, as a driver would have it. Refused outside of rehearsals. */
  record Crash() implements ToWorker {}
}
