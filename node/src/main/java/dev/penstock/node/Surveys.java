package dev.penstock.node;

import dev.penstock.hardware.inventory.Inventory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks for GPUs again: soon and a few times where the last look has gaps, as a busy machine gives
 * no answer in time; then every few minutes; and when one that was lost is there again. On a thread
 * of its own.
 */
final class Surveys implements AutoCloseable {
  /** So often do jobs wait for what a look may still find. */
  static final int MOST_IN_A_ROW = 6;

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(5);

  private final Supplier<Inventory.Known> survey;
  private final LocalMachine machine;
  private final Thread thread;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean closing;
  private Set<String> lost = Set.of();
  private int inARow;

  private Surveys(Supplier<Inventory.Known> survey, LocalMachine machine) {
    this.survey = survey;
    this.machine = machine;
    this.thread = Thread.ofPlatform().name("survey").daemon().unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param first what was found just now
   * @param machine is told of what is found
   */
  static Surveys follow(
      Inventory.Known first, Supplier<Inventory.Known> survey, LocalMachine machine) {
    Surveys surveys = new Surveys(survey, machine);
    surveys.found(first);
    surveys.thread.start();
    return surveys;
  }

  /** How long until the next look, after so many that had gaps. */
  static Duration pause(int inARow) {
    if (inARow == 0 || inARow > MOST_IN_A_ROW) {
      return NOW_AND_THEN;
    }
    Duration pause = FIRST.multipliedBy(1L << (inARow - 1));
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }

  /** Whether one came back; called every second. */
  void look() {
    Set<String> before = lost;
    lost = machine.lost();
    if (!lost.containsAll(before)) {
      wanted.release();
    }
  }

  private void run() {
    try {
      while (!closing) {
        if (wanted.tryAcquire(pause(inARow).toMillis(), TimeUnit.MILLISECONDS)) {
          int _ = wanted.drainPermits();
        }
        found(asked());
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private Inventory.Known asked() {
    try {
      return survey.get();
    } catch (RuntimeException e) {
      return new Inventory.Known(List.of(), Optional.of(e.toString()));
    }
  }

  private void found(Inventory.Known known) {
    boolean wasUnsure = machine.unsure().isPresent();
    inARow = known.gap().isPresent() ? inARow + 1 : 0;
    machine.know(known.devices(), known.gap().filter(_ -> inARow <= MOST_IN_A_ROW));
    if (wasUnsure && known.gap().isPresent() && machine.unsure().isEmpty()) {
      Events.warn(
          "GPUs: goes on with what is known of them, and looks again now and then: "
              + known.gap().get());
    }
  }

  @Override
  public void close() {
    closing = true;
    // A look that is under way ends by itself, in processes of its own.
    thread.interrupt();
  }
}
