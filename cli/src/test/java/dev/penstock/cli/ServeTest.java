package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.ChildJvm;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** A real daemon with real workers on real clips. */
@Timeout(120)
class ServeTest {
  private static final Pattern URL = Pattern.compile("http://\\S+?(?=,)");

  @TempDir static Path clips;
  @TempDir Path folder;
  private final List<Process> daemons = new ArrayList<>();

  @BeforeAll
  static void makeClips() throws IOException {
    Oracle.clip(
        clips,
        "long.mkv",
        ("-filter_complex testsrc2=size=480x270:rate=25:duration=12 -c:v mpeg4 -g 25 -b:v 2M")
            .split(" "));
    Oracle.clip(clips, "short.mkv");
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process each : daemons) {
      each.destroy();
      if (!each.waitFor(20, TimeUnit.SECONDS)) {
        each.descendants().forEach(ProcessHandle::destroyForcibly);
        each.destroyForcibly();
      }
    }
  }

  private record Serving(Process process, Client client) {}

  private Serving serve() throws IOException {
    List<String> words =
        List.of("serve", "--data", folder.resolve("data").toString(), "--port", "0");
    Process process =
        new ProcessBuilder(ChildJvm.command("dev.penstock.cli.Penstock", words))
            .redirectError(folder.resolve("log-" + daemons.size()).toFile())
            .start();
    daemons.add(process);
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    Matcher url = URL.matcher(Optional.ofNullable(said.readLine()).orElse("it ended"));
    assertThat(url.find()).as("where it listens").isTrue();
    return new Serving(process, Client.of(url.group(), Optional.empty()));
  }

  private static JobView submit(Client client, String spec, List<String> after) {
    return client.submit(
        new Client.Submitting(
            StringNode.valueOf(spec),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("of", "a test"),
            Optional.empty(),
            after,
            Optional.empty(),
            Optional.empty()));
  }

  private String spec(String in, String out, String more) {
    return """
    {"transcode": {"input": "%s", "output": "%s", "codec": "h264", "audio": "none"%s}}
    """
        .formatted(clips.resolve(in), folder.resolve(out), more);
  }

  @Test
  void jobs_areDone_andWhatCannotBeIsSaidWhy() throws IOException {
    Client client = serve().client();
    assertThat(client.health()).isEqualTo("ok");
    JobView good = submit(client, spec("short.mkv", "good.mp4", ""), List.of());
    JobView next = submit(client, spec("short.mkv", "next.mp4", ""), List.of(good.id()));
    JobView bad = submit(client, spec("none.mkv", "bad.mp4", ""), List.of());
    JobView never = submit(client, spec("short.mkv", "never.mp4", ""), List.of(bad.id()));

    assertThat(client.watch(good.id(), _ -> {}).state()).isEqualTo("done");
    assertThat(client.watch(next.id(), _ -> {}).state()).isEqualTo("done");
    assertThat(folder.resolve("good.mp4")).isNotEmptyFile();
    assertThat(folder.resolve("next.mp4")).hasSameBinaryContentAs(folder.resolve("good.mp4"));
    assertThat(client.report(good.id()).path("tracks").size()).isEqualTo(1);
    assertTold(client, good.id());
    JobView failed = client.watch(bad.id(), _ -> {});
    assertThat(failed.state()).isEqualTo("failed");
    assertThat(failed.failure().orElseThrow().problem()).contains("no such file");
    assertThat(client.watch(never.id(), _ -> {}).state()).isEqualTo("failed");
    assertThat(client.why(bad.id()).reasons()).isNotEmpty();
  }

  /** What is there of a job that is done, beside its report. */
  private static void assertTold(Client client, String id) {
    JsonNode plan = client.get("/v1/jobs/" + id + "/plan");
    assertThat(plan.at("/plan/receipt").isObject()).as(plan.toString()).isTrue();
    assertThat(plan.path("text").asString()).contains("good.mp4");
    JsonNode piece = client.get("/v1/jobs/" + id + "/timeline").at("/segments/0");
    assertThat(piece.path("state").asString()).as(piece.toString()).isEqualTo("done");
    assertThat(piece.path("device").asString()).isEqualTo("software");
    assertThat(client.get("/v1/jobs/" + id + "/log").at("/lines/0/text").asString())
        .startsWith("attempt 1 begins");
    assertThat(client.get("/v1/jobs/" + id + "/previews").at("/files/0/name").asString())
        .isEqualTo("good.mp4");
    assertThat(client.get("/v1/devices").path("devices").findValuesAsString("key"))
        .contains("software");
    assertThat(client.get("/v1/workers").path("workers").size()).isPositive();
  }

  @Test
  void aDaemonThatIsKilled_goesOnWhereItWas() throws Exception {
    Serving first = serve();
    String more = ", \"preset\": \"p6\", \"segments\": \"2s\"";
    JobView job = submit(first.client(), spec("long.mkv", "out.mp4", more), List.of());
    first.client().events(Optional.of(job.id()), Optional.empty(), each -> !isRunning(each.kind()));
    List<ProcessHandle> workers = first.process().descendants().toList();
    first.process().destroyForcibly().waitFor();

    Client second = serve().client();
    JobView done = second.watch(job.id(), _ -> {});

    assertThat(done.state()).as(String.valueOf(done.failure())).isEqualTo("done");
    assertThat(done.attempts()).isEqualTo(2);
    assertThat(second.report(job.id()).path("tracks").get(0).path("packetsOut").asInt())
        .isEqualTo(300);
    assertCoded(second.get("/v1/jobs/" + job.id() + "/quality"));
    assertThat(workers).noneMatch(ProcessHandle::isAlive);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "log-0", "log-1", "out.mp4");
    }
  }

  /** A point for each piece, those of the attempt before among them. */
  private static void assertCoded(JsonNode quality) {
    assertThat(quality.path("measures").findValuesAsString("id"))
        .containsExactly("psnr", "quantiser-51", "rate");
    for (JsonNode measure : quality.path("measures")) {
      JsonNode points = measure.at("/rungs/0/points");
      assertThat(points.findValuesAsString("at"))
          .as(measure.toString())
          .containsExactly("0.0", "2.0", "4.0", "6.0", "8.0", "10.0");
      assertThat(points.findValuesAsString("to")).last().isEqualTo("12.0");
    }
  }

  private static boolean isRunning(String kind) {
    return kind.equals("job.running");
  }

  /** Whoever asks again does not say that a file that is there may go. */
  @Test
  void aFileThatIsThere_isKept() throws IOException {
    Client client = serve().client();
    Path own = Files.writeString(folder.resolve("own.mp4"), "the user's");
    JobView job = submit(client, spec("short.mkv", "own.mp4", ""), List.of());
    assertThat(client.watch(job.id(), _ -> {}).state()).isEqualTo("failed");
    JobView _ = client.retry(job.id());
    assertThat(client.watch(job.id(), _ -> {}).state()).isEqualTo("failed");
    assertThat(own).hasContent("the user's");
  }

  @Test
  void aRunningJob_isCancelled() throws IOException {
    Client client = serve().client();
    String more = ", \"preset\": \"p7\", \"segments\": \"2s\"";
    JobView job = submit(client, spec("long.mkv", "out.mp4", more), List.of());
    client.events(Optional.of(job.id()), Optional.empty(), each -> !isRunning(each.kind()));

    JobView _ = client.cancel(job.id());
    assertThat(client.watch(job.id(), _ -> {}).state()).isEqualTo("cancelled");
    assertThat(folder.resolve("out.mp4")).doesNotExist();
    assertThat(folder.resolve("data/work").resolve(job.id())).doesNotExist();
  }
}
