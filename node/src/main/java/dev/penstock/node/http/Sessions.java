package dev.penstock.node.http;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who logged in at the dashboard; ends with the process. Any thread. */
final class Sessions {
  static final Duration LIFE = Duration.ofHours(12);
  private static final int MOST = 10_000;

  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, Session> byHash = new LinkedHashMap<>();

  private record Session(Principal principal, Instant until) {}

  Sessions(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** The cookie's value. */
  synchronized String begin(Principal principal) {
    String id = Tokens.random(random);
    if (byHash.size() >= MOST) {
      byHash.remove(byHash.keySet().iterator().next());
    }
    byHash.put(hash(id), new Session(principal, clock.instant().plus(LIFE)));
    return id;
  }

  synchronized Optional<Principal> find(String id) {
    Session session = byHash.get(hash(id));
    if (session == null || session.until().isBefore(clock.instant())) {
      return Optional.empty();
    }
    return Optional.of(session.principal());
  }

  synchronized void end(String id) {
    byHash.remove(hash(id));
  }

  private static String hash(String id) {
    return HexFormat.of().formatHex(Tokens.sha256(id));
  }
}
