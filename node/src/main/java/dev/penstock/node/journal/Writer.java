package dev.penstock.node.journal;

import dev.penstock.model.FailureException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The one thread that writes. What came in while a transaction was made durable shares the next
 * one; each has a savepoint, so that one which is refused takes nothing of the others with it.
 * Answers are given after the commit. When the file is the trouble, each is tried alone, and those
 * that do not fit are told so.
 */
final class Writer implements AutoCloseable {
  private static final int MOST_TOGETHER = 256;

  private record Work<T>(Function<Transaction, T> does, CompletableFuture<T> answer) {
    /** Does it; gives what answers the caller once all is durable. */
    Runnable doneIn(Transaction transaction) {
      T result = does.apply(transaction);
      return () -> answer.complete(result);
    }
  }

  private final Sql sql;
  private final InstantSource clock;
  private final Ids ids;
  private final Consumer<Transaction> committed;
  private final LinkedBlockingQueue<Optional<Work<?>>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile LongConsumer timed = _ -> {};
  private long last;
  private boolean closed;

  /**
   * Begins; the connection is closed with it.
   *
   * @param last event that is durable
   * @param committed told of each transaction, before those who waited for it, on this thread
   */
  Writer(Sql sql, InstantSource clock, Ids ids, long last, Consumer<Transaction> committed) {
    this.sql = sql;
    this.clock = clock;
    this.ids = ids;
    this.last = last;
    this.committed = committed;
    this.thread = Thread.ofPlatform().name("journal").start(this::run);
  }

  void timeCommits(LongConsumer told) {
    timed = told;
  }

  /** Does it and waits for the disk. */
  <T> T write(Function<Transaction, T> does) {
    var work = new Work<>(does, new CompletableFuture<T>());
    synchronized (queue) {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      queue.add(Optional.of(work));
    }
    try {
      return work.answer().join();
    } catch (CompletionException e) {
      throw asOfCaller(e);
    }
  }

  private static RuntimeException asOfCaller(CompletionException e) {
    return e.getCause() instanceof FailureException failed
        ? new FailureException(failed.failure(), failed)
        : e;
  }

  private void run() {
    try {
      var batch = new ArrayList<Work<?>>();
      while (gather(batch)) {
        work(batch);
        batch.clear();
      }
      work(batch);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the writer", e);
    }
  }

  /** Waits for work and takes what there is; false after the last. */
  private boolean gather(List<Work<?>> batch) throws InterruptedException {
    var waiting = new ArrayList<Optional<Work<?>>>();
    waiting.add(queue.take());
    queue.drainTo(waiting, MOST_TOGETHER - 1);
    waiting.forEach(one -> one.ifPresent(batch::add));
    return waiting.getLast().isPresent();
  }

  private void work(List<Work<?>> batch) {
    if (!batch.isEmpty() && !together(batch)) {
      batch.forEach(this::alone);
    }
  }

  /** False when nothing was done because the file is the trouble. */
  private boolean together(List<Work<?>> batch) {
    var answers = new ArrayList<Runnable>();
    try {
      transaction(batch, answers);
    } catch (RuntimeException | Error e) {
      undo();
      if (batch.size() > 1) {
        return false;
      }
      answers.clear();
      answers.add(() -> batch.getFirst().answer().completeExceptionally(e));
    }
    answers.forEach(Runnable::run);
    return true;
  }

  private void alone(Work<?> work) {
    together(List.of(work));
  }

  private void transaction(List<Work<?>> batch, List<Runnable> answers) {
    long began = System.nanoTime();
    sql.run("BEGIN IMMEDIATE");
    var transaction =
        new Transaction(sql, clock.instant().truncatedTo(ChronoUnit.MILLIS), ids, last);
    for (Work<?> work : batch) {
      answers.add(one(work, transaction));
    }
    sql.run("COMMIT");
    timed.accept(System.nanoTime() - began);
    last += transaction.events().size();
    committed.accept(transaction);
  }

  private Runnable one(Work<?> work, Transaction transaction) {
    Transaction.Mark mark = transaction.mark();
    sql.run("SAVEPOINT one");
    try {
      Runnable answer = work.doneIn(transaction);
      sql.run("RELEASE one");
      return answer;
    } catch (RuntimeException e) {
      if (Troubles.isOfTheFile(e)) {
        throw e;
      }
      sql.run("ROLLBACK TO one");
      sql.run("RELEASE one");
      transaction.backTo(mark);
      return () -> work.answer().completeExceptionally(e);
    }
  }

  // SQLite ends the transaction itself after some errors, and then refuses this.
  private void undo() {
    try {
      sql.run("ROLLBACK");
    } catch (FailureException _) {
      // It is undone.
    }
  }

  /** Does what was asked before, then ends. */
  @Override
  public void close() {
    synchronized (queue) {
      if (closed) {
        return;
      }
      closed = true;
      queue.add(Optional.empty());
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    sql.close();
  }
}
