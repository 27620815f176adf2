package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.node.Node;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import dev.penstock.node.worker.Launch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node, with workers and clips, and what surrounds it. */
@Timeout(120)
class AroundTest {
  @TempDir Path root;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private HttpServer hooks;
  private Node node;
  private Client client;

  @BeforeEach
  void open() throws IOException {
    hooks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hooks.createContext(
        "/",
        exchange -> {
          told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    hooks.start();
    Oracle.clip(root, "clip.mkv");
    Files.createDirectories(root.resolve("in"));
    Files.writeString(root.resolve("watch.yaml"), "transcode: {codec: h264, audio: none}");
    node =
        Node.open(
            new Node.Settings(root.resolve("data"), config(), Version.current()),
            new Node.Given(
                new JobSpecs(),
                Launch.ofThisProgram(Launch.Limits.standard()),
                List::of,
                this::config),
            InstantSource.system());
    client = Client.of(node.url(), Optional.empty());
  }

  private Config config() {
    String text =
        """
        workers:
          software: 1
        http:
          port: 0
          roots:
            read: ["ROOT"]
            write: ["ROOT"]
        watch:
          - folder: ROOT/in
            patterns: ["*.mkv"]
            settle: 200ms
            job: ROOT/watch.yaml
            out: ROOT/out/{stem}.mp4
            afterwards: move
            move-to: ROOT/in/done
        webhooks:
          hosts: ["127.0.0.1"]
          attempts: 3
        """;
    return Config.parse("penstock.yaml", text.replace("ROOT", root.toString()), Map.of());
  }

  @AfterEach
  void close() {
    client.close();
    node.close();
    hooks.stop(0);
  }

  private JobView ended(String label) {
    JobView job =
        client.jobs(Map.of()).jobs().stream()
            .filter(each -> label.isEmpty() || each.labels().containsValue(label))
            .findFirst()
            .orElseThrow();
    return client.watch(job.id(), _ -> {});
  }

  @Test
  void whatIsDroppedIntoAFolder_isDone_andMoved() throws Exception {
    Files.writeString(root.resolve("in/bad.mkv"), "no media");
    Files.copy(root.resolve("clip.mkv"), root.resolve("clip.part"));
    Path part = root.resolve("clip.part");
    Files.move(part, root.resolve("in/clip.mkv"));
    client.events(
        Optional.empty(), Optional.of(0L), event -> client.jobs(Map.of()).jobs().size() < 2);
    for (JobView job : client.jobs(Map.of()).jobs()) {
      assertThat(client.watch(job.id(), _ -> {}).hasEnded()).isTrue();
    }
    assertThat(root.resolve("out/clip.mp4")).isNotEmptyFile();
    Path reason = root.resolve("in/done/failed/bad.mkv.txt");
    while (!Files.exists(reason) || !Files.exists(root.resolve("in/done/clip.mkv"))) {
      Thread.onSpinWait();
    }
    assertThat(reason).content().contains("bad.mkv");
    assertThat(root.resolve("out/bad.mp4")).doesNotExist();
  }

  @Test
  void aJobFileWithAKey_isSubmitted_done_andTold() throws Exception {
    Files.write(root.resolve("key.bin"), "0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    Path file =
        Files.writeString(
            root.resolve("job.yaml"),
            """
            ladder:
              input: clip.mkv
              output: made
              rungs: [36p:60k]
              audio: none
              encrypt: aes-128
              key: key.bin
              key-url: https://keys.example/1
            """);
    Answer submitted =
        Cli.run(
            "submit",
            file.toString(),
            "--server",
            node.url(),
            "--label",
            "of=a file",
            "--webhook",
            "http://127.0.0.1:" + hooks.getAddress().getPort() + "/",
            "--wait",
            "--json");
    assertThat(submitted.exit()).as(submitted.out() + submitted.err()).isZero();
    assertThat(submitted.out()).contains("\"id\"", "\"done\"");
    assertThat(root.resolve("made")).isDirectoryRecursivelyContaining("glob:**.m3u8");
    assertThat(Optional.ofNullable(told.poll(60, TimeUnit.SECONDS)).orElse("nothing"))
        .contains("job.done", ended("a file").id())
        .doesNotContain("key.bin");
    Answer shown = Cli.run("job", ended("a file").id(), "--server", node.url());
    assertThat(shown.out()).contains("it is done", "job.done");
    Answer why = Cli.run("jobs", "why", ended("a file").id(), "--server", node.url());
    assertThat(why.out()).contains("is done");
  }

  @Test
  void aKeyElsewhere_orInAnotherVariable_isRefused() throws Exception {
    Map<String, String> keys =
        Map.of(
            "/etc/hostname", "may not be read",
            "env:HOME", "is no variable for a key",
            "https://keys.example/1", "no full path on the node");
    for (Map.Entry<String, String> each : keys.entrySet()) {
      String key = each.getKey();
      Answer refused =
          Cli.run(
              "submit",
              "ladder",
              root.resolve("clip.mkv").toString(),
              root.resolve("made").toString(),
              "--encrypt",
              "aes-128",
              "--key",
              key,
              "--key-url",
              "https://keys.example/1",
              "--server",
              node.url());
      assertThat(refused.exit()).as(key + refused.err()).isEqualTo(ExitCode.USAGE.value());
      assertThat(refused.err()).contains(each.getValue());
    }
    assertThat(client.jobs(Map.of()).jobs()).isEmpty();
  }

  @Test
  void aLadder_isSubmitted_withTheOptionsOfLadder_andItsWarningsAreShown() throws Exception {
    Answer submitted =
        Cli.run(
            "submit",
            "ladder",
            root.resolve("clip.mkv").toString(),
            root.resolve("rungs").toString(),
            "--rungs",
            "36p:2k",
            "--audio",
            "none",
            "--label",
            "of=a ladder",
            "--wait",
            "--server",
            node.url());
    assertThat(submitted.exit()).as(submitted.out() + submitted.err()).isZero();
    assertThat(root.resolve("rungs")).isDirectoryRecursivelyContaining("glob:**.m3u8");
    Answer shown = Cli.run("job", ended("a ladder").id(), "--server", node.url());
    assertThat(shown.out()).contains("warning: ", "36p");
  }

  @Test
  void aJob_isShownToItsEnd_andFoundByWhatIsWrittenOnIt() {
    String server = "--server=" + node.url();
    String output = root.resolve("Found.mp4").toString();
    Answer done = Cli.run("submit", root.resolve("clip.mkv").toString(), output, "--wait", server);
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err()).contains("job ");
    assertThat(done.out()).contains(output + ": ", "verified: structure");
    Answer failed =
        Cli.run("submit", root.resolve("absent clip.mkv").toString(), output, "--wait", server);
    assertThat(failed.exit()).isEqualTo(ExitCode.BAD_INPUT.value());
    assertThat(failed.err()).contains("no such file", "next: ");
    String found = Cli.run("jobs", "--text", "CLIP found.mp4 Absent", server).out();
    assertThat(found).contains("failed").hasLineCount(1);
    Answer again = Cli.run("watch", found.substring(0, 26), server);
    assertThat(again.err()).contains("no such file");
  }

  @Test
  void aSubmissionOfNothing_isToldWhatItNeeds() {
    Answer refused = Cli.run("submit", "--server", node.url());
    assertThat(refused.exit()).isEqualTo(ExitCode.USAGE.value());
    assertThat(refused.err()).contains("needs IN and OUT");
  }
}
