package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.ChildJvm;
import dev.penstock.node.testing.KeyFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real daemon that is told by a file, over real HTTPS. */
@Timeout(120)
class ServeConfigTest {
  private static final Pattern URL = Pattern.compile("https://\\S+?(?=,)");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final List<Process> daemons = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    for (Process each : daemons) {
      each.destroy();
      if (!each.waitFor(20, TimeUnit.SECONDS)) {
        each.destroyForcibly();
      }
    }
  }

  @Test
  void aDaemonOnTheNetwork_isConfiguredByAFile_andReloads() throws Exception {
    Certificate own =
        KeyFiles.write(
            folder.resolve("chain.pem"),
            folder.resolve("key.pem"),
            "localhost",
            "EC",
            "-ext",
            "san=ip:127.0.0.1");
    Path clip = Oracle.clip(folder, "clip.mkv");
    configure("70%", "info");
    assertThat(create("ops")).matches("pst_[A-Za-z0-9_-]{43}");
    String token = create("ci", "--role", "admin", "--expires", "1h");

    Process daemon = serve();
    String url = url(daemon);
    try (HttpClient client = client(own)) {
      assertThat(get(client, url + "/v1/settings", "pst_wrong").statusCode()).isEqualTo(401);
      assertThat(setting(client, url, token, "admission.limits.vram")).isEqualTo("70%");
      String job = submit(client, url, token, clip);

      configure("60%", "debug");
      hangUp(daemon);
      await(client, url, token, "60%");
      HttpResponse<String> same = post(client, url + "/v1/reload", token, "");
      assertThat(same.body()).isEqualTo("{\"changed\":[],\"restart\":[\"http.port\"]}");

      Files.writeString(folder.resolve("penstock.yaml"), "http: {prot: 1}\n");
      HttpResponse<String> broken = post(client, url + "/v1/reload", token, "");
      assertThat(broken.statusCode()).isEqualTo(400);
      assertThat(broken.body()).contains("penstock.yaml:1: http.prot", "did you mean port?");
      assertThat(setting(client, url, token, "admission.limits.vram")).isEqualTo("60%");

      String ended = events(client, url, token, job);
      assertThat(ended).contains("job.done").doesNotContain("job.failed");
      assertThat(Cli.run("tokens", "revoke", "ci", "--tokens", folder.resolve("tokens")).exit())
          .isZero();
      assertThat(get(client, url + "/v1/settings", token).statusCode()).isEqualTo(401);
      List<JsonNode> log =
          Files.readAllLines(folder.resolve("penstock.log")).stream().map(JSON::readTree).toList();
      assertThat(log.stream().filter(each -> each.path("job").asString("").equals(job)))
          .extracting(each -> each.path("message").asString())
          .contains("job " + job + ": queued", "job " + job + ": done");
      assertThat(log)
          .extracting(each -> each.path("message").asString())
          .anyMatch(each -> each.contains("admission.limits.vram changed"))
          .anyMatch(each -> each.contains("http.port needs a restart"))
          .anyMatch(each -> each.contains("all settings stay as they were"))
          .noneMatch(each -> each.contains("Jetty") || each.contains("Javalin"));
    }
  }

  @Test
  void elsewhereThanOnLoopback_itIsNotReached_withoutTokens() {
    Answer refused =
        Cli.run("serve", "--data", folder.resolve("data"), "--address", "0.0.0.0", "--port", "0");
    assertThat(refused.exit()).isEqualTo(5);
    assertThat(refused.err()).contains("penstock tokens create");
  }

  @Test
  void mistakesOfTheFile_areAllSaid_withTheirLines() throws IOException {
    Path file = Files.writeString(folder.resolve("x.yaml"), "http:\n  prot: 1\nlog: {level: no}\n");
    Answer refused = Cli.run("serve", "--config", file);
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err())
        .contains("x.yaml:2: http.prot: no such key")
        .contains("did you mean port?")
        .contains("x.yaml:3: log.level: holds 'no'");
    Answer printed = Cli.run("serve", "--print-config");
    assertThat(printed.out()).startsWith("# What").contains("port: 8470");
    Path own = Files.writeString(folder.resolve("own.yaml"), printed.out() + "\nmore: 1\n");
    assertThat(Cli.run("serve", "--config", own).err()).contains("more: no such key");
  }

  private String create(String name, String... words) {
    List<Object> all =
        new ArrayList<>(List.of("tokens", "create", name, "--tokens", folder.resolve("tokens")));
    all.addAll(List.of(words));
    return Cli.run(all.toArray()).out().strip();
  }

  private void configure(String vram, String level) throws IOException {
    Files.writeString(
        folder.resolve("penstock.yaml"),
        """
        http:
          port: %d
          tokens: %s/tokens
          tls: {certificates: %s/chain.pem, key: %s/key.pem}
          roots: {read: [%s], write: [%s]}
        admission: {limits: {vram: %s}}
        log: {format: json, level: %s, file: %s/penstock.log}
        """
            .formatted(
                level.equals("info") ? 0 : 1,
                folder,
                folder,
                folder,
                folder,
                folder,
                vram,
                level,
                folder));
  }

  private Process serve() throws IOException {
    List<String> words =
        List.of(
            "serve",
            "--config",
            folder.resolve("penstock.yaml").toString(),
            "--data",
            folder.resolve("data").toString());
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM"));
    command.addAll(ChildJvm.command("dev.penstock.cli.Penstock", words));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    daemons.add(process);
    return process;
  }

  private String url(Process daemon) throws IOException {
    BufferedReader said = daemon.inputReader(StandardCharsets.UTF_8);
    Matcher url = URL.matcher(Optional.ofNullable(said.readLine()).orElse("it ended"));
    assertThat(url.find()).as(Files.readString(folder.resolve("err"))).isTrue();
    return url.group();
  }

  private static void hangUp(Process daemon) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(daemon.pid())).start().waitFor())
        .isZero();
  }

  private static void await(HttpClient client, String url, String token, String vram)
      throws Exception {
    String now = "";
    for (int i = 0; i < 1000 && !now.equals(vram); i++) {
      now = setting(client, url, token, "admission.limits.vram");
    }
    assertThat(now).isEqualTo(vram);
  }

  private static String setting(HttpClient client, String url, String token, String key)
      throws Exception {
    return JSON.readTree(get(client, url + "/v1/settings", token).body()).path(key).asString();
  }

  private String submit(HttpClient client, String url, String token, Path clip) throws Exception {
    String spec =
        "{\"spec\": {\"transcode\": {\"input\": \"%s\", \"output\": \"%s\", \"audio\": \"none\"}}}"
            .formatted(clip, folder.resolve("out.mp4"));
    HttpResponse<String> answer = post(client, url + "/v1/jobs", token, spec);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body()).path("id").asString();
  }

  /** All of a job, until it ended. */
  private static String events(HttpClient client, String url, String token, String job)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v1/jobs/" + job + "/events"))
            .header("Authorization", "Bearer " + token)
            .header("Accept", "text/event-stream")
            .build();
    StringBuilder all = new StringBuilder();
    try (var lines = client.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      lines
          .peek(all::append)
          .anyMatch(line -> line.contains("\"to\":\"done\"") || line.contains("\"to\":\"failed\""));
    }
    return all.toString();
  }

  private static HttpResponse<String> get(HttpClient client, String url, String token)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(HttpClient client, String url, String token, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpClient client(Certificate trusted) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null);
    anchors.setCertificateEntry("server", trusted);
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
