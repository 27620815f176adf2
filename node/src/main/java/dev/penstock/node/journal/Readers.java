package dev.penstock.node.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/** A few connections that read what is committed. Any thread; waits while all are in use. */
final class Readers implements AutoCloseable {
  private static final int MOST = 4;

  private final Supplier<Sql> opens;
  private final Semaphore free = new Semaphore(MOST);
  private final Deque<Sql> idle = new ArrayDeque<>();
  private boolean closed;

  Readers(Supplier<Sql> opens) {
    this.opens = opens;
  }

  <T> T read(Function<Sql, T> reads) {
    free.acquireUninterruptibly();
    try {
      Sql sql = taken();
      try {
        return reads.apply(sql);
      } finally {
        giveBack(sql);
      }
    } finally {
      free.release();
    }
  }

  private Sql taken() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return opens.get();
  }

  private void giveBack(Sql sql) {
    synchronized (idle) {
      idle.push(sql);
    }
  }

  /** Waits for those who read. */
  @Override
  public void close() {
    synchronized (idle) {
      if (closed) {
        return;
      }
      closed = true;
    }
    free.acquireUninterruptibly(MOST);
    idle.forEach(Sql::close);
    free.release(MOST);
  }
}
