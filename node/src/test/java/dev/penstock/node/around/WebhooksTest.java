package dev.penstock.node.around;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.model.FailureException;
import dev.penstock.model.Urgency;
import dev.penstock.node.Clock;
import dev.penstock.node.JobRecord;
import dev.penstock.node.Submission;
import dev.penstock.node.journal.Deliveries.Delivery;
import dev.penstock.node.journal.Journal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against servers on this machine. */
@Timeout(60)
class WebhooksTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final Clock clock = new Clock();
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> names = new CopyOnWriteArrayList<>();
  private Journal journal;
  private HttpServer server;
  private Webhooks webhooks;

  private record Told(String path, Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(each -> each.getKey().equalsIgnoreCase(name))
          .map(each -> each.getValue().getFirst())
          .findFirst()
          .orElse("");
    }

    JsonNode json() {
      return JSON.readTree(body);
    }
  }

  private record Answer(int status, Map<String, String> headers) {}

  @BeforeEach
  void open() throws IOException {
    journal = Journal.open(folder, clock, new Random(1));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    Path secret = Files.writeString(folder.resolve("secret"), "");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        secret,
        "whsec_" + Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8)));
    webhooks = webhooks(settings(Duration.ofSeconds(20)));
  }

  @AfterEach
  void close() {
    webhooks.close();
    server.stop(0);
    journal.close();
  }

  private Webhooks.Settings settings(Duration timeout) {
    return new Webhooks.Settings(
        Optional.of(folder.resolve("secret")),
        List.of("hooks.test"),
        false,
        3,
        timeout,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5));
  }

  private Webhooks webhooks(Webhooks.Settings settings) {
    Webhooks begun =
        new Webhooks(
            settings,
            journal,
            this::resolve,
            (SSLSocketFactory) SSLSocketFactory.getDefault(),
            new Random(1),
            clock,
            _ -> {});
    begun.begin();
    return begun;
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    names.add(host);
    if (host.endsWith(".test")) {
      return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }
    throw new UnknownHostException(host);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      told.add(
          new Told(
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              exchange.getRequestBody().readAllBytes()));
      Answer answer;
      synchronized (answers) {
        answer = answers.isEmpty() ? new Answer(204, Map.of()) : answers.poll();
      }
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), -1);
    }
  }

  private void willAnswer(int status, Map<String, String> headers) {
    synchronized (answers) {
      answers.add(new Answer(status, headers));
    }
  }

  private String url(String host) {
    return "http://" + host + ":" + server.getAddress().getPort() + "/hook?of=me";
  }

  private JobRecord submit(String url) {
    return journal
        .submit(
            new Submission(
                "a",
                "{\"secret\": 1}",
                Urgency.BATCH,
                50,
                Optional.empty(),
                Map.of("show", "x"),
                Optional.empty(),
                List.of(),
                Optional.of(URI.create(url))))
        .job();
  }

  private JobRecord ended(String url) {
    return journal.cancel(submit(url).id(), "me");
  }

  private Told told() throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }

  private List<Delivery> pending() {
    return journal.deliveries().due(clock.instant().plus(Duration.ofDays(1)), 99);
  }

  private Delivery failed(int attempts) {
    Eventually.is(
        "failed " + attempts + " times",
        () -> pending().stream().anyMatch(each -> each.attempts() == attempts));
    return pending().getFirst();
  }

  private void pass(Duration time) {
    clock.pass(time);
    webhooks.wake();
  }

  @Test
  void anEnd_isToldAndSigned() throws Exception {
    JobRecord job = ended(url("hooks.test"));
    Told message = told();
    String id = job.id() + "-" + job.sequence();
    String time = Long.toString(clock.instant().getEpochSecond());
    assertThat(message.path()).isEqualTo("/hook?of=me");
    assertThat(message.header("Host")).startsWith("hooks.test:");
    assertThat(message.header("webhook-id")).isEqualTo(id);
    assertThat(message.header("webhook-timestamp")).isEqualTo(time);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
    assertThat(message.header("webhook-signature"))
        .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(message.body())));
    JsonNode body = message.json();
    assertThat(body.path("id").asString()).isEqualTo(id);
    assertThat(body.path("event").asString()).isEqualTo("job.cancelled");
    assertThat(body.path("sequence").asLong()).isEqualTo(job.sequence());
    assertThat(body.path("state").asString()).isEqualTo("cancelled");
    assertThat(body.path("job").path("labels").path("show").asString()).isEqualTo("x");
    assertThat(body.toString()).doesNotContain("secret");
    Eventually.is("settled", () -> pending().isEmpty());
    // One look-up: what was judged is what was connected to.
    assertThat(names).containsExactly("hooks.test");
  }

  @Test
  void failures_areTriedAgainLaterAndLater_thenGivenUp_thenAgainWhenAsked() throws Exception {
    willAnswer(503, Map.of("Retry-After", "120"));
    willAnswer(302, Map.of("Location", "/elsewhere"));
    willAnswer(500, Map.of());
    JobRecord job = ended(url("hooks.test"));
    String id = told().header("webhook-id");
    Delivery first = failed(1);
    assertThat(first.next()).contains(clock.instant().plusSeconds(120));
    assertThat(first.last().orElseThrow()).contains("503");

    pass(Duration.ofSeconds(120));
    assertThat(told().header("webhook-id")).isEqualTo(id);
    Delivery second = failed(2);
    Duration delay = Duration.between(clock.instant(), second.next().orElseThrow());
    assertThat(delay).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
    assertThat(second.last().orElseThrow()).contains("302", "redirects are not followed");

    pass(Duration.ofSeconds(20));
    assertThat(told().path()).isEqualTo("/hook?of=me");
    Eventually.is("given up", () -> !webhooks.dead(Optional.of("a"), 9).isEmpty());
    assertThat(webhooks.dead(Optional.of("b"), 9)).isEmpty();
    var dead = webhooks.dead(Optional.empty(), 9).getFirst();
    assertThat(dead.attempts()).isEqualTo(3);
    assertThat(dead.job()).isEqualTo(job.id().value());
    assertThat(dead.last()).contains("500");

    assertThat(webhooks.again(dead.number(), Optional.of("b"))).isFalse();
    assertThat(webhooks.again(dead.number(), Optional.of("a"))).isTrue();
    assertThat(told().header("webhook-id")).isEqualTo(id);
    Eventually.is("told", () -> webhooks.dead(Optional.empty(), 9).isEmpty());
  }

  @Test
  void whatIsGone_isNotAskedAgain() throws Exception {
    willAnswer(410, Map.of());
    JobRecord _ = ended(url("hooks.test"));
    Told _ = told();
    Eventually.is("given up", () -> !webhooks.dead(Optional.empty(), 9).isEmpty());
  }

  @Test
  void endsOfAJob_areToldInOrder_andOthersDoNotWait() throws Exception {
    willAnswer(500, Map.of());
    JobRecord job = ended(url("hooks.test"));
    Told _ = told();
    Delivery _ = failed(1);
    JobRecord _ = journal.retry(job.id(), "me");
    JobRecord again = journal.cancel(job.id(), "me");
    JobRecord other = ended(url("hooks.test"));

    assertThat(told().header("webhook-id")).isEqualTo(other.id() + "-" + other.sequence());
    pass(Duration.ofSeconds(10));
    assertThat(told().header("webhook-id")).isEqualTo(job.id() + "-" + job.sequence());
    assertThat(told().header("webhook-id")).isEqualTo(job.id() + "-" + again.sequence());
  }

  @Test
  void whatIsNotPublic_isNotAsked() {
    JobRecord _ = ended(url("own.test"));
    assertThat(failed(1).last().orElseThrow()).contains("own.test is 127.0.0.1");
    assertThat(told).isEmpty();
    assertThat(webhooks.refusal(URI.create(url("own.test")))).isPresent();
    assertThat(webhooks.refusal(URI.create(url("hooks.test")))).isEmpty();
    assertThat(webhooks.refusal(URI.create("https://nowhere.example/"))).isEmpty();
  }

  /** Byte by byte no single read takes long. */
  @Test
  void whoeverAnswersSlowly_isLeft() throws Exception {
    webhooks.change(settings(Duration.ofMillis(300)));
    try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> drip(slow));
      JobRecord _ = ended("http://hooks.test:" + slow.getLocalPort() + "/");
      assertThat(failed(1).last()).isPresent();
      server.join();
    }
  }

  /** Interim answers without end. */
  @Test
  void whoeverGoesOnWithInterimAnswers_isLeft() throws Exception {
    try (ServerSocket chatty = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> chat(chatty));
      JobRecord _ = ended("http://hooks.test:" + chatty.getLocalPort() + "/");
      assertThat(failed(1).last().orElseThrow()).contains("too long");
      server.join();
    }
  }

  private static void chat(ServerSocket chatty) {
    try (Socket socket = chatty.accept()) {
      while (true) {
        socket
            .getOutputStream()
            .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException _) {
      // It was left.
    }
  }

  /** Which no submission has any more. */
  @Test
  void whatCannotBeSent_countsAsTried() {
    JobRecord _ = ended("http://hooks.test:70000/");
    assertThat(failed(1).last().orElseThrow()).contains("70000");
    assertThat(webhooks.refusal(URI.create("http://hooks.test:70000/"))).isPresent();
  }

  /** More of them than are looked at together. */
  @Test
  void aHostThatDoesNotAnswer_holdsUpNoOther() throws Exception {
    try (ServerSocket dead = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 260; i++) {
        JobRecord _ = ended("http://hooks.test:" + dead.getLocalPort() + "/");
      }
      clock.pass(Duration.ofSeconds(1));
      JobRecord job = ended(url("hooks.test"));
      assertThat(told().header("webhook-id")).startsWith(job.id().value());
    }
  }

  @Test
  void whatWasGivenUp_isForgottenWhenAsked() throws Exception {
    willAnswer(410, Map.of());
    JobRecord _ = ended(url("hooks.test"));
    Told _ = told();
    Eventually.is("given up", () -> !webhooks.dead(Optional.empty(), 9).isEmpty());
    long number = webhooks.dead(Optional.empty(), 9).getFirst().number();
    assertThat(webhooks.drop(number, Optional.of("b"))).isFalse();
    assertThat(webhooks.drop(number, Optional.of("a"))).isTrue();
    assertThat(webhooks.drop(number, Optional.of("a"))).isFalse();
    assertThat(webhooks.dead(Optional.empty(), 9)).isEmpty();
  }

  private static void drip(ServerSocket slow) {
    try (Socket socket = slow.accept()) {
      while (true) {
        socket.getOutputStream().write('H');
        LockSupport.parkNanos(20_000_000);
      }
    } catch (IOException _) {
      // It was left.
    }
  }

  @Test
  void aDaemonThatEnds_leavesWhatIsNotToldToTheNext() throws Exception {
    willAnswer(500, Map.of());
    JobRecord job = ended(url("hooks.test"));
    Told _ = told();
    Delivery _ = failed(1);
    webhooks.close();
    clock.pass(Duration.ofSeconds(10));
    webhooks = webhooks(settings(Duration.ofSeconds(20)));
    assertThat(told().header("webhook-id")).isEqualTo(job.id() + "-" + job.sequence());
  }

  @Test
  void aSecretThatOthersRead_orThatIsNone_isRefused() throws IOException {
    Path secret = folder.resolve("secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> webhooks.change(settings(Duration.ofSeconds(1))))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("others may read");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(secret, "whsec_c2hvcnQ=");
    assertThatThrownBy(() -> webhooks.change(settings(Duration.ofSeconds(1))))
        .hasMessageContaining("24 bytes");
  }
}
