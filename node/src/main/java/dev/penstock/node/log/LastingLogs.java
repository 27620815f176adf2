package dev.penstock.node.log;

import java.util.logging.LogManager;

/**
 * A log manager under which the log goes on while the process ends, which takes a daemon a while:
 * the JDK's own takes all handlers away in a shutdown hook, beside those that have work to end. The
 * property {@code java.util.logging.manager} has to name it before anything is logged.
 */
public final class LastingLogs extends LogManager {
  /** Of the system: names the class of the manager. */
  public static final String PROPERTY = "java.util.logging.manager";

  /** The JDK's hook; see {@code LogManager.Cleaner}. */
  private static final String HOOK = "java.util.logging.LogManager$Cleaner";

  @Override
  public void reset() {
    if (!Thread.currentThread().getClass().getName().equals(HOOK)) {
      super.reset();
    }
  }
}
