package dev.penstock.node.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the server is reached.
 *
 * @param address a name or an IP address to bind to
 * @param port 0 for any
 * @param tokens the file of tokens; without one everybody is an admin, and only loopback is bound
 * @param hosts names it is reached by besides its address and localhost
 * @param roots what jobs may read and write
 * @param version of Penstock
 */
public record HttpSettings(
    String address,
    int port,
    Optional<Path> tokens,
    Optional<Tls> tls,
    Set<String> hosts,
    Roots roots,
    Limits limits,
    String version) {
  public static final String LOOPBACK = "127.0.0.1";
  public static final int PORT = 8470;

  public HttpSettings {
    hosts = Set.copyOf(hosts);
  }

  /**
   * Files of a certificate.
   *
   * @param certificates PEM, the server's own first
   * @param key PEM, PKCS #8, not encrypted
   */
  public record Tls(Path certificates, Path key) {}

  /**
   * What one client may take.
   *
   * @param body bytes
   * @param header bytes of all of them
   * @param bodyTime how long sending a body may take
   * @param idle after which a connection on which nothing moves is closed
   * @param connections at once, of all
   * @param perSecond requests of a client, with bursts of twice as many
   * @param logInsPerMinute of an address, those that fail
   * @param streams of events at once, of all
   * @param streamsOfOne of events at once, of a client
   * @param heartbeat between comments on a stream where nothing happens
   * @param lag events a watcher may be behind before it is sent away
   */
  public record Limits(
      int body,
      int header,
      Duration bodyTime,
      Duration idle,
      int connections,
      int perSecond,
      int logInsPerMinute,
      int streams,
      int streamsOfOne,
      Duration heartbeat,
      int lag) {
    public static final Limits DEFAULT =
        new Limits(
            1 << 20,
            8 << 10,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            4096,
            2000,
            30,
            2000,
            1200,
            Duration.ofSeconds(10),
            10_000);
  }
}
