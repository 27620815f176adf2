package dev.penstock.node.http;

import java.time.Instant;
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

  void record(Entry entry);
}
