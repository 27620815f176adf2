package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results, previews and the dashboard's files. */
class FilesTest {
  @TempDir Path root;

  private final NodeInMemory node = new NodeInMemory();
  private Server server;
  private Browser browser;
  private String outputs;

  @BeforeEach
  void serve() throws Exception {
    Files.createDirectories(root.resolve("out/hls"));
    Files.writeString(root.resolve("out/hls/a 1.m4s"), "0123456789");
    Files.writeString(root.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("out/link"), root.resolve("secret"));
    node.outputs.add(new JobDetails.JobFile("hls/a 1.m4s", root.resolve("out/hls/a 1.m4s")));
    node.outputs.add(new JobDetails.JobFile("link", root.resolve("out/link")));
    node.outputs.add(new JobDetails.JobFile("gone", root.resolve("out/gone")));
    node.outputs.add(new JobDetails.JobFile("passwd", Path.of("/etc/passwd")));
    server = node.serve(NodeInMemory.settings(root));
    browser = new Browser(server);
    browser.post("/v1/jobs", ContractTest.submission(root));
    outputs = "/v1/jobs/" + JobsInMemory.id(1) + "/outputs";
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3, 206, 0123, bytes 0-3/10",
    "bytes=8-, 206, 89, bytes 8-9/10",
    "bytes=8-99, 206, 89, bytes 8-9/10",
    "bytes=-3, 206, 789, bytes 7-9/10",
    "bytes=-99, 206, 0123456789, bytes 0-9/10",
    "bytes=9-9, 206, 9, bytes 9-9/10",
    "bytes=10-, 416, , bytes */10",
    "bytes=5-4, 416, , bytes */10",
    "bytes=-0, 416, , bytes */10",
    "'bytes=0-1,4-5', 200, 0123456789, ''",
    "items=0-1, 200, 0123456789, ''",
    "bytes=-, 200, 0123456789, ''",
    "bytes=99999999999999999999-, 200, 0123456789, ''",
  })
  void ranges(String range, int status, String body, String contentRange) {
    Browser.Answer answer = browser.get(outputs + "/hls/a%201.m4s", "Range", range);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    if (status != 416) {
      assertThat(answer.body()).isEqualTo(body);
      assertThat(answer.header("Content-Type")).isEqualTo("video/iso.segment");
    }
  }

  @Test
  void aFileThatChanged_isSentWhole() {
    String path = outputs + "/hls/a%201.m4s";
    String tag = browser.get(path).header("ETag");
    assertThat(browser.get(path, "If-None-Match", tag).status()).isEqualTo(304);
    assertThat(browser.get(path, "Range", "bytes=0-1", "If-Range", tag).body()).isEqualTo("01");
    assertThat(browser.get(path, "Range", "bytes=0-1", "If-Range", "\"x\"").body())
        .isEqualTo("0123456789");
    Browser.Answer head = browser.send("HEAD", path, "");
    assertThat(head.header("Content-Length")).isEqualTo("10");
    assertThat(head.body()).isEmpty();
  }

  @Test
  void onlyWhatLiesWithinTheRoots_isShown() {
    var files = browser.get(outputs).json().path("files");
    assertThat(files).hasSize(1);
    assertThat(browser.get(files.get(0).path("href").asString()).body()).isEqualTo("0123456789");
    for (String name : java.util.List.of("link", "gone", "passwd", "none", "hls")) {
      assertThat(browser.get(outputs + "/" + name).status()).as(name).isEqualTo(404);
    }
    for (String name :
        java.util.List.of("../secret", "%2e%2e/secret", "..%2fsecret", "hls/../../secret")) {
      assertThat(browser.raw("GET", outputs + "/" + name, "Host: localhost"))
          .as(name)
          .matches("(?s)HTTP/1.1 40[04] .*")
          .doesNotContain("\r\nsecret");
    }
  }

  @Test
  void assets_haveTheirTypes() {
    Browser.Answer module = browser.get("/ui/sample.mjs");
    assertThat(module.body()).contains("42");
    assertThat(module.header("Content-Type")).startsWith("text/javascript");
    assertThat(module.header("Content-Security-Policy"))
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(browser.get("/ui/sample.mjs", "If-None-Match", module.header("ETag")).status())
        .isEqualTo(304);
    assertThat(browser.get("/ui/none.mjs").status()).isEqualTo(404);
    assertThat(browser.get("/").status()).isEqualTo(302);
    Browser.Answer page = browser.get("/api");
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.body())
        .contains("/ui/api.mjs")
        .doesNotContain("<script>", "http://", "https://");
    assertThat(browser.get("/ui/api.css").header("Content-Type")).startsWith("text/css");
  }
}
