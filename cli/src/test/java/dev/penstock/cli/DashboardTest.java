package dev.penstock.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.penstock.hardware.ChildJvm;
import dev.penstock.lab.Lab;
import dev.penstock.node.Node;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.Role;
import dev.penstock.node.http.Tokens;
import dev.penstock.node.worker.Launch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.StringNode;

/** The dashboard of a real daemon, in a real browser. */
@Timeout(180)
class DashboardTest {
  private static final Pattern URL = Pattern.compile("http://\\S+?(?=,)");
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<String> PAGES =
      List.of("fleet", "jobs", "submit", "capacity", "doctor", "events", "about");

  @TempDir static Path folder;
  private static final List<Process> DAEMONS = new ArrayList<>();
  private static Chromium chromium;
  private static String url;

  @BeforeAll
  static void open() throws Exception {
    chromium = Chromium.open();
    PlaywrightAssertions.setDefaultAssertionTimeout(Chromium.PATIENCE_MS);
    Oracle.clip(folder, "short.mkv");
    Oracle.clip(
        folder,
        "long.mkv",
        "-filter_complex testsrc2=size=480x270:rate=25:duration=20 -c:v mpeg4 -g 25 -b:v 2M"
            .split(" "));
    Oracle.clip(
        folder,
        "slow.mkv",
        "-filter_complex testsrc2=size=1280x720:rate=25:duration=16 -c:v mpeg4 -g 25 -b:v 4M"
            .split(" "));
    Files.createDirectories(SCREENSHOTS);
    url = serve("serve", "--data", folder.resolve("data").toString(), "--port", "0");
  }

  private static String serve(String... words) throws IOException {
    Process process =
        new ProcessBuilder(ChildJvm.command("dev.penstock.cli.Penstock", List.of(words)))
            .redirectError(folder.resolve("log-" + DAEMONS.size()).toFile())
            .start();
    DAEMONS.add(process);
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    Matcher found = URL.matcher(Optional.ofNullable(said.readLine()).orElse("it ended"));
    assertThat(found.find()).as("where it listens").isTrue();
    return found.group();
  }

  @AfterAll
  static void close() throws InterruptedException {
    if (chromium != null) {
      chromium.close();
    }
    for (Process each : DAEMONS) {
      each.destroy();
      if (!each.waitFor(20, TimeUnit.SECONDS)) {
        each.descendants().forEach(ProcessHandle::destroyForcibly);
        each.destroyForcibly();
      }
    }
  }

  @AfterEach
  void nothingWasComplainedOf() {
    // Chromium says so of every answer that is a refusal, which pages show in their own way.
    List<String> complaints =
        chromium.complaints.stream()
            .filter(each -> !each.contains("the server responded with a status of 4"))
            .toList();
    chromium.complaints.clear();
    assertThat(complaints).isEmpty();
  }

  private static Page at(String server, String place) {
    Page page = chromium.page(1440, ColorScheme.LIGHT);
    page.navigate(server + "/ui/index.html#/" + place);
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator state(Page page) {
    return page.locator(".job-acts .badge");
  }

  @Test
  void aJob_isSubmitted_watched_andPlayed() {
    Page page = at(url, "jobs");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Submit").setExact(true))
        .click();
    page.getByLabel("Input").fill(folder.resolve("nowhere/none.mkv").toString());
    page.getByLabel("Output", new Page.GetByLabelOptions().setExact(true)).fill("out.mp4");
    button(page, "Submit job").click();
    assertThat(page.locator(".wrong").first()).isVisible();

    page.getByLabel("Input").fill(folder.resolve("long.mkv").toString());
    page.getByLabel("Output", new Page.GetByLabelOptions().setExact(true))
        .fill(folder.resolve("watched.mp4").toString());
    page.getByLabel("Preset").selectOption("p5");
    page.getByLabel("Sound", new Page.GetByLabelOptions().setExact(true)).fill("none");
    page.getByLabel("Labels").fill("of=a test");
    button(page, "Submit job").click();

    assertThat(state(page)).hasText("running");
    page.waitForFunction(
        "() => document.querySelector('.hero-figure') && document.querySelector('.hero-figure').textContent !== '0 %'");
    shoot(page, "job-running-1440");
    assertThat(state(page)).hasText("done");
    page.waitForFunction("() => document.querySelector('video').readyState > 1");
    assertThat(page.locator(".label")).containsText("a test");
    chromium.assertReadable(page);
    shoot(page, "job-1440");
    page.setViewportSize(390, 844);
    Chromium.assertFits(page);
    shoot(page, "job-390");
    page.context().close();
  }

  @Test
  void aRunningJob_isCancelled_withKeysAlone() {
    Page page = at(url, "fleet");
    assertThat(page.locator("h1")).hasText("Fleet");
    page.keyboard().press("?");
    assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.getByRole(AriaRole.DIALOG)).isHidden();
    page.keyboard().press("n");
    assertThat(page.getByLabel("Input")).isFocused();
    page.keyboard().type(folder.resolve("slow.mkv").toString());
    page.keyboard().press("Tab");
    page.keyboard().type(folder.resolve("cancelled.mkv").toString());
    page.keyboard().press("Tab");
    page.keyboard().type("AV1");
    tab(page, 3);
    page.keyboard().type("p7");
    tab(page, 1);
    page.keyboard().type("none");
    page.keyboard().press("Enter");
    assertThat(state(page)).hasText("running");
    page.keyboard().press("g");
    page.keyboard().press("j");
    Locator cancel =
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel slow.mkv"));
    assertThat(cancel).isVisible();
    tabTo(page, cancel);
    page.keyboard().press("Enter");
    assertThat(page.locator(".job-row", new Page.LocatorOptions().setHasText("cancelled.mkv")))
        .containsText("cancelled");
    assertThat(folder.resolve("cancelled.mkv")).doesNotExist();
    page.context().close();
  }

  private static void tab(Page page, int times) {
    for (int i = 0; i < times; i++) {
      page.keyboard().press("Tab");
    }
  }

  private static void tabTo(Page page, Locator wanted) {
    for (int i = 0; i < 40; i++) {
      page.keyboard().press("Tab");
      if ((Boolean) wanted.evaluate("(each) => each === document.activeElement")) {
        return;
      }
    }
    throw new AssertionError("Tab does not lead to " + wanted);
  }

  @Test
  void everyPage_fitsAndCanBeRead() {
    // One that ends well and one that cannot, so that there is something to look at.
    List.of("short.mkv", "none.mkv").forEach(DashboardTest::submit);
    for (int width : new int[] {1440, 390}) {
      for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        Page page = chromium.page(width, colors);
        for (String name : PAGES) {
          page.navigate(url + "/ui/index.html#/" + name);
          assertThat(page.locator("main .panel, main .empty").first()).isVisible();
          assertThat(page.locator(".connection")).hasText("Live");
          Chromium.assertFits(page);
          shoot(page, name + "-" + width + (colors == ColorScheme.DARK ? "-dark" : ""));
          // The same is there at both widths.
          if ((width == 390) == (colors == ColorScheme.LIGHT)) {
            chromium.assertReadable(page);
          }
        }
        page.context().close();
      }
    }
  }

  private static void submit(String input) {
    Client client = Client.of(url, Optional.empty());
    String spec =
        "{\"transcode\": {\"input\": \"%s\", \"output\": \"%s.mp4\", \"codec\": \"h264\"}}"
            .formatted(folder.resolve(input), folder.resolve(input));
    var job =
        client.submit(
            new Client.Submitting(
                StringNode.valueOf(spec),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of("show", "news"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty()));
    var _ = client.watch(job.id(), _ -> {});
  }

  private static void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  @Test
  void aToken_letsIn_andOnlyWhereItsRoleMay() {
    Path tokens = folder.resolve("tokens");
    String token =
        Tokens.create(tokens, "vera", Role.VIEWER, Optional.of("acme"), new SecureRandom());
    Config config =
        Config.parse("penstock.yaml", "http: {port: 0, tokens: '" + tokens + "'}", Map.of());
    Node.Settings settings = new Node.Settings(folder.resolve("guarded"), config, "test");
    Node.Given given =
        new Node.Given(
            new JobSpecs(),
            Launch.ofThisProgram(Launch.Limits.standard()),
            List.of(),
            List.of(),
            List::of,
            Config::standard,
            _ -> {});
    try (Node node = Node.open(settings, given, InstantSource.system())) {
      Page page = at(node.url(), "jobs");
      page.getByLabel("Token").fill("nonsense");
      button(page, "Log in").click();
      assertThat(page.locator(".wrong")).containsText("no token of this server");
      page.getByLabel("Token").fill(token);
      chromium.assertReadable(page);
      shoot(page, "login-1440");
      page.setViewportSize(390, 844);
      Chromium.assertFits(page);
      shoot(page, "login-390");
      page.setViewportSize(1440, 900);
      button(page, "Log in").click();
      assertThat(page.locator(".empty")).containsText("No jobs yet");
      assertThat(page.locator(".who")).hasText("vera");
      // Viewers have nothing to submit with.
      assertThat(page.locator("a[href='#/submit']")).hasCount(0);
      page.reload();
      assertThat(page.locator("h1")).hasText("Jobs");
      button(page, "Log out").click();
      assertThat(page.getByLabel("Token")).isVisible();
      page.context().close();
    }
  }

  @Test
  void aDevice_isSeenToFail() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Path scenario = folder.resolve("lost.scenario");
    Files.writeString(
        scenario,
        """
        # One GeForce that falls off the bus.
        0 model l40s
        0 pci 0000:21:00.0
        0 lost after 6
        0 * after 6 !15
        """);
    String lab =
        serve(
            "lab",
            "run",
            scenario.toString(),
            "--",
            "penstock",
            "serve",
            "--data",
            folder.resolve("lab").toString(),
            "--port",
            "0");
    Page page = at(lab, "fleet");
    Locator gpu = page.locator(".device", new Page.LocatorOptions().setHasText("0000:21:00.0"));
    assertThat(gpu.getByRole(AriaRole.METER).first()).isVisible();
    assertThat(gpu.locator(".panel-aside .badge")).hasText("lost");
    assertThat(gpu.locator(".notice")).isVisible();
    shoot(page, "fleet-lost-1440");
    page.context().close();
  }
}
