package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Chromium, and in it hls.js and dash.js, playing packages from a folder. Where there is no
 * Chromium, or the players cannot be fetched, the test is skipped.
 */
final class Browser implements AutoCloseable {
  private static final Path PLAYERS = Path.of("target", "players").toAbsolutePath();
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int SECONDS_A_RUN = 30;

  private final Path packages;
  private final Path profile;
  private final HttpServer server;
  private final Map<String, CompletableFuture<Map<String, String>>> results =
      new ConcurrentHashMap<>();

  private Browser(Path packages, Path profile) throws IOException {
    this.packages = packages;
    this.profile = profile;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/packages/", e -> serve(e, packages, "/packages/"));
    server.createContext("/players/", e -> serve(e, PLAYERS, "/players/"));
    server.createContext("/result/", this::accept);
    server.createContext("/player.html", Browser::page);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /**
   * A browser that sees what is in {@code packages}.
   *
   * @param profile an empty folder
   */
  static Browser over(Path packages, Path profile) throws IOException, InterruptedException {
    assumeTrue(program().isPresent(), "chromium is not installed");
    fetchPlayers();
    return new Browser(packages, profile);
  }

  private static Optional<Path> program() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .flatMap(folder ->
            Stream.of("chromium", "chromium-browser", "google-chrome").map(n -> Path.of(folder, n)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void fetchPlayers() throws IOException, InterruptedException {
    Process fetch =
        new ProcessBuilder("src/test/fetch-players.sh", PLAYERS.toString())
            .redirectErrorStream(true)
            .start();
    String log = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(fetch.waitFor() == 0, () -> "the players cannot be fetched: " + log);
  }

  /**
   * Plays packages one after the other, in no more than {@value #SECONDS_A_RUN} seconds each.
   *
   * @param runs by name: {@code KIND:URL:LEVEL}, see player.html
   * @param query more of it, or empty
   * @return what was seen, by name
   */
  Map<String, Map<String, String>> play(Map<String, String> runs, String query) throws Exception {
    return play(runs, query, SECONDS_A_RUN);
  }

  /** The same, for packages that take longer: no more than {@code seconds} each. */
  Map<String, Map<String, String>> play(Map<String, String> runs, String query, int seconds)
      throws Exception {
    List<String> list = new ArrayList<>();
    runs.forEach((name, run) -> {
      list.add(name + ":" + run.replaceFirst(":", ":/packages/"));
      results.put(name, new CompletableFuture<>());
    });
    String url =
        "http://localhost:"
            + server.getAddress().getPort()
            + "/player.html?runs="
            + URLEncoder.encode(String.join(",", list), StandardCharsets.UTF_8)
            + query;
    Path log = profile.resolve("chromium.log");
    Process chromium =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--autoplay-policy=no-user-gesture-required",
                "--user-data-dir=" + profile.resolve("data"),
                "--enable-logging=stderr",
                url)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Map<String, Map<String, String>> seen = new LinkedHashMap<>();
      for (String name : runs.keySet()) {
        seen.put(name, Objects.requireNonNull(results.get(name)).get(seconds, TimeUnit.SECONDS));
      }
      return seen;
    } catch (TimeoutException e) {
      throw new AssertionError("Chromium said nothing. Its log:\n" + Files.readString(log), e);
    } finally {
      chromium.descendants().forEach(ProcessHandle::destroyForcibly);
      chromium.destroyForcibly().waitFor();
      // Links to outside, which JUnit does not like to find in a folder it deletes.
      for (String name : List.of("SingletonSocket", "SingletonCookie", "SingletonLock")) {
        Files.deleteIfExists(profile.resolve("data").resolve(name));
      }
    }
  }

  private void accept(HttpExchange exchange) throws IOException {
    try (exchange) {
      String name = exchange.getRequestURI().getPath().substring("/result/".length());
      Map<String, String> seen = new LinkedHashMap<>();
      new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> seen.put(line.split("=", 2)[0], line.split("=", 2)[1]));
      exchange.sendResponseHeaders(204, -1);
      Objects.requireNonNull(results.get(name)).complete(seen);
    }
  }

  private static void page(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream page = Browser.class.getResourceAsStream("player.html")) {
      send(exchange, 200, "text/html", Objects.requireNonNull(page).readAllBytes());
    }
  }

  private static void serve(HttpExchange exchange, Path root, String prefix) throws IOException {
    try (exchange) {
      Path file = root.resolve(exchange.getRequestURI().getPath().substring(prefix.length()));
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] content = Files.readAllBytes(file);
      String asked = exchange.getRequestHeaders().getFirst("Range");
      Matcher range = RANGE.matcher(asked == null ? "" : asked);
      if (!range.matches()) {
        send(exchange, 200, type(file), content);
        return;
      }
      int from = Integer.parseInt(range.group(1));
      int to =
          range.group(2).isEmpty()
              ? content.length
              : Math.min(content.length, Integer.parseInt(range.group(2)) + 1);
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
      send(exchange, 206, type(file), Arrays.copyOfRange(content, from, to));
    } catch (UncheckedIOException | IOException hungUp) {
      // Players drop requests whose answers they no longer need.
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String type(Path file) {
    String name = file.getFileName().toString();
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "m3u8" -> "application/vnd.apple.mpegurl";
      case "mpd" -> "application/dash+xml";
      case "vtt" -> "text/vtt";
      case "js" -> "text/javascript";
      default -> "video/mp4";
    };
  }

  /** That a run went to the end without a hitch. */
  static void assertPlayed(String name, Map<String, String> seen) {
    assertThat(seen.get("problems")).as("%s %s", name, seen).isEmpty();
    assertThat(seen.get("ended")).as("%s %s", name, seen).isEqualTo("true");
    assertThat(seen.get("waiting")).as("%s %s", name, seen).isEqualTo("0");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
