package dev.penstock.node.http;

import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.Jobs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One stream of events, in order, none left out, none twice, with what is {@link Live} between
 * them. Runs on its request's thread until the client goes, is too far behind, or is not let in any
 * more; it resumes with the id it saw last.
 */
final class Watcher {
  /** Begins with what happens next. */
  static final long NOW = -1;

  private static final int PAGE = 500;
  private static final byte[] BEAT = ": \n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] HELLO = "retry: 1000\n: \n\n".getBytes(StandardCharsets.UTF_8);

  private final Jobs jobs;
  private final Broadcast broadcast;
  private final Live live;
  private final Optional<JobId> job;
  private final Principal who;
  private final OutputStream out;
  private final Duration heartbeat;
  private final int lag;
  private final BooleanSupplier isLetIn;
  private long seen;
  private boolean caughtUp;
  private long told;
  private long asked = System.nanoTime();
  private long wrote;

  Watcher(
      Jobs jobs,
      Broadcast broadcast,
      Live live,
      Optional<JobId> job,
      Principal who,
      OutputStream out,
      HttpSettings.Limits limits,
      BooleanSupplier isLetIn) {
    this.jobs = jobs;
    this.broadcast = broadcast;
    this.live = live;
    this.job = job;
    this.who = who;
    this.out = out;
    this.heartbeat = limits.heartbeat();
    this.lag = limits.lag();
    this.isLetIn = isLetIn;
  }

  /**
   * @param after the event seen last, or {@link #NOW}
   * @throws IOException when the client is gone
   */
  void run(long after) throws IOException, InterruptedException {
    seen = after == NOW && broadcast.last() > 0 ? broadcast.last() : after;
    caughtUp = after == NOW;
    write(HELLO);
    out.flush();
    while (!broadcast.isOver()) {
      // Read first: what the journal has up to there is complete.
      long newest = broadcast.last();
      if (caughtUp && seen != NOW && newest - seen > lag) {
        return;
      }
      if (seen == NOW ? newest > 0 : newest > seen || !caughtUp) {
        advance(newest);
        if (!beat()) {
          return;
        }
        continue;
      }
      long nudge = broadcast.nudges();
      showLive();
      broadcast.await(Math.max(seen, 0), nudge, heartbeat);
      if (!beat()) {
        return;
      }
    }
  }

  private void showLive() throws IOException {
    long newest = told;
    for (Live.Message message : live.current()) {
      if (message.edition() > told && (job.isEmpty() || message.job().equals(job))) {
        Optional<byte[]> bytes = message.bytes(who);
        if (bytes.isPresent()) {
          write(bytes.get());
        }
      }
      newest = Math.max(newest, message.edition());
    }
    if (newest > told) {
      told = newest;
      out.flush();
    }
  }

  private boolean beat() throws IOException {
    long now = System.nanoTime();
    if (now - asked >= heartbeat.toNanos()) {
      asked = now;
      if (!isLetIn.getAsBoolean()) {
        return false;
      }
    }
    if (now - wrote >= heartbeat.toNanos()) {
      write(BEAT);
      out.flush();
    }
    return true;
  }

  private void advance(long newest) throws IOException {
    if (seen == NOW) {
      // It came before the first; by now that may not be kept any more.
      seen = broadcast.began() - 1;
    }
    Optional<List<Broadcast.Told>> kept = broadcast.after(seen, PAGE);
    if (kept.isPresent()) {
      for (Broadcast.Told told : kept.get()) {
        show(told);
        seen = told.event().sequence();
      }
      caughtUp = caughtUp || seen >= newest;
    } else {
      fromJournal(newest);
    }
    out.flush();
  }

  private void fromJournal(long newest) throws IOException {
    List<JobEvent> page = jobs.events(seen, job, PAGE);
    for (JobEvent event : page) {
      show(new Broadcast.Told(event));
      seen = event.sequence();
    }
    if (page.size() < PAGE) {
      seen = Math.max(seen, newest);
      caughtUp = true;
    }
  }

  private void show(Broadcast.Told told) throws IOException {
    JobEvent event = told.event();
    boolean isOfJob = job.isEmpty() || event.job().equals(job);
    if (isOfJob && isVisible(event, who)) {
      write(told.bytes());
    }
  }

  /** Whether it is of a tenant whose jobs are seen, or of none. */
  static boolean isVisible(JobEvent event, Principal who) {
    return event.tenant().isEmpty() || who.sees(event.tenant().get());
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    wrote = System.nanoTime();
  }
}
