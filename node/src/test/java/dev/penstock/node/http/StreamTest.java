package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Watchers see everything once, in order, however often they come back. */
@Timeout(60)
class StreamTest {
  @TempDir Path root;

  private final NodeInMemory node = new NodeInMemory();

  /** A watcher on a socket, which reads as slowly as it likes. */
  private static final class Watching implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Watching(Server server, String path, String... headers) throws IOException {
      socket = new Socket();
      socket.setReceiveBufferSize(32 << 10);
      socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
      socket.setSoTimeout(20_000);
      String more =
          String.join("", java.util.Arrays.stream(headers).map(each -> each + "\r\n").toList());
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                      + more
                      + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line that begins so; empty at the end of the stream. */
    Optional<String> next(String start) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(start)) {
          return Optional.of(line);
        }
      }
      return Optional.empty();
    }

    Watching begun() throws IOException {
      assertThat(next("retry:")).isPresent();
      return this;
    }

    /** What the next event of this kind says. */
    JsonNode data(String event) throws IOException {
      assertThat(next("event: " + event)).isPresent();
      return Wire.tree(next("data: ").orElseThrow().substring("data: ".length()));
    }

    long id() throws IOException {
      return whole().orElseThrow();
    }

    /** The id of the next message, once all of it is there; empty at the end. */
    Optional<Long> whole() throws IOException {
      try {
        Optional<String> id = next("id: ");
        return next("data: ")
            .flatMap(_ -> id)
            .map(each -> Long.parseLong(each.substring("id: ".length())));
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException _) {
        return Optional.empty();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void underAStorm_resumingMissesAndRepeatsNothing() throws Exception {
    int events = 12_000;
    try (Server server = node.serve(NodeInMemory.settings(root));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(4);
      List<Future<List<Long>>> watchers =
          IntStream.range(0, 4)
              .mapToObj(
                  number -> threads.submit(resuming(server, events, 200 + 977 * number, begun)))
              .toList();
      begun.await();
      for (int i = 0; i < events; i++) {
        node.jobs.tell("job.running", Optional.of(JobsInMemory.id(i % 3)), Optional.of("acme"));
      }
      List<Long> all = LongStream.rangeClosed(1, events).boxed().toList();
      for (Future<List<Long>> watcher : watchers) {
        assertThat(watcher.get()).isEqualTo(all);
      }
    }
  }

  /** Breaks its connection after so many events, again and again. */
  private static Callable<List<Long>> resuming(
      Server server, int until, int perConnection, CountDownLatch begun) {
    return () -> {
      List<Long> seen = new ArrayList<>();
      while (seen.isEmpty() || seen.getLast() < until) {
        long last = seen.isEmpty() ? 0 : seen.getLast();
        try (Watching watching =
            new Watching(server, "/v1/events", "Last-Event-ID: " + last).begun()) {
          begun.countDown();
          boolean goesOn = true;
          for (int i = 0; goesOn && i < perConnection; i++) {
            Optional<Long> id = watching.whole();
            id.ifPresent(seen::add);
            goesOn = id.isPresent() && id.get() < until;
          }
        }
      }
      return seen;
    };
  }

  @Test
  void withoutAnId_itBeginsNow_andAJobsBeginsAtItsFirst() throws Exception {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      node.jobs.tell("job.queued", Optional.of(JobsInMemory.id(1)), Optional.empty());
      new Browser(server).post("/v1/jobs", ContractTest.submission(root));
      try (Watching all = new Watching(server, "/v1/events").begun();
          Watching job =
              new Watching(server, "/v1/jobs/" + JobsInMemory.id(1) + "/events").begun()) {
        node.jobs.tell("device.lost", Optional.empty(), Optional.empty());
        node.jobs.tell("job.done", Optional.of(JobsInMemory.id(1)), Optional.empty());
        assertThat(all.next("id: ")).contains("id: 3");
        assertThat(all.next("data: ").orElseThrow()).contains("\"kind\":\"device.lost\"", "a\\nb");
        assertThat(List.of(job.id(), job.id(), job.id())).containsExactly(1L, 2L, 4L);
      }
    }
  }

  @Test
  void betweenEvents_progressAndReadingsAreTold_andProgressOnlyToItsTenant() throws Exception {
    Path tokens = root.resolve("tokens");
    String own = token(tokens, "otto", "acme");
    String other = token(tokens, "vera", "other");
    try (Server server = node.serve(NodeInMemory.withTokens(NodeInMemory.settings(root), tokens))) {
      new Browser(server)
          .post("/v1/jobs", ContractTest.submission(root), "Authorization", "Bearer " + own);
      node.jobs.move(
          JobsInMemory.id(1),
          new JobState.Running(1, "w", List.of(), Instant.EPOCH),
          Optional.empty());
      try (Watching all = new Watching(server, "/v1/events", "Authorization: Bearer " + own);
          Watching stranger =
              new Watching(server, "/v1/events", "Authorization: Bearer " + other)) {
        assertThat(all.data("progress").at("/progress/fraction").asDouble()).isEqualTo(0.25);
        node.fraction = 0.5;
        assertThat(all.data("progress").at("/progress/fraction").asDouble()).isEqualTo(0.5);
        assertThat(all.data("readings").at("/devices/0/sessions/0/what").asString())
            .isEqualTo("720p");
        // Readings come after the progress of their look: none was left out by chance.
        for (String event = stranger.next("event: ").orElseThrow();
            !event.endsWith("readings");
            event = stranger.next("event: ").orElseThrow()) {
          assertThat(event).doesNotContain("progress");
        }
        assertThat(stranger.next("data: ").orElseThrow()).doesNotContain("720p");
      }
    }
  }

  private static String token(Path tokens, String name, String tenant) {
    return Tokens.create(tokens, name, Role.OPERATOR, Optional.of(tenant), new SecureRandom());
  }

  @Test
  void whereNothingHappens_aCommentSaysThatItIsThere() throws Exception {
    try (Server server = node.serve(NodeInMemory.settings(root));
        Watching watching = new Watching(server, "/v1/events").begun()) {
      assertThat(watching.next(":")).isPresent();
      assertThat(watching.next(":")).isPresent();
    }
  }

  @Test
  void ofATenant_onlyItsOwnIsSeen_andATokenTakenBackEndsIt() throws Exception {
    Path tokens = root.resolve("tokens");
    String token =
        Tokens.create(tokens, "vera", Role.VIEWER, Optional.of("acme"), new SecureRandom());
    try (Server server = node.serve(NodeInMemory.withTokens(NodeInMemory.settings(root), tokens));
        Watching watching =
            new Watching(server, "/v1/events", "Authorization: Bearer " + token).begun()) {
      node.jobs.tell("job.queued", Optional.empty(), Optional.of("other"));
      node.jobs.tell("job.queued", Optional.empty(), Optional.of("acme"));
      assertThat(watching.id()).isEqualTo(2);
      java.nio.file.Files.writeString(tokens, "# nobody\n");
      assertThat(watching.whole()).isEmpty();
    }
  }

  @Test
  void whoTakesNothing_isSentAway_andComesBackToAll() throws Exception {
    HttpSettings.Limits from = NodeInMemory.LIMITS;
    HttpSettings.Limits tight =
        new HttpSettings.Limits(
            from.body(),
            from.header(),
            from.bodyTime(),
            Duration.ofMillis(500),
            4096,
            from.perSecond(),
            5,
            10,
            10,
            from.heartbeat(),
            1000);
    try (Server server = node.serve(NodeInMemory.withLimits(NodeInMemory.settings(root), tight));
        Watching slow = new Watching(server, "/v1/events").begun()) {
      int events = 8000;
      // More than the buffers of two sockets hold.
      String data = "\"" + "x".repeat(2000) + "\"";
      for (int i = 0; i < events; i++) {
        node.jobs.tell("job.running", Optional.empty(), Optional.empty(), data);
      }
      long last = 0;
      for (Optional<Long> id = slow.whole(); id.isPresent(); id = slow.whole()) {
        assertThat(id.get()).isEqualTo(last + 1);
        last = id.get();
      }
      try (Watching again = new Watching(server, "/v1/events", "Last-Event-ID: " + last).begun()) {
        for (long expected = last + 1; expected <= events; expected++) {
          assertThat(again.id()).isEqualTo(expected);
        }
      }
      assertThat(last).isLessThan(events);
    }
  }

  @Test
  void streams_areCounted() throws Exception {
    HttpSettings.Limits from = NodeInMemory.LIMITS;
    HttpSettings.Limits two =
        new HttpSettings.Limits(
            from.body(),
            from.header(),
            from.bodyTime(),
            from.idle(),
            4096,
            from.perSecond(),
            5,
            2,
            2,
            from.heartbeat(),
            from.lag());
    try (Server server = node.serve(NodeInMemory.withLimits(NodeInMemory.settings(root), two));
        Watching one = new Watching(server, "/v1/events").begun();
        Watching other = new Watching(server, "/v1/events").begun();
        Watching tooMany = new Watching(server, "/v1/events")) {
      assertThat(tooMany.next("HTTP/"))
          .hasValueSatisfying(line -> assertThat(line).contains("429"));
      one.socket.close();
      // The place is free as soon as the next heartbeat meets nobody.
      String status = "";
      while (!status.contains("200")) {
        try (Watching next = new Watching(server, "/v1/events")) {
          status = next.next("HTTP/").orElseThrow();
          assertThat(status).containsAnyOf("200", "429");
        }
      }
      assertThat(other.next(":")).isPresent();
    }
  }

  @Test
  void aThousandWatchers_areServed() throws Exception {
    List<Watching> all = new ArrayList<>();
    // Heartbeats as in earnest: a thousand quick ones would be a test of the machine.
    HttpSettings.Limits limits = HttpSettings.Limits.DEFAULT;
    try (Server server = node.serve(NodeInMemory.withLimits(NodeInMemory.settings(root), limits))) {
      try {
        for (int i = 0; i < 1000; i++) {
          all.add(new Watching(server, "/v1/events"));
        }
        for (Watching each : all) {
          each.begun();
        }
        node.jobs.tell("job.done", Optional.empty(), Optional.empty());
        for (Watching each : all) {
          assertThat(each.id()).isEqualTo(1);
        }
        assertThat(new Browser(server).get("/metrics").body())
            .contains("penstock_http_streams 1000.0");
      } finally {
        for (Watching each : all) {
          each.close();
        }
      }
    }
  }
}
