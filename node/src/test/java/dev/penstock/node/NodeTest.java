package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import dev.penstock.model.Finding;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How the parts are begun, told and ended together. */
class NodeTest {
  @TempDir Path folder;
  private final Deque<Supplier<Config>> files = new ArrayDeque<>();
  private int examined;

  private Node open(Config config) {
    return Node.open(
        new Node.Settings(folder.resolve("data"), config, "1.2.3"),
        new Node.Given(
            spec -> new SpecCheck.Checked(spec, List.of(), List.of()),
            new Launch(List.of("false"), Map.of(), Launch.Limits.none()),
            this::examine,
            () -> files.remove().get()),
        InstantSource.system());
  }

  private List<Finding> examine() {
    examined++;
    return List.of(
        new Finding(
            "kernel.x",
            Optional.empty(),
            Finding.Status.PASS,
            "all is well",
            List.of(),
            "",
            List.of()));
  }

  private static Config config(String text) {
    return Config.parse("test", "http: {port: 0}\n" + text, Map.of());
  }

  private static JsonNode get(Node node, String path) {
    try (Client client = Client.of(node.url(), Optional.empty())) {
      return client.get(path);
    }
  }

  @Test
  void aNodeThatCannotListen_leavesNothingBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> open(Config.standard().withPort(taken.getLocalPort())))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("cannot be bound");
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("transcode", "webhooks", "retention");
    try (Node node = open(config(""))) {
      assertThat(node.isAlive()).isTrue();
    }
  }

  @Test
  void aNodeThatCannotListen_submitsNothing_andRemovesNothing() throws Exception {
    Path watched = Files.createDirectory(folder.resolve("in"));
    Path _ = Files.writeString(watched.resolve("a.mov"), "media");
    Path job = Files.writeString(folder.resolve("job.yaml"), "transcode: {codec: h264}");
    String watch =
        "watch: [{folder: %s, job: %s, out: \"/srv/{stem}.mp4\", settle: 0s}]\n"
            .formatted(watched, job);
    Path crash = folder.resolve("data/crashes/old.txt");
    Files.createDirectories(crash.getParent());
    Files.writeString(crash, "long ago");
    assertThat(crash.toFile().setLastModified(0)).isTrue();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Config config = Config.parse("test", watch, Map.of()).withPort(taken.getLocalPort());
      assertThatThrownBy(() -> open(config)).hasMessageContaining("cannot be bound");
    }
    assertThat(crash).exists();
    try (Journal journal =
        Journal.open(folder.resolve("data"), InstantSource.system(), new Random(1))) {
      assertThat(journal.counts()).isEmpty();
    }
    try (Node node = open(config(watch))) {
      while (get(node, "/v1/jobs").path("jobs").isEmpty()) {
        Thread.yield();
      }
    }
  }

  @Test
  void whatWaitsForARestart_isToldUntilThen() {
    try (Node node = open(config(""))) {
      String other = "workers: {niceness: 3}\n";
      files.add(() -> config(other));
      files.add(() -> config(other + "log: {level: debug}"));
      assertThat(node.reload().restart()).containsExactly("workers.niceness");
      var second = node.reload();
      assertThat(second.changed()).containsExactly("log.level");
      assertThat(second.restart()).containsExactly("workers.niceness");
      JsonNode settings = get(node, "/v1/settings");
      assertThat(settings.path("workers.niceness").asInt())
          .isEqualTo(Config.standard().workers().niceness());
      assertThat(settings.path("log.level").asString()).isEqualTo("debug");
      assertThat(settings.path("pending").path("workers.niceness").asInt()).isEqualTo(3);
      files.add(() -> config(""));
      assertThat(node.reload().restart()).isEmpty();
      assertThat(get(node, "/v1/settings").has("pending")).isFalse();
    }
  }

  @Test
  void whatNobodyForesaw_isToldToWhoeverAskedForAReload() {
    try (Node node = open(config(""))) {
      files.add(() -> {
        throw new UncheckedIOException(new IOException("the disk is gone"));
      });
      assertThatThrownBy(node::reload)
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("the disk is gone");
    }
  }

  /** Neither those before nor the one that failed are left with half of it. */
  @Test
  void settingsThatCannotBeFollowed_arePutBackEverywhere() throws Exception {
    Path watched = Files.createDirectory(folder.resolve("in"));
    Path job = Files.writeString(folder.resolve("job.yaml"), "transcode: {codec: h264}");
    String watch = "watch: [{folder: " + watched + ", job: " + job + ", out: '/srv/{stem}.mp4'}]\n";
    try (Node node = open(config(""))) {
      files.add(() -> config(watch + "webhooks: {secret: /nowhere}\n"));
      assertThatThrownBy(node::reload)
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure().diagnosis().line()).contains("/nowhere"));
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("watch in");
      int[] told = {0};
      node.follow(_ -> told[0]++);
      node.follow(_ -> {
        if (told[0] == 1) {
          throw new IllegalStateException("no");
        }
        told[0]++;
      });
      files.add(() -> config("log: {level: debug}"));
      assertThatThrownBy(node::reload).isInstanceOf(FailureException.class);
      assertThat(told[0]).isEqualTo(3);
      assertThat(get(node, "/v1/settings").path("log.level").asString()).isEqualTo("info");
    }
  }

  @Test
  void theMachine_isExaminedWhenSomebodyAsks_andNotBefore() throws Exception {
    try (Node node = open(config(""))) {
      assertThat(get(node, "/v1/doctor").has("at")).isFalse();
      assertThat(examined).isZero();
      Instant before = Instant.now();
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(URI.create(node.url() + "/v1/doctor"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
      }
      assertThat(examined).isEqualTo(1);
      JsonNode last = get(node, "/v1/doctor");
      assertThat(Instant.parse(last.path("at").asString())).isAfterOrEqualTo(before);
      assertThat(last.path("findings")).hasSize(1);
    }
  }
}
