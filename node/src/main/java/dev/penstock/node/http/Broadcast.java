package dev.penstock.node.http;

import dev.penstock.node.JobEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last events of the node, once for all watchers: each watcher has a place in it, not a queue.
 * Whoever fell out of it reads the journal. Any thread.
 */
final class Broadcast {
  private static final int KEPT = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final @Nullable Told[] ring = new Told[KEPT];
  private long first = 1;
  private long last;
  private long began;
  private long nudges;
  private boolean isOver;

  /** An event and its bytes, which all watchers share. */
  static final class Told {
    private final JobEvent event;
    private volatile byte @Nullable [] bytes;

    Told(JobEvent event) {
      this.event = event;
    }

    JobEvent event() {
      return event;
    }

    /** As a message of a stream. */
    byte[] bytes() {
      byte[] made = bytes;
      if (made == null) {
        made =
            ("id: "
                    + event.sequence()
                    + "\nevent: "
                    + event.kind().replaceAll("[\r\n]", " ")
                    + "\ndata: "
                    + Wire.JSON.writeValueAsString(EventView.of(event))
                    + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
        bytes = made;
      }
      return made;
    }
  }

  /** The next event; never waits for a watcher. */
  void put(JobEvent event) {
    lock.lock();
    try {
      if (event.sequence() <= last) {
        return;
      }
      if (last == 0 || event.sequence() != last + 1) {
        first = event.sequence();
      }
      began = began == 0 ? event.sequence() : began;
      last = event.sequence();
      first = Math.max(first, last - KEPT + 1);
      ring[(int) (last % KEPT)] = new Told(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The newest that was told; 0 before the first. */
  long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** The first that was ever told; 0 before it. */
  long began() {
    lock.lock();
    try {
      return began;
    } finally {
      lock.unlock();
    }
  }

  /** What came after an event, at most so many; empty where that is not kept any more. */
  Optional<List<Told>> after(long sequence, int most) {
    lock.lock();
    try {
      if (last == 0 || sequence + 1 < first) {
        return Optional.empty();
      }
      List<Told> page = new ArrayList<>();
      for (long at = sequence + 1; at <= last && page.size() < most; at++) {
        Told told = ring[(int) (at % KEPT)];
        if (told != null) {
          page.add(told);
        }
      }
      return Optional.of(page);
    } finally {
      lock.unlock();
    }
  }

  /** There is something to look at that is no event. */
  void nudge() {
    lock.lock();
    try {
      nudges++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long nudges() {
    lock.lock();
    try {
      return nudges;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something newer than that, or a further nudge, at most so long. */
  void await(long sequence, long nudge, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (last <= sequence && nudges <= nudge && !isOver && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return isOver;
    } finally {
      lock.unlock();
    }
  }

  /** Sends all watchers home. */
  void end() {
    lock.lock();
    try {
      isOver = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
