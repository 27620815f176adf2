package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Talks to a server. Methods wait for the answer; any thread.
 *
 * <p>Each throws a {@link FailureException}: the server's own failure, or that it is not reached.
 */
public final class Client implements AutoCloseable {
  public static final String SERVER_VARIABLE = "PENSTOCK_SERVER";
  public static final String TOKEN_VARIABLE = "PENSTOCK_TOKEN";
  public static final String TOKEN_FILE_VARIABLE = "PENSTOCK_TOKEN_FILE";

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Set<PosixFilePermission> STRANGERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private final URI server;
  private final Optional<String> token;
  private final HttpClient http;

  private Client(URI server, Optional<String> token, Optional<SSLContext> tls) {
    this.server = server;
    this.token = token;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER);
    tls.ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  /** A page; {@code next} continues it. */
  public record JobPage(List<JobView> jobs, Optional<String> next) {}

  /** What a job is to be, besides its spec; as the schema {@code Submission}. */
  public record Submitting(
      JsonNode spec,
      @com.fasterxml.jackson.annotation.JsonProperty("class") Optional<String> jobClass,
      Optional<Integer> priority,
      Optional<String> deadline,
      Map<String, String> labels,
      Optional<String> key,
      List<String> after,
      Optional<String> webhook,
      Optional<String> tenant) {}

  /**
   * A client of this server; connects when it is asked something.
   *
   * @param server such as {@code http://127.0.0.1:8470}
   * @throws FailureException when it is no address of a server, or would carry the token in clear
   *     text to another machine
   */
  public static Client of(String server, Optional<String> token) {
    URI uri = address(server);
    if (token.isPresent() && uri.getScheme().equals("http") && !isLoopback(uri.getHost())) {
      throw usage(
          server,
          "is not given the token",
          "it would go over the network in clear text",
          "use https");
    }
    return new Client(uri, token, Optional.empty());
  }

  /**
   * A client without a token, of a server that is believed to be itself by the certificate in a
   * file, whatever names that is for: who has the file need not ask others.
   *
   * @throws FailureException when the file holds no certificate
   */
  public static Client knowing(String server, Path certificates) {
    return new Client(
        address(server), Optional.empty(), Optional.of(Certificates.knowing(certificates)));
  }

  private static URI address(String server) {
    try {
      URI uri = URI.create(server.replaceFirst("/+$", ""));
      boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean isBare =
          uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath() == null || uri.getRawPath().isEmpty());
      if (isWeb && isBare && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      throw noAddress(server);
    }
    throw noAddress(server);
  }

  private static FailureException noAddress(String server) {
    return usage(
        server,
        "is no address of a server",
        "it is http or https, a name and a port",
        "such as http://127.0.0.1:" + HttpSettings.PORT);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  /**
   * The token of the environment: itself, or the file that holds it; a file that is named goes
   * first.
   *
   * @throws FailureException when the file cannot be read, or others may read it
   */
  public static Optional<String> token(Map<String, String> environment, Optional<Path> file) {
    Optional<Path> named =
        file.or(() -> Optional.ofNullable(environment.get(TOKEN_FILE_VARIABLE)).map(Path::of));
    if (named.isPresent() && (file.isPresent() || !environment.containsKey(TOKEN_VARIABLE))) {
      return Optional.of(read(named.get()));
    }
    return Optional.ofNullable(environment.get(TOKEN_VARIABLE))
        .map(String::strip)
        .filter(each -> !each.isEmpty());
  }

  private static String read(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(STRANGERS::contains)) {
        throw new FailureException(
            new Failure.HostMisconfigured(
                new Failure.Diagnosis(
                    file.toString(),
                    Stage.OPEN,
                    "is not used",
                    "others may read or write it",
                    "chmod 600 " + file)));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  file.toString(),
                  Stage.OPEN,
                  "holds no token",
                  String.valueOf(e),
                  "name another file")),
          e);
    }
  }

  public JobView submit(Submitting job) {
    return post("/v1/jobs", Wire.bytes(job), JobView.class);
  }

  /**
   * A page of jobs.
   *
   * @param filters of the query, such as {@code state}; several labels are several values
   */
  public JobPage jobs(Map<String, List<String>> filters) {
    String query =
        filters.entrySet().stream()
            .flatMap(
                each -> each.getValue().stream().map(value -> each.getKey() + "=" + encoded(value)))
            .collect(Collectors.joining("&"));
    return get("/v1/jobs" + (query.isEmpty() ? "" : "?" + query), JobPage.class);
  }

  public JobView job(String id) {
    return get("/v1/jobs/" + encoded(id), JobView.class);
  }

  public JobView cancel(String id) {
    return post("/v1/jobs/" + encoded(id) + "/cancel", new byte[0], JobView.class);
  }

  public JobView retry(String id) {
    return post("/v1/jobs/" + encoded(id) + "/retry", new byte[0], JobView.class);
  }

  public JobDetails.Why why(String id) {
    return get("/v1/jobs/" + encoded(id) + "/why", JobDetails.Why.class);
  }

  public JsonNode report(String id) {
    return get("/v1/jobs/" + encoded(id) + "/report", JsonNode.class);
  }

  /** Anything else that is read, such as {@code /v1/devices}. */
  public JsonNode get(String path) {
    return get(path, JsonNode.class);
  }

  /** Has a webhook that was given up told again, now. */
  public void retryWebhook(long number) {
    JsonNode _ = post("/v1/webhooks/dead/" + number + "/retry", new byte[0], JsonNode.class);
  }

  /** Forgets a webhook that was given up. */
  public void dropWebhook(long number) {
    HttpResponse<byte[]> response =
        send(
            request("/v1/webhooks/dead/" + number).timeout(ANSWER).DELETE().build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw failure(response.statusCode(), response.body());
    }
  }

  public Drain.Drained drain(Optional<String> device) {
    return post("/v1/drain", Wire.bytes(new Which(device)), Drain.Drained.class);
  }

  public Drain.Drained undrain(Optional<String> device) {
    return post("/v1/undrain", Wire.bytes(new Which(device)), Drain.Drained.class);
  }

  private record Which(Optional<String> device) {}

  /** Has the configuration read again. */
  public Reload.Reloaded reload() {
    return post("/v1/reload", new byte[0], Reload.Reloaded.class);
  }

  /**
   * Events as they happen, each once and in order, also when the connection breaks in between: it
   * is made again as often as it takes, unless the server cannot be reached at all.
   *
   * @param job only its events, from the first one on; empty for all from now on
   * @param after continues after this event
   * @param isWanted told of each; ends the stream by false
   */
  public void events(Optional<String> job, Optional<Long> after, Predicate<EventView> isWanted) {
    String path = job.map(id -> "/v1/jobs/" + encoded(id) + "/events").orElse("/v1/events");
    Optional<Long> seen = after;
    Following following = new Following(seen, true);
    while (following.goesOn()) {
      following = follow(path, following.seen(), isWanted);
    }
  }

  private record Following(Optional<Long> seen, boolean goesOn) {}

  private Following follow(String path, Optional<Long> after, Predicate<EventView> isWanted) {
    HttpRequest.Builder request = request(path).header("Accept", Route.SSE);
    after.ifPresent(id -> request.header("Last-Event-ID", Long.toString(id)));
    Optional<Long> seen = after;
    HttpResponse<InputStream> response =
        send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), body.readAllBytes());
      }
      // What has no id, such as progress, is no event of the journal.
      boolean kept = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          kept = true;
        } else if (line.isEmpty()) {
          kept = false;
        } else if (kept && line.startsWith("data: ")) {
          EventView event = Wire.JSON.readValue(line.substring("data: ".length()), EventView.class);
          seen = Optional.of(event.sequence());
          if (!isWanted.test(event)) {
            return new Following(seen, false);
          }
        }
      }
    } catch (IOException _) {
      return new Following(seen, true);
    }
    return new Following(seen, true);
  }

  /** Waits for the end of a job, telling what happens to it. */
  public JobView watch(String id, java.util.function.Consumer<EventView> told) {
    JobView now = job(id);
    if (!now.hasEnded()) {
      events(
          Optional.of(id),
          Optional.empty(),
          event -> {
            told.accept(event);
            return event.sequence() <= now.sequence() || !job(id).hasEnded();
          });
    }
    return job(id);
  }

  /** The word by which it says that it is there; needs no token. */
  public String health() {
    HttpResponse<byte[]> response =
        send(
            request("/healthz").timeout(ANSWER).GET().build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw failure(response.statusCode(), response.body());
    }
    return new String(response.body(), StandardCharsets.UTF_8).strip();
  }

  private <T> T get(String path, Class<T> type) {
    return answer(request(path).timeout(ANSWER).header("Accept", Route.JSON).GET().build(), type);
  }

  private <T> T post(String path, byte[] body, Class<T> type) {
    HttpRequest.Builder request = request(path).timeout(ANSWER).header("Accept", Route.JSON);
    if (body.length > 0) {
      request.header("Content-Type", Route.JSON);
    }
    return answer(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), type);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path));
    token.ifPresent(each -> request.header("Authorization", "Bearer " + each));
    return request;
  }

  private <T> T answer(HttpRequest request, Class<T> type) {
    HttpResponse<byte[]> response = send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw failure(response.statusCode(), response.body());
    }
    try {
      return Wire.JSON.readValue(response.body(), type);
    } catch (JacksonException e) {
      throw new FailureException(stranger(response.statusCode()), e);
    }
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  server.toString(),
                  Stage.OPEN,
                  "is not reached",
                  e.getClass().getSimpleName()
                      + (e.getMessage() == null ? "" : ": " + e.getMessage()),
                  "start it by penstock serve, or name another by --server")),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          new Failure.OutOfResource(
              new Failure.Diagnosis(
                  server.toString(), Stage.OPEN, "was not waited for", "interrupted", "try again")),
          e);
    }
  }

  private FailureException failure(int status, byte[] body) {
    try {
      return new FailureException(Wire.JSON.readValue(body, Problem.class).toFailure());
    } catch (RuntimeException e) {
      return new FailureException(stranger(status), e);
    }
  }

  private Failure stranger(int status) {
    return new Failure.HostMisconfigured(
        new Failure.Diagnosis(
            server.toString(),
            Stage.OPEN,
            "did not answer as Penstock does",
            "status " + status,
            "check that the address is that of penstock serve"));
  }

  private static FailureException usage(String subject, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadRequest(new Failure.Diagnosis(subject, Stage.OPEN, problem, cause, next)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
