package dev.penstock.node.around;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells webhooks of the ends of jobs. */
public final class Webhooks {
  /**
   * How they are told.
   *
   * @param secret file with the key of the signatures, read for each; without one nothing is signed
   * @param hosts that may be told whatever their addresses are
   * @param privateAddresses whether addresses of this machine and of private networks may be told
   * @param attempts before a delivery is given up
   * @param timeout of connecting, and of the whole answer
   * @param first delay after a failure; doubles with each
   * @param longest delay
   */
  public record Settings(
      Optional<Path> secret,
      List<String> hosts,
      boolean privateAddresses,
      int attempts,
      Duration timeout,
      Duration first,
      Duration longest) {
    public static final Settings STANDARD =
        new Settings(
            Optional.empty(),
            List.of(),
            false,
            12,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofHours(6));

    public Settings {
      hosts = List.copyOf(hosts);
    }
  }

  private Webhooks() {}
}
