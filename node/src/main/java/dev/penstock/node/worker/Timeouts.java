package dev.penstock.node.worker;

import java.time.Duration;

/**
 * How long a worker may take, by the time in which the daemon itself ran.
 *
 * @param start until it can be given work
 * @param heartbeat how often it says that it is there
 * @param silence after which it does not answer
 * @param opening until a job is planned, with all that is read and measured for that; reads have a
 *     deadline of their own
 * @param stall without a packet, a picture or a segment
 * @param finishing until outputs are put together and looked at
 * @param letGo from being told to stop until a task has
 * @param death from being killed until it is dead; what lives longer hangs in a driver
 * @param idle after which a worker that has nothing to do ends
 */
public record Timeouts(
    Duration start,
    Duration heartbeat,
    Duration silence,
    Duration opening,
    Duration stall,
    Duration finishing,
    Duration letGo,
    Duration death,
    Duration idle) {
  public static Timeouts standard() {
    return new Timeouts(
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(20),
        Duration.ofMinutes(30),
        Duration.ofMinutes(2),
        Duration.ofHours(2),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        Duration.ofMinutes(5));
  }

  /** Another silence and heartbeat. */
  public Timeouts hearing(Duration every, Duration within) {
    return new Timeouts(start, every, within, opening, stall, finishing, letGo, death, idle);
  }

  /** Another time without progress, and another to stop then. */
  public Timeouts stalling(Duration after, Duration stop) {
    return new Timeouts(start, heartbeat, silence, opening, after, finishing, stop, death, idle);
  }
}
