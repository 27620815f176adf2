package dev.penstock.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A part of a machine that is a job's until it is given back: one for each encoder session, one for
 * what the sessions on a GPU share, and one for the processor.
 *
 * @param id never used twice
 * @param holder whose it is
 * @param gpu key of the GPU; empty for the processor
 * @param what for people, such as {@code 1280x720 H.264}
 * @param load that was set aside for it
 * @param shows whether readings of the GPU tell its sessions, so that it is believed when they do
 */
public record Lease(
    long id,
    Holder holder,
    Optional<String> gpu,
    String what,
    Load load,
    boolean shows,
    State state) {
  /**
   * A job that has leases.
   *
   * @param job its id
   * @param priority 0 to 100, the higher goes first
   * @param elastic whether it takes what there is rather than what it needs
   * @param mayYield whether it can be asked to give way
   * @param since when its leases were reserved
   */
  public record Holder(
      String job,
      String tenant,
      Urgency urgency,
      int priority,
      boolean elastic,
      boolean mayYield,
      Instant since) {
    @Override
    public String toString() {
      return "job " + job + " (" + urgency.label() + ")";
    }
  }

  /** How far it has come. */
  public sealed interface State {}

  /**
   * Nothing has been seen of it yet.
   *
   * @param until when it is given back unless it is confirmed
   */
  public record Reserved(Instant until) implements State {}

  /**
   * Its worker says that it runs; readings should show that, and do not.
   *
   * @param since when the worker said so
   */
  public record Claimed(Instant since) implements State {}

  /**
   * It is in use.
   *
   * @param since readings of that moment and later include it
   * @param observed what it was seen to take at most; empty while nobody has seen that
   */
  public record Confirmed(Instant since, Optional<Load> observed) implements State {}

  /** Why it is not taken for granted, for people; empty where it is. */
  public Optional<String> doubt() {
    return switch (state) {
      case Reserved(Instant until) ->
          Optional.of("nothing is seen of it yet; it is given back at " + until);
      case Claimed(Instant since) ->
          Optional.of(
              "its worker says since "
                  + since
                  + " that it runs, and readings of the GPU show no such session");
      case Confirmed _ -> Optional.empty();
    };
  }

  /** What is counted for it: never less than was set aside. */
  public Load charge() {
    return state instanceof Confirmed(Instant _, Optional<Load> observed)
        ? observed.map(load::max).orElse(load)
        : load;
  }

  /** Whether a reading of that moment includes it. */
  public boolean isIn(Instant reading) {
    return state instanceof Confirmed(Instant since, Optional<Load> _) && !since.isAfter(reading);
  }

  /** What it is taken to be of a reading that includes it. */
  public Load part() {
    return state instanceof Confirmed(Instant _, Optional<Load> observed)
        ? observed.orElse(load)
        : Load.NONE;
  }
}
