package dev.penstock.node.journal;

import dev.penstock.node.JobEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Tells listeners of durable events, each in order and on a thread of its own. The latest events
 * are kept here; a listener that falls behind them goes on from the file, so that it misses none
 * and holds nobody up.
 */
final class Feed implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Feed.class.getName());

  /** After events could not be read. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final int kept;
  private final LongFunction<List<JobEvent>> fromFile;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<JobEvent> latest = new ArrayDeque<>();
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private long newest;
  private boolean closed;

  /**
   * Nothing is told yet.
   *
   * @param kept latest events
   * @param newest event that is durable
   * @param fromFile some events after a number, in order; none when there are none
   */
  Feed(int kept, long newest, LongFunction<List<JobEvent>> fromFile) {
    this.kept = kept;
    this.newest = newest;
    this.fromFile = fromFile;
  }

  void publish(List<JobEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      for (JobEvent event : events) {
        latest.add(event);
        newest = event.sequence();
      }
      while (latest.size() > kept) {
        latest.remove();
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long newest() {
    lock.lock();
    try {
      return newest;
    } finally {
      lock.unlock();
    }
  }

  /** Tells of all events after one. */
  AutoCloseable subscribe(long after, Consumer<JobEvent> listener) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the journal is closed");
      }
      var subscription = new Subscription(after, listener);
      subscriptions.add(subscription);
      subscription.thread.start();
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    subscriptions.forEach(Subscription::close);
    subscriptions.forEach(Subscription::await);
  }

  private final class Subscription implements AutoCloseable {
    private final Consumer<JobEvent> listener;
    private final Thread thread = Thread.ofVirtual().name("journal-listener").unstarted(this::run);
    private volatile boolean ended;
    private long last;

    Subscription(long after, Consumer<JobEvent> listener) {
      this.last = after;
      this.listener = listener;
    }

    private void run() {
      try {
        while (!ended) {
          try {
            next().forEach(this::tell);
          } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "events cannot be read for a listener; trying again soon", e);
            pause();
          }
        }
      } catch (InterruptedException _) {
        ended = true;
      } finally {
        subscriptions.remove(this);
      }
    }

    private void pause() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        for (long left = PAUSE.toNanos(); left > 0 && !ended; ) {
          left = more.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }

    private List<JobEvent> next() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (newest <= last && !ended) {
          more.await();
        }
        if (ended) {
          return List.of();
        }
        if (!latest.isEmpty() && latest.getFirst().sequence() <= last + 1) {
          return kept();
        }
      } finally {
        lock.unlock();
      }
      return read();
    }

    private List<JobEvent> kept() {
      var events = new ArrayList<JobEvent>();
      var newestFirst = latest.descendingIterator();
      while (newestFirst.hasNext()) {
        JobEvent event = newestFirst.next();
        if (event.sequence() <= last) {
          break;
        }
        events.add(event);
      }
      return events.reversed();
    }

    // None where all that follows was pruned: there is nothing to wait for then.
    private List<JobEvent> read() {
      long known = newest();
      List<JobEvent> events = fromFile.apply(last);
      if (events.isEmpty()) {
        last = known;
      }
      return events;
    }

    private void tell(JobEvent event) {
      if (ended) {
        return;
      }
      last = event.sequence();
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a listener failed on event " + event.sequence(), e);
      }
    }

    // No interrupt: a listener may be in the middle of something of its own.
    @Override
    public void close() {
      ended = true;
      lock.lock();
      try {
        more.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void await() {
      if (!Thread.currentThread().equals(thread)) {
        try {
          thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
