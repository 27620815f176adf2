package dev.penstock.node.worker;

import dev.penstock.model.CodedStretch;
import dev.penstock.model.Failure;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.PieceStep;
import dev.penstock.model.Planning;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a worker says to the daemon. */
public sealed interface FromWorker {
  /** It can be given work. */
  record Ready(int version, long pid, String build) implements FromWorker {}

  /** It cannot work, and ends. */
  record Unfit(String why) implements FromWorker {}

  /** What a task ended with, after which nothing more comes of it. */
  sealed interface End extends FromWorker {
    long task();
  }

  /**
   * What would be done.
   *
   * @param planned with all of the reasons
   * @param input what it was planned for
   * @param json plan and receipt as users are shown them
   * @param text the same for people
   */
  record Planned(long task, Planning.Planned planned, MediaInfo input, String json, String text)
      implements End {}

  /** It cannot be done: every reason. */
  record Refused(long task, List<Failure> failures) implements End {
    public Refused {
      failures = List.copyOf(failures);
    }
  }

  /** How a task gets on, a few times a second. */
  record Progress(long task, Phase phase, Optional<dev.penstock.model.Progress> progress)
      implements FromWorker {}

  /** What is being done. */
  enum Phase {
    /** The input is opened, and the job planned. */
    OPENING,
    /** The source is measured; {@code done} is the part of that. */
    MEASURING,
    ENCODING,
    /** Outputs are put together and looked at. */
    FINISHING
  }

  /** What becomes of a piece of its work. */
  record Piece(long task, PieceStep step) implements FromWorker {}

  /** How a stretch of it was coded; takes the place of those that it overlaps. */
  record Coded(long task, CodedStretch stretch) implements FromWorker {}

  /** Something that a user may want to know. */
  record Event(long task, String line) implements FromWorker {}

  /**
   * The outputs have their names.
   *
   * @param report as users are shown it
   */
  record Done(long task, String report, List<String> outputs) implements End {
    public Done {
      outputs = List.copyOf(outputs);
    }
  }

  record Failed(long task, Failure failure) implements End {}

  /**
   * Stopped because it was told to.
   *
   * @param kept where finished segments lie; empty when there are none
   */
  record Cancelled(long task, Optional<String> kept) implements End {}

  /** Gave way, with what is done kept. */
  record Yielded(long task, Optional<String> kept) implements End {}

  record Pong(long number) implements FromWorker {}

  /**
   * It is there.
   *
   * @param cpu that the process has used
   */
  record Heartbeat(int tasks, Duration cpu) implements FromWorker {}
}
