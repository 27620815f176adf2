package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import dev.penstock.node.JobId;
import dev.penstock.node.JobState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The contract is what the server does. */
class ContractTest {
  private static final JsonNode CONTRACT =
      new YAMLMapper().readTree(Assets.load(Pages.CONTRACT).orElseThrow());

  @TempDir Path root;

  @Test
  void routes_areThoseOfTheContract() {
    Set<String> routes = new TreeSet<>();
    for (Route route : table()) {
      routes.add(
          line(
              route.method(),
              route.template(),
              route.operation(),
              route.needs().map(Role::label).orElse("none")));
    }
    Set<String> contract = new TreeSet<>();
    for (var path : CONTRACT.path("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          contract.add(
              line(
                  method.getKey().toUpperCase(java.util.Locale.ROOT),
                  path.getKey(),
                  method.getValue().path("operationId").asString(),
                  method.getValue().path("x-role").asString()));
        }
      }
    }
    assertThat(routes).isEqualTo(contract);
  }

  private static List<Route> table() {
    return Routes.of(
        new JobRoutes(null, null, null),
        new EventRoutes(null, null, null, null, null, null, null),
        new NodeRoutes(null, null, null, null, "", Instant.EPOCH),
        new SessionRoutes(null, null, null, false),
        new Pages());
  }

  private static String line(String method, String path, String operation, String role) {
    return method + " " + path + " " + operation + " " + role;
  }

  @Test
  void answers_areWhatTheContractSays() throws Exception {
    Files.createDirectories(root.resolve("out"));
    Files.writeString(root.resolve("out/a.mp4"), "0123456789");
    NodeInMemory node = new NodeInMemory();
    node.outputs.add(new JobDetails.JobFile("a.mp4", root.resolve("out/a.mp4")));
    List<String> wrong = new ArrayList<>();
    try (Server server = node.serve(NodeInMemory.settings(root))) {
      Browser browser = new Browser(server);
      String submission = submission(root);
      wrong.addAll(check(browser.post("/v1/jobs", submission), 201, "post", "/v1/jobs"));
      JobId id = JobsInMemory.id(1);
      String path = "/v1/jobs/" + id;
      for (JobState state : states()) {
        node.jobs.move(id, state, Optional.of("{\"status\":\"done\"}"));
        wrong.addAll(check(browser.get(path), 200, "get", "/v1/jobs/{id}"));
        wrong.addAll(check(browser.get("/v1/jobs?state=" + state.label()), 200, "get", "/v1/jobs"));
      }
      wrong.addAll(check(browser.post(path + "/retry", ""), 200, "post", "/v1/jobs/{id}/retry"));
      wrong.addAll(check(browser.post(path + "/retry", ""), 409, "post", "/v1/jobs/{id}/retry"));
      wrong.addAll(check(browser.post(path + "/cancel", ""), 200, "post", "/v1/jobs/{id}/cancel"));
      for (String part :
          List.of(
              "why",
              "events",
              "report",
              "plan",
              "timeline",
              "quality",
              "log",
              "outputs",
              "previews")) {
        wrong.addAll(check(browser.get(path + "/" + part), 200, "get", "/v1/jobs/{id}/" + part));
      }
      for (String page :
          List.of(
              "devices",
              "devices/history",
              "workers",
              "health",
              "doctor",
              "leases",
              "capacity",
              "settings",
              "audit",
              "webhooks/dead",
              "session",
              "events")) {
        wrong.addAll(check(browser.get("/v1/" + page), 200, "get", "/v1/" + page));
      }
      wrong.addAll(check(browser.post("/v1/doctor", ""), 200, "post", "/v1/doctor"));
      wrong.addAll(
          check(
              browser.post("/v1/drain", "{\"device\":\"0000:3b:00.0\"}"),
              200,
              "post",
              "/v1/drain"));
      wrong.addAll(
          check(browser.post("/v1/drain", "{\"device\":\"x\"}"), 400, "post", "/v1/drain"));
      wrong.addAll(check(browser.post("/v1/undrain", ""), 200, "post", "/v1/undrain"));
      String again = "/v1/webhooks/dead/{number}/retry";
      wrong.addAll(check(browser.post(again.replace("{number}", "7"), ""), 200, "post", again));
      wrong.addAll(check(browser.post(again.replace("{number}", "8"), ""), 404, "post", again));
      String within = submission(root).replace("hooks.example", "meta.internal");
      wrong.addAll(check(browser.post("/v1/jobs", within), 400, "post", "/v1/jobs"));
      wrong.addAll(check(browser.post("/v1/reload", ""), 200, "post", "/v1/reload"));
      wrong.addAll(check(browser.get("/readyz"), 200, "get", "/readyz"));
      node.isReady = false;
      wrong.addAll(check(browser.get("/readyz"), 503, "get", "/readyz"));
      wrong.addAll(check(browser.get("/v1/jobs/nope"), 404, "get", "/v1/jobs/{id}"));
      wrong.addAll(
          check(browser.post("/v1/jobs", "{\"spec\":{},\"x\":1}"), 400, "post", "/v1/jobs"));
      wrong.addAll(check(browser.get("/v1/jobs?text=a.mp4"), 200, "get", "/v1/jobs"));
      wrong.addAll(check(browser.get("/v1/jobs?limit=0"), 400, "get", "/v1/jobs"));
      assertThat(browser.get("/healthz").body()).isEqualTo("ok\n");
      assertThat(browser.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
      assertThat(browser.get("/openapi.json").json()).isEqualTo(CONTRACT);
      assertThat(browser.get("/metrics").body())
          .contains(
              "penstock_jobs{class=\"batch\",state=\"cancelled\"} 1.0",
              "penstock_queue_age_seconds{class=\"batch\"} 5.0",
              "penstock_http_requests_total{method=\"post\",route=\"/v1/jobs\",status=\"201\"} 1.0");
    }
    assertThat(wrong).isEmpty();
    assertThat(node.isOnVirtualThread).isTrue();
  }

  private static List<JobState> states() {
    Failure failure =
        new Failure.BadInput(
            new Failure.Diagnosis("a.mkv", Stage.DECODE, "is damaged", "bits", "send another"));
    return List.of(
        new JobState.Waiting(List.of(JobsInMemory.id(7))),
        new JobState.Queued(),
        new JobState.Running(1, "w1", List.of("0000:3b:00.0"), Instant.EPOCH),
        new JobState.Cancelling(1, "w1", List.of(), "me"),
        new JobState.Backoff(1, Instant.EPOCH, failure),
        new JobState.Done(),
        new JobState.Failed(failure),
        new JobState.Quarantined(failure, List.of("0000:3b:00.0: Xid 31")));
  }

  static String submission(Path root) {
    return """
    {"spec": {"transcode": {"input": "%s/in/a.mkv", "output": "%s/out/a.mp4"}}, "class": "batch", "priority": 7,
     "labels": {"show": "x"}, "deadline": "2030-01-01T00:00:00Z", "webhook": "https://hooks.example/x"}
    """
        .formatted(root, root);
  }

  private static List<String> check(Browser.Answer answer, int status, String method, String path) {
    if (answer.status() != status) {
      return List.of(method + " " + path + ": " + answer.status() + " " + answer.body());
    }
    JsonNode responses = CONTRACT.path("paths").path(path).path(method).path("responses");
    JsonNode response = responses.path(Integer.toString(status));
    response = response.isMissingNode() ? responses.path("default") : response;
    if (response.has("$ref")) {
      response = CONTRACT.at(response.path("$ref").asString().substring(1));
    }
    String type = answer.header("Content-Type").replaceFirst(";.*", "");
    JsonNode schema = response.path("content").path(type).path("schema");
    if (schema.isMissingNode()) {
      return List.of(method + " " + path + ": no " + type + " for " + status);
    }
    return validate(schema, answer.body()).stream()
        .map(each -> method + " " + path + ": " + each)
        .toList();
  }

  private static List<String> validate(JsonNode schema, String body) {
    ObjectNode all = Wire.JSON.createObjectNode();
    all.set("components", CONTRACT.path("components"));
    all.set("allOf", Wire.JSON.createArrayNode().add(schema));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(all.toString(), InputFormat.JSON)
        .validate(body, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
