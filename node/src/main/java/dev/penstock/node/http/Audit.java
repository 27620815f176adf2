package dev.penstock.node.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Told of everything that was asked to change, also of what was refused. Any thread. */
@FunctionalInterface
public interface Audit {
  /**
   * One request.
   *
   * @param who the token's name; empty where nobody is known
   * @param address of the client
   * @param action the operation's id in the contract
   * @param subject the job or device
   * @param status of the answer
   */
  record Entry(
      Instant at,
      Optional<String> who,
      Optional<String> tenant,
      String address,
      String action,
      Optional<String> subject,
      int status) {}

  /**
   * One as it was written.
   *
   * @param number counts up
   * @param outcome status of the answer
   */
  record Written(
      long number,
      Instant at,
      String who,
      String tenant,
      String address,
      String action,
      String subject,
      String outcome) {}

  void record(Entry entry);

  /**
   * What was written, the newest first.
   *
   * @param tenant of those who asked; empty for all
   * @param before continues after a page that ended with this number
   */
  default List<Written> list(Optional<String> tenant, Optional<Long> before, int limit) {
    return List.of();
  }
}
