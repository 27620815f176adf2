package dev.penstock.node.around;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST over a connection of its own, to an address that was chosen before: {@code HttpClient}
 * would look the name up once more. Follows no redirect; of the answer only its head is read.
 */
final class Post {
  private static final int LONGEST_HEAD = 16 << 10;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: .*)?");
  private static final Pattern RETRY_AFTER =
      Pattern.compile("(?im)^Retry-After:[ \\t]*(.*?)[ \\t]*$");

  /** What was answered. */
  record Answer(int status, Optional<String> retryAfter) {}

  private final SSLSocketFactory tls;
  private final Duration timeout;

  /**
   * @param timeout of all of it
   */
  Post(SSLSocketFactory tls, Duration timeout) {
    this.tls = tls;
    this.timeout = timeout;
  }

  /**
   * Sends it.
   *
   * @param url says the port, the path and the name that a certificate has to be for
   * @throws IOException also when it takes too long
   */
  Answer send(URI url, InetAddress address, Map<String, String> headers, byte[] body)
      throws IOException {
    boolean isSafe = "https".equalsIgnoreCase(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : isSafe ? 443 : 80;
    try (Socket plain = new Socket()) {
      // Whoever answers byte by byte would pass any timeout of a single read.
      var end = CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      end.execute(() -> close(plain));
      plain.setSoTimeout((int) timeout.toMillis());
      plain.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
      Socket socket = isSafe ? safe(plain, url.getHost(), port) : plain;
      OutputStream out = socket.getOutputStream();
      out.write(head(url, headers, body.length));
      out.write(body);
      out.flush();
      return answer(new BufferedInputStream(socket.getInputStream()));
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer within " + timeout.toSeconds() + " s", e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SSLSocket safe(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.createSocket(plain, host.replaceAll("[\\[\\]]", ""), port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static byte[] head(URI url, Map<String, String> headers, int length) {
    URI ascii = URI.create(url.toASCIIString());
    String path = Optional.ofNullable(ascii.getRawPath()).filter(p -> !p.isEmpty()).orElse("/");
    String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
    String port = ascii.getPort() < 0 ? "" : ":" + ascii.getPort();
    StringBuilder head = new StringBuilder("POST " + path + query + " HTTP/1.1\r\n");
    head.append("Host: ").append(ascii.getHost()).append(port).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(length).append("\r\n");
    head.append("Connection: close\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static Answer answer(InputStream in) throws IOException {
    // Any number of interim answers may come before the one that counts.
    for (int left = LONGEST_HEAD; true; ) {
      String head = head(in, left);
      left -= head.length();
      Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
      if (!status.matches()) {
        throw new IOException("what was answered is no HTTP");
      }
      int code = Integer.parseInt(status.group(1));
      if (code / 100 != 1) {
        Matcher after = RETRY_AFTER.matcher(head);
        return new Answer(code, after.find() ? Optional.of(after.group(1)) : Optional.empty());
      }
    }
  }

  /** Up to the empty line. */
  private static String head(InputStream in, int most) throws IOException {
    var head = new ByteArrayOutputStream();
    int line = 0;
    for (int each = in.read(); each >= 0; each = in.read()) {
      head.write(each);
      if (each == '\n') {
        if (line == 0) {
          return head.toString(StandardCharsets.ISO_8859_1);
        }
        line = 0;
      } else if (each != '\r') {
        line++;
      }
      if (head.size() > most) {
        throw new IOException("the head of the answer is too long");
      }
    }
    throw new IOException(
        head.size() == 0 ? "the connection ended without an answer" : "the answer is cut off");
  }
}
