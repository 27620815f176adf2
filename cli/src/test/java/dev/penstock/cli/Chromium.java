package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Chromium as the system has it, steered by Playwright. Where either cannot be had the test is
 * skipped. One thread.
 */
final class Chromium implements AutoCloseable {
  private static final Duration FITTING = Duration.ofSeconds(5);
  private static final Path TOOLS = Path.of("target", "browser-tools").toAbsolutePath();
  static final int PATIENCE_MS = 30_000;

  private final Playwright playwright;
  private final Browser browser;
  private final String axe;

  /** What pages complained of: errors, warnings, and what their policy forbids. */
  final List<String> complaints = new CopyOnWriteArrayList<>();

  private Chromium(Playwright playwright, Browser browser, String axe) {
    this.playwright = playwright;
    this.browser = browser;
    this.axe = axe;
  }

  static Chromium open() throws IOException, InterruptedException {
    Optional<Path> program = program("chromium", "chromium-browser", "google-chrome");
    assumeTrue(program.isPresent(), "chromium is not installed");
    assumeTrue(program("node").isPresent(), "node is not installed");
    fetch();
    System.setProperty("playwright.cli.dir", TOOLS.resolve("playwright-core").toString());
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program.get())
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
    return new Chromium(
        playwright, browser, Files.readString(TOOLS.resolve("axe-core/package/axe.min.js")));
  }

  private static Optional<Path> program(String... names) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void fetch() throws IOException, InterruptedException {
    Process fetch =
        new ProcessBuilder("src/test/fetch-browser-tools.sh", TOOLS.toString())
            .redirectErrorStream(true)
            .start();
    String log = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(fetch.waitFor() == 0, () -> "Playwright cannot be fetched: " + log);
  }

  /** A window of its own, with cookies of its own. */
  Page page(int width, ColorScheme colors) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setColorScheme(colors)
                .setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(PATIENCE_MS);
    Page page = context.newPage();
    page.onConsoleMessage(message -> {
      if (List.of("error", "warning").contains(message.type())) {
        complaints.add(message.text() + " " + message.location());
      }
    });
    page.onPageError(complaints::add);
    return page;
  }

  /** Whether it can be read by all: no violation of WCAG 2 A and AA that axe finds. */
  void assertReadable(Page page) {
    page.evaluate("() => { " + axe + " }");
    Object violations =
        page.evaluate(
            """
            async () => {
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
              const found = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
              return found.violations.flatMap((each) => each.nodes.map(
                (node) => `${each.id}: ${node.html} ${node.failureSummary}`));
            }
            """);
    assertThat((List<?>) violations).as(page.url()).isEmpty();
  }

  /** Nothing is wider than the window, once charts have heard of its width. */
  static void assertFits(Page page) {
    String over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    try {
      page.waitForFunction(
          "() => " + over + " === 0",
          null,
          new Page.WaitForFunctionOptions().setTimeout(FITTING.toMillis()));
    } catch (TimeoutError _) {
      assertThat(((Number) page.evaluate("() => " + over)).intValue())
          .as("sideways at " + page.url())
          .isZero();
    }
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
