package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import dev.penstock.node.JobId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in, and what is said to those who do not. */
class GateTest {
  @TempDir Path root;

  private final NodeInMemory node = new NodeInMemory();

  private String token(String name, Role role, String tenant) {
    return Tokens.create(
        root.resolve("tokens"), name, role, Optional.ofNullable(tenant), new SecureRandom());
  }

  private HttpSettings withTokens() {
    return NodeInMemory.withTokens(NodeInMemory.settings(root), root.resolve("tokens"));
  }

  @Test
  void roles_boundWhatATokenDoes() {
    String viewer = token("vera", Role.VIEWER, "acme");
    String operator = token("otto", Role.OPERATOR, "acme");
    String stranger = token("sven", Role.OPERATOR, "other");
    String admin = token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      String job = ContractTest.submission(root);
      assertThat(browser.get("/v1/jobs").status()).isEqualTo(401);
      assertThat(browser.get("/v1/jobs").header("WWW-Authenticate")).startsWith("Bearer");
      assertThat(browser.get("/v1/jobs?token=" + admin).status()).isEqualTo(401);
      assertThat(browser.get("/metrics").status()).isEqualTo(401);
      assertThat(browser.get("/healthz").status()).isEqualTo(200);
      assertThat(browser.post("/v1/jobs", job, bearer(viewer)).status()).isEqualTo(403);
      JobId id = JobsInMemory.id(1);
      assertThat(browser.post("/v1/jobs", job, bearer(operator)).json().path("tenant").asString())
          .isEqualTo("acme");
      assertThat(browser.get("/v1/jobs/" + id, bearer(viewer)).status()).isEqualTo(200);
      assertThat(browser.get("/v1/jobs/" + id, bearer(stranger)).status()).isEqualTo(404);
      assertThat(browser.post("/v1/jobs/" + id + "/cancel", "", bearer(stranger)).status())
          .isEqualTo(404);
      assertThat(browser.get("/v1/jobs", bearer(stranger)).json().path("jobs")).isEmpty();
      assertThat(browser.get("/v1/events", bearer(stranger)).json().path("events")).isEmpty();
      assertThat(browser.get("/v1/leases", bearer(stranger)).json().at("/leases/0/what").asString())
          .isEmpty();
      assertThat(browser.get("/v1/jobs", bearer(admin)).json().path("jobs")).hasSize(1);
      assertThat(browser.post("/v1/drain", "", bearer(operator)).status()).isEqualTo(403);
      assertThat(browser.post("/v1/drain", "", bearer(admin)).status()).isEqualTo(200);
    }
    assertThat(node.audit)
        .extracting(each -> each.who().orElse("?") + " " + each.action() + " " + each.status())
        .containsExactly(
            "vera submitJob 403",
            "otto submitJob 201",
            "sven cancelJob 404",
            "otto drain 403",
            "ada drain 200");
    assertThat(node.audit.get(1).subject()).contains(JobsInMemory.id(1).value());
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  @Test
  void aTokenTakenBack_endsItsSessionToo() throws Exception {
    String admin = token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      assertThat(browser.post("/v1/session", "{\"token\":\"pst_wrong\"}").status()).isEqualTo(401);
      Browser.Answer in = browser.post("/v1/session", "{\"token\":\"" + admin + "\"}");
      assertThat(in.header("Set-Cookie")).contains("HttpOnly", "SameSite=Strict", "Path=/");
      String cookie = in.header("Set-Cookie").replaceFirst(";.*", "");
      assertThat(browser.get("/v1/session", "Cookie", cookie).json().path("name").asString())
          .isEqualTo("ada");
      // A cookie alone changes nothing: a page of another origin could send it.
      assertThat(browser.post("/v1/drain", "", "Cookie", cookie).status()).isEqualTo(403);
      assertThat(
              browser
                  .post("/v1/drain", "", "Cookie", cookie, "Origin", "http://evil.example")
                  .status())
          .isEqualTo(403);
      assertThat(browser.post("/v1/drain", "", "Cookie", cookie, "Origin", server.url()).status())
          .isEqualTo(200);
      Files.writeString(root.resolve("tokens"), "# nobody\n");
      assertThat(browser.get("/v1/session", "Cookie", cookie).status()).isEqualTo(401);
      assertThat(browser.get("/v1/jobs", bearer(admin)).status()).isEqualTo(401);
    }
  }

  @Test
  void strangers_leaveNothingInTheAudit() {
    token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      assertThat(browser.post("/v1/drain", "").status()).isEqualTo(401);
      assertThat(browser.post("/v1/drain", "", bearer("pst_x")).status()).isEqualTo(401);
      assertThat(browser.post("/v1/session", "{\"token\":\"pst_wrong\"}").status()).isEqualTo(401);
      assertThat(browser.post("/v1/session", "{}").status()).isEqualTo(400);
    }
    assertThat(node.audit).isEmpty();
  }

  @Test
  void whatIsDone_isAnsweredAsDone_alsoWhereTheAuditCannotBeWritten() {
    node.auditFails = true;
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      assertThat(new Browser(server).post("/v1/drain", "").status()).isEqualTo(200);
    }
  }

  @Test
  void whoHoldsADevice_isNoBusinessOfOtherTenants() {
    String operator = token("otto", Role.OPERATOR, "acme");
    String stranger = token("sven", Role.OPERATOR, "other");
    String admin = token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      String job = ContractTest.submission(root);
      assertThat(browser.post("/v1/jobs", job, bearer(operator)).status()).isEqualTo(201);
      assertThat(browser.post("/v1/jobs", job, bearer(stranger)).status()).isEqualTo(201);
      JobId first = JobsInMemory.id(1);
      JobId second = JobsInMemory.id(2);
      node.full =
          "encoder: 88 % in use, limit 90 %; held by job "
              + first
              + " (batch) 60 %, job "
              + second
              + " (batch) 28 %";
      assertThat(why(browser, first, admin)).isEqualTo(node.full);
      assertThat(why(browser, first, operator))
          .endsWith("; held by job " + first + " (batch) 60 %, others");
      assertThat(why(browser, second, stranger))
          .endsWith("; held by job " + second + " (batch) 28 %, others");
    }
  }

  private static String why(Browser browser, JobId job, String token) {
    return browser
        .get("/v1/jobs/" + job + "/why", bearer(token))
        .json()
        .at("/reasons/0/text")
        .asString();
  }

  @Test
  void whatIsReady_isToldToAll_andWhyToThoseWhoAreKnown() {
    String viewer = token("vera", Role.VIEWER, "acme");
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      Browser.Answer bare = browser.get("/readyz");
      assertThat(bare.json().at("/checks/0/name").asString()).isEqualTo("workers");
      assertThat(bare.body()).doesNotContain("2 of 2").doesNotContain("none yet");
      assertThat(browser.get("/readyz", bearer(viewer)).body()).containsAnyOf("2 of 2", "none yet");
    }
  }

  @Test
  void loggedOut_isOut() {
    String admin = token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      String cookie =
          browser
              .post("/v1/session", "{\"token\":\"" + admin + "\"}")
              .header("Set-Cookie")
              .replaceFirst(";.*", "");
      assertThat(
              browser
                  .send("DELETE", "/v1/session", "", "Cookie", cookie, "Origin", server.url())
                  .status())
          .isEqualTo(204);
      assertThat(browser.get("/v1/session", "Cookie", cookie).status()).isEqualTo(401);
    }
  }

  @Test
  void guessing_isLimited() {
    String admin = token("ada", Role.ADMIN, null);
    try (Server server = node.serve(withTokens())) {
      Browser browser = new Browser(server);
      for (int i = 0; i < NodeInMemory.LIMITS.logInsPerMinute(); i++) {
        assertThat(browser.get("/v1/jobs", bearer("pst_" + i)).status()).isEqualTo(401);
      }
      assertThat(browser.get("/v1/jobs", bearer("pst_x")).status()).isEqualTo(429);
      // Who need not guess comes from the same address, as behind a proxy all do.
      assertThat(browser.get("/v1/jobs", bearer(admin)).status()).isEqualTo(200);
    }
  }

  @Test
  void withoutTokens_onlyLoopbackIsBound() {
    HttpSettings open =
        new HttpSettings(
            "0.0.0.0",
            0,
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            NodeInMemory.settings(root).roots(),
            NodeInMemory.LIMITS,
            "1");
    assertThatThrownBy(() -> node.serve(open))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("there are no tokens");
    token("ada", Role.ADMIN, null);
    try (Server server = node.serve(NodeInMemory.withTokens(open, root.resolve("tokens")))) {
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void aPortThatIsTaken_isSaid() {
    HttpSettings any = NodeInMemory.settings(root);
    try (Server server = node.serve(any)) {
      HttpSettings same =
          new HttpSettings(
              any.address(),
              server.port(),
              any.tokens(),
              any.tls(),
              any.hosts(),
              any.roots(),
              any.limits(),
              "1");
      assertThatThrownBy(() -> node.serve(same)).hasMessageContaining("cannot be bound");
    }
  }

  @Test
  void pagesOfOthers_changeNothing() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      assertThat(browser.post("/v1/drain", "", "Origin", "null").status()).isEqualTo(403);
      assertThat(browser.post("/v1/drain", "", "Origin", "https://evil.example").status())
          .isEqualTo(403);
      assertThat(browser.post("/v1/drain", "{}", "Content-Type", "text/plain").status())
          .isEqualTo(415);
      assertThat(browser.raw("GET", "/v1/jobs", "Host: evil.example:80"))
          .startsWith("HTTP/1.1 421");
      assertThat(browser.raw("GET", "/v1/jobs", "Host: 127.0.0.1.evil.example"))
          .startsWith("HTTP/1.1 421");
      assertThat(browser.raw("GET", "/v1/jobs", "Host: localhost:" + server.port()))
          .startsWith("HTTP/1.1 200");
      assertThat(browser.raw("GET", "/v1/jobs", "Host: [::1]:1")).startsWith("HTTP/1.1 200");
    }
    assertThat(node.drained).isEmpty();
  }

  @Test
  void everyAnswer_hasTheHeadersThatProtect() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      for (String path : java.util.List.of("/v1/jobs", "/nope", "/ui/sample.mjs", "/healthz")) {
        Browser.Answer answer = browser.get(path);
        assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy"))
            .as(path)
            .startsWith("default-src 'none'");
        assertThat(answer.header("Server")).as(path).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nope, 404",
    "GET, /v1/jobs/, 404",
    "PUT, /v1/jobs, 405",
    "DELETE, /v1/devices, 405",
    "TRACE, /v1/jobs, 405",
    "GET, /v1/jobs?before=x, 400",
    "GET, /v1/jobs?label=x, 400",
    "GET, /v1/jobs?text=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901, 400",
    "GET, /v1/jobs?state=dead, 400",
    "GET, /v1/events?after=-1, 400",
    "POST, /v1/jobs, 400",
    "GET, /ui/..%2fopenapi.yaml, 400",
    "GET, /ui/%2e%2e/openapi.yaml, 400",
    "GET, /ui/..;/openapi.yaml, 400",
    "GET, /ui//etc/passwd, 400",
    "GET, /%00, 400",
  })
  void refusals_areProblems(String method, String path, int status) {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      String answer = new Browser(server).raw(method, path, "Host: localhost");
      // What is ambiguous is refused, by whichever layer sees it first.
      assertThat(answer)
          .matches("(?s)HTTP/1.1 (" + status + (status == 400 ? "|404" : "") + ") .*");
      assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
      assertThat(answer).doesNotContain("\tat ", "Exception");
    }
  }

  @Test
  void limits_areKept() {
    HttpSettings.Limits from = NodeInMemory.LIMITS;
    HttpSettings.Limits tight =
        new HttpSettings.Limits(
            1000,
            2000,
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            4096,
            3,
            5,
            1,
            1,
            from.heartbeat(),
            from.lag());
    try (Server server = node.serve(NodeInMemory.withLimits(NodeInMemory.settings(root), tight))) {
      Browser browser = new Browser(server);
      assertThat(browser.post("/v1/jobs", "\"" + "x".repeat(1000) + "\"").status()).isEqualTo(413);
      String chunked =
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n"
              + "x".repeat(2000)
              + "\r\n0\r\n\r\n";
      assertThat(browser.raw(chunked)).startsWith("HTTP/1.1 413");
      assertThat(browser.raw("GET", "/healthz", "Host: localhost", "X: " + "x".repeat(3000)))
          .startsWith("HTTP/1.1 431")
          .contains("urn:penstock:problem:");
      // A body that stands still ends with the idle time.
      assertThat(
              browser.raw(
                  "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 10\r\n\r\n{"))
          .startsWith("HTTP/1.1 408");
      int last = 200;
      for (int i = 0; i < 20 && last != 429; i++) {
        last = browser.get("/healthz").status();
      }
      assertThat(last).isEqualTo(429);
    }
  }

  @Test
  void aType_thatIsNotThere_isNotAcceptable() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      assertThat(browser.get("/v1/jobs", "Accept", "text/html").status()).isEqualTo(406);
      assertThat(browser.get("/v1/jobs", "Accept", "text/html, application/*;q=0.1").status())
          .isEqualTo(200);
    }
  }

  @Test
  void allMistakes_areToldAtOnce() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser.Answer answer =
          new Browser(server)
              .post(
                  "/v1/jobs",
                  """
                  {"spec": {"transcode": {"inptu": "x"}}, "priority": 101, "class": "fast", "colour": 1,
                   "after": ["x"], "labels": {"a": 1}, "webhook": "file:///etc/passwd", "deadline": "soon"}
                  """);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(
              answer.json().path("mistakes").valueStream().map(each -> each.path("at").asString()))
          .containsExactlyInAnyOrder(
              "spec.transcode.inptu",
              "spec.transcode.input",
              "priority",
              "class",
              "colour",
              "after[0]",
              "labels.a",
              "webhook",
              "deadline");
    }
  }

  @Test
  void aSpec_staysWithinTheRoots() throws Exception {
    Files.createDirectories(root.resolve("in"));
    Files.createSymbolicLink(root.resolve("in/link"), Path.of("/etc"));
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser.Answer answer =
          new Browser(server)
              .post(
                  "/v1/jobs",
                  "{\"spec\":{\"transcode\":{\"input\":\""
                      + root
                      + "/in/link/passwd\",\"output\":\"/etc/x.mp4\"}}}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("mistakes")).hasSize(2);
    }
  }

  @Test
  void theSameKey_isTheSameJob() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      String job = ContractTest.submission(root);
      assertThat(browser.post("/v1/jobs", job, "Idempotency-Key", "k").status()).isEqualTo(201);
      assertThat(browser.post("/v1/jobs", job, "Idempotency-Key", "k").status()).isEqualTo(200);
      assertThat(
              browser
                  .post("/v1/jobs", job.replace("a.mkv", "b.mkv"), "Idempotency-Key", "k")
                  .status())
          .isEqualTo(400);
    }
  }

  @Test
  void pages_continueEachOther() {
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      for (int i = 0; i < 5; i++) {
        browser.post("/v1/jobs", ContractTest.submission(root));
      }
      var seen = new java.util.ArrayList<String>();
      String next = "";
      do {
        var page = browser.get("/v1/jobs?limit=2" + next).json();
        page.path("jobs").forEach(each -> seen.add(each.path("id").asString()));
        next = page.has("next") ? "&before=" + page.path("next").asString() : "";
      } while (!next.isEmpty());
      assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    }
  }
}
