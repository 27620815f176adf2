package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R stands for the folder that holds the roots {@code in} and {@code out}. */
class RootsTest {
  @TempDir Path root;

  private Roots roots;

  @BeforeEach
  void folders() throws Exception {
    Files.createDirectories(root.resolve("in/sub"));
    Files.createDirectories(root.resolve("out"));
    Files.createDirectories(root.resolve("secret"));
    Files.createDirectories(root.resolve("inside"));
    Files.createSymbolicLink(root.resolve("in/away"), root.resolve("secret"));
    Files.createSymbolicLink(root.resolve("in/home"), root.resolve("in/sub"));
    Files.createSymbolicLink(root.resolve("in/near"), Path.of("../out"));
    Files.createSymbolicLink(root.resolve("out/dangling"), root.resolve("secret/not-there"));
    Files.createSymbolicLink(root.resolve("out/circle"), root.resolve("out/circle"));
    roots = new Roots(List.of(root.resolve("in")), List.of(root.resolve("out")), Set.of("https"));
  }

  @ParameterizedTest
  @CsvSource({
    "R/in/a.mkv, R/in/a.mkv",
    "R/in/sub/../a.mkv, R/in/a.mkv",
    "R/in/home/a.mkv, R/in/sub/a.mkv",
    "R/in/near/a.mkv, R/out/a.mkv",
    "R/in/home/../a.mkv, R/in/a.mkv",
    "R/in/a:b.mkv, R/in/a:b.mkv",
    "R/in/%2e%2e/a.mkv, R/in/%2e%2e/a.mkv",
    "R/out/made.mp4, R/out/made.mp4",
  })
  void within_mayBeRead(String location, String real) throws Exception {
    assertThat(roots.toRead(at(location))).contains(Path.of(at(real)));
  }

  private String at(String text) throws Exception {
    return text.replaceFirst("^R", root.toRealPath().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "R/in/../secret/a",
        "R/in/away/a",
        "R/in/near/../secret/a",
        "R/inside/a",
        "R/secret/a",
        "R/out/dangling",
        "R/out/circle",
        "/etc/passwd",
        "/proc/self/environ",
        "in/a.mkv",
        "../in/a.mkv",
        "a.mkv",
        "-",
        "",
        "http://example.com/a.mkv",
        "HTTP://example.com/a.mkv",
        "https:/etc/passwd",
        "https:a",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "FILE:/etc/passwd",
        "concat:/etc/passwd|/etc/group",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "pipe:0",
        "data:text/plain,x",
        "crypto:/etc/passwd",
        "cache:file:/etc/passwd",
        ":/etc/passwd",
        "R/in/a\u0000.mkv",
      })
  void elsewhere_mayNotBeRead(String location) {
    assertThatThrownBy(() -> roots.toRead(at(location))).isInstanceOf(FailureException.class);
  }

  @Test
  void urls_asAllowed() {
    assertThat(roots.toRead("https://example.com/a.mkv")).isEmpty();
    assertThat(roots.toRead("HTTPS://example.com/a.mkv")).isEmpty();
    assertThatThrownBy(() -> new Roots(List.of(), List.of(), Set.of("file")))
        .hasMessageContaining("cannot be allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "R/in/a.mp4",
        "R/out",
        "R/out/",
        "R/out/../a.mp4",
        "R/out/dangling",
        "R/out/dangling/a.mp4",
        "a.mp4",
        "https://example.com/a.mp4",
        "R/outside/a.mp4",
        "-",
        "pipe:1",
        "tee:R/out/a.mp4",
      })
  void elsewhere_mayNotBeWritten(String location) {
    assertThatThrownBy(() -> roots.toWrite(at(location))).isInstanceOf(FailureException.class);
  }

  @Test
  void within_mayBeWritten() throws Exception {
    assertThat(roots.toWrite(at("R/out/new/folder/a.mp4")))
        .isEqualTo(Path.of(at("R/out/new/folder/a.mp4")));
  }

  @Test
  void withoutRoots_nothingMay() {
    Roots none = new Roots(List.of(), List.of(), Set.of());
    assertThatThrownBy(() -> none.toRead("/etc/passwd")).hasMessageContaining("no folder");
    assertThatThrownBy(() -> none.toWrite("/tmp/x")).hasMessageContaining("no folder");
  }

  /**
   * Where only this machine can ask; libav ends a host at its first colon, and takes octal numbers.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://x@169.254.169.254/",
        "http://169.254.169.254:80x/",
        "https://127.0.0.1:8470/v1/jobs",
        "http://[::1]:80/",
        "http://192.168.1.1",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://localhost/x",
      })
  void networksOfOurOwn_areNotReadFrom_unlessNamed(String url) {
    Roots any = new Roots(List.of(root), List.of(root), Set.of("http", "https"));
    assertThatThrownBy(() -> any.toRead(url))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("may not be read from");
  }

  @Test
  void aNetworkOfOurOwn_isReadFrom_whereItIsNamed() {
    Roots named = new Roots(List.of(root), List.of(root), Set.of("http"), Set.of("192.168.1.1"));
    assertThat(named.toRead("http://192.168.1.1:8080/a.mkv")).isEmpty();
    assertThatThrownBy(() -> named.toRead("http://192.168.1.2/a.mkv"))
        .isInstanceOf(FailureException.class);
  }
}
