package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.node.JobState;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ClientTest {
  @TempDir Path root;

  private final NodeInMemory node = new NodeInMemory();

  private Client.Submitting job(String input) {
    return new Client.Submitting(
        Wire.tree(
            "{\"transcode\":{\"input\":\"%s\",\"output\":\"%s/out/a.mp4\"}}"
                .formatted(input, root)),
        Optional.of("interactive"),
        Optional.of(80),
        Optional.empty(),
        Map.of("show", "x"),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aJob_fromSubmissionToItsEnd() {
    try (Server server = node.serve(NodeInMemory.settings(root));
        Client client = Client.of(server.url() + "/", Optional.empty())) {
      JobView submitted = client.submit(job(root + "/in/a.mkv"));
      assertThat(submitted.state()).isEqualTo("queued");
      assertThat(submitted.labels()).containsEntry("show", "x");
      assertThat(client.why(submitted.id()).summary()).isEqualTo("waits for room");
      List<String> told = new ArrayList<>();
      JobView end =
          client.watch(
              submitted.id(),
              event -> {
                told.add(event.kind());
                if (event.kind().equals("job.queued")) {
                  node.jobs.move(
                      JobsInMemory.id(1),
                      new JobState.Running(1, "w", List.of(), Instant.EPOCH),
                      Optional.empty());
                } else if (event.kind().equals("job.running")) {
                  assertThat(client.job(submitted.id()).progress().orElseThrow().fraction())
                      .isEqualTo(0.25);
                  node.jobs.move(JobsInMemory.id(1), new JobState.Done(), Optional.of("{\"a\":1}"));
                }
              });
      assertThat(end.state()).isEqualTo("done");
      assertThat(told).startsWith("job.queued", "job.running");
      assertThat(client.report(end.id()).path("a").asInt()).isEqualTo(1);
      assertThat(client.jobs(Map.of("state", List.of("done"), "label", List.of("show=x"))).jobs())
          .hasSize(1);
      assertThat(client.jobs(Map.of("label", List.of("show=y"))).jobs()).isEmpty();
      assertThat(client.drain(Optional.empty()).node()).isTrue();
      assertThat(client.undrain(Optional.empty()).node()).isFalse();
      assertThatThrownBy(() -> client.retry(end.id())).hasMessageContaining("is done");
    }
  }

  @Test
  void problems_becomeFailuresAgain() {
    try (Server server = node.serve(NodeInMemory.settings(root));
        Client client = Client.of(server.url(), Optional.empty())) {
      assertThatThrownBy(() -> client.submit(job("/etc/passwd")))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.failure()).isInstanceOf(Failure.BadRequest.class);
                assertThat(e.failure().diagnosis().likelyCause())
                    .contains("/etc/passwd may not be read");
              });
      assertThatThrownBy(() -> client.job("../../healthz")).hasMessageContaining("was refused");
      assertThatThrownBy(() -> client.job("nope")).hasMessageContaining("is not here");
    }
  }

  @Test
  void aServerThatIsNotThere_isSaid() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (Client client = Client.of("http://127.0.0.1:" + port, Optional.empty())) {
      assertThatThrownBy(() -> client.job("x"))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure()).isInstanceOf(Failure.HostMisconfigured.class))
          .hasMessageContaining("penstock serve");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8470",
        "ftp://localhost",
        "http://",
        "http://user@localhost",
        "http://localhost/v1",
        "http://localhost?x",
        "https://local host",
        "file:///etc",
      })
  void noAddress_isRefused(String server) {
    assertThatThrownBy(() -> Client.of(server, Optional.empty()))
        .hasMessageContaining("no address");
  }

  @Test
  void tokens_goNowhereInClearText() {
    assertThatThrownBy(() -> Client.of("http://192.0.2.1:8470", Optional.of("pst_x")))
        .hasMessageContaining("clear text");
    Client.of("https://192.0.2.1:8470", Optional.of("pst_x")).close();
    Client.of("http://localhost:8470", Optional.of("pst_x")).close();
  }

  @Test
  void tokens_comeFromTheEnvironment() throws Exception {
    Path file = root.resolve("token");
    Files.writeString(file, "pst_file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(Client.token(Map.of(), Optional.empty())).isEmpty();
    assertThat(Client.token(Map.of("PENSTOCK_TOKEN", "pst_a"), Optional.empty())).contains("pst_a");
    assertThat(Client.token(Map.of("PENSTOCK_TOKEN_FILE", file.toString()), Optional.empty()))
        .contains("pst_file");
    assertThat(Client.token(Map.of("PENSTOCK_TOKEN", "pst_a"), Optional.of(file)))
        .contains("pst_file");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Client.token(Map.of(), Optional.of(file)))
        .hasMessageContaining("chmod 600");
  }
}
