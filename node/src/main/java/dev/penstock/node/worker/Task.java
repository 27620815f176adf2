package dev.penstock.node.worker;

import dev.penstock.node.JobId;
import java.util.concurrent.CompletableFuture;

/** Work that was handed to {@link Workers}. Any thread; nothing waits. */
public interface Task {
  JobId job();

  /**
   * Completed once, on the thread of the workers, which must not be held up; never exceptionally.
   */
  CompletableFuture<Result> result();

  /** Has it stopped at once; its worker is killed if that takes too long. */
  void cancel();

  /** Has it stopped when the segments are done that are being worked on. */
  void giveWay();
}
