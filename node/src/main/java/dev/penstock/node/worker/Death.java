package dev.penstock.node.worker;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How a process ended, in words, and what that is to those who had work there. */
final class Death {
  /** The JVM answers a fault of a native library by aborting. */
  private static final int ABORTED = 6;

  private static final int KILLED = 9;
  private static final int TOLD_TO_END = 15;

  /** {@link Process#exitValue} adds it to the signal. */
  private static final int BY_SIGNAL = 128;

  private static final Map<Integer, String> NAMES =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15,
          "SIGTERM", 31, "SIGSYS");

  private Death() {}

  /** The signal that a status stands for. */
  static OptionalInt signal(OptionalInt status) {
    return status.isPresent() && status.getAsInt() > BY_SIGNAL && status.getAsInt() < 2 * BY_SIGNAL
        ? OptionalInt.of(status.getAsInt() - BY_SIGNAL)
        : OptionalInt.empty();
  }

  /** Whether it was told to end by a signal that no fault of its own sends. */
  static boolean isFromOutside(OptionalInt status) {
    int signal = signal(status).orElse(0);
    return signal == KILLED || signal == TOLD_TO_END;
  }

  /** In words, of one whose control group the kernel found short of memory. */
  static String ofMemory(OptionalLong limit) {
    return "was killed by the kernel, which found no more memory"
        + (limit.isPresent()
            ? ": its control group may have " + (limit.getAsLong() >> 20) + " MiB"
            : "");
  }

  /** In words. */
  static String words(OptionalInt status, Optional<String> why) {
    if (why.isPresent()) {
      return status.isPresent()
          ? why.get() + ", and was killed"
          : why.get() + ", and lives on although it was killed: it is blocked in a driver";
    }
    OptionalInt signal = signal(status);
    if (signal.isEmpty()) {
      return "ended with status " + (status.isPresent() ? status.getAsInt() : "unknown");
    }
    String name = NAMES.getOrDefault(signal.getAsInt(), "signal " + signal.getAsInt());
    return "died of "
        + name
        + switch (signal.getAsInt()) {
          case ABORTED -> ", as the JVM does on a fault in a native library";
          case KILLED -> ", which somebody sent: the kernel does where memory runs out";
          default -> "";
        };
  }

  /** To a task that was there. */
  static Failure failure(Place place, long pid, String how, OptionalInt status) {
    Diagnosis diagnosis =
        new Diagnosis(
            "worker " + pid + " of " + place,
            Stage.ENCODE,
            "died",
            "it " + how,
            "what was finished is kept; see its crash report");
    if (!place.isSoftware()) {
      return new Failure.DeviceLost(diagnosis);
    }
    return signal(status).orElse(0) == KILLED
        ? new Failure.OutOfResource(diagnosis)
        : new Failure.Bug(diagnosis);
  }

  /** To a task whose worker could not be had. */
  static Failure unstarted(Place place, String why) {
    return new Failure.HostMisconfigured(
        new Diagnosis(
            "a worker of " + place,
            Stage.OPEN,
            "could not be started",
            why,
            "check the installation of Penstock, and the limits of the service"));
  }

  /** To a task that takes too long and stopped when it was told to. */
  static Failure stalled(Place place, String why) {
    Diagnosis diagnosis =
        new Diagnosis(
            "a job of " + place,
            Stage.ENCODE,
            why,
            "the input, a disk or a device does not answer",
            "what was finished is kept; look at the input and at the device");
    return place.isSoftware()
        ? new Failure.OutOfResource(diagnosis)
        : new Failure.DeviceLost(diagnosis);
  }
}
