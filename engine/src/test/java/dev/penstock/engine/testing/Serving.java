package dev.penstock.engine.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file behind HTTP on this machine. */
public final class Serving implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final HttpServer server;
  private final byte[] content;
  private final boolean ranges;
  private final AtomicInteger partial = new AtomicInteger();

  private Serving(byte[] content, boolean ranges) throws IOException {
    this.content = content;
    this.ranges = ranges;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /**
   * Serves a file until closed.
   *
   * @param ranges whether parts of it can be asked for
   */
  public static Serving of(Path file, boolean ranges) throws IOException {
    return new Serving(Files.readAllBytes(file), ranges);
  }

  /** The URL, whose path ends in {@code name}. */
  public String url(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
  }

  /** How often a part not at the beginning was asked for. */
  public int seeks() {
    return partial.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int from = 0;
      int to = content.length;
      int status = 200;
      String asked = exchange.getRequestHeaders().getFirst("Range");
      Matcher range = RANGE.matcher(asked == null ? "" : asked);
      if (ranges && range.matches()) {
        from = Integer.parseInt(range.group(1));
        to = range.group(2).isEmpty() ? to : Math.min(to, Integer.parseInt(range.group(2)) + 1);
        status = 206;
        partial.addAndGet(from > 0 ? 1 : 0);
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
      }
      exchange.getResponseHeaders().set("Accept-Ranges", ranges ? "bytes" : "none");
      exchange.sendResponseHeaders(status, to - from);
      exchange.getResponseBody().write(Arrays.copyOfRange(content, from, to));
    } catch (IOException hungUp) {
      // The reader has what it wanted and seeks elsewhere.
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
