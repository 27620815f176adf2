package dev.penstock.node.http;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Webhooks, as far as clients ask of them. Any thread. */
public interface Hooks {
  /**
   * A message that was given up.
   *
   * @param sequence of the event that it tells of
   * @param attempts that failed
   * @param last why the last one did
   */
  record Dead(long number, String job, long sequence, URI url, int attempts, String last) {}

  /** Why one may not be told; empty when it may. May look its name up. */
  Optional<String> refusal(URI url);

  /** The newest first. */
  List<Dead> dead(Optional<String> tenant, int limit);

  /** Tries one that was given up again, at once; whether there is such a one. */
  boolean again(long number, Optional<String> tenant);

  /** Forgets one that was given up; whether there was such a one. */
  boolean drop(long number, Optional<String> tenant);
}
