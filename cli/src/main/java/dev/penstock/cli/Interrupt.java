package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop, and holds the process until the command has
 * cleaned up. The JVM then ends with 130 or 143 by itself. The only shutdown hook that waits for
 * anything.
 */
final class Interrupt {
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Duration patience;
  private final Terminal terminal;

  private Interrupt(Terminal terminal, Duration patience) {
    this.terminal = terminal;
    this.patience = patience;
  }

  /**
   * Installs the hook.
   *
   * @param patience how long the command may take to clean up
   */
  static Interrupt install(Terminal terminal, Duration patience) {
    Interrupt interrupt = new Interrupt(terminal, patience);
    Runtime.getRuntime().addShutdownHook(new Thread(interrupt::stop, "interrupt"));
    return interrupt;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** The command has returned; the process may end. */
  void finished() {
    finished.countDown();
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    cancellation.cancel();
    Posix.interruptEndsProcess();
    if (!cleanedUp()) {
      terminal.err().println();
      terminal
          .err()
          .println(
              "penstock: gave up waiting for the clean-up after "
                  + Times.taken(patience)
                  + "; a temporary file may be left beside the output");
      terminal.flush();
    }
  }

  private boolean cleanedUp() {
    try {
      return finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
