package dev.penstock.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.penstock.lab.Scenarios;
import dev.penstock.node.Node;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.JobView;
import dev.penstock.node.http.Role;
import dev.penstock.node.http.Tokens;
import dev.penstock.node.worker.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a real daemon, on a machine with virtual GPUs, in a real browser. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<String> PAGES =
      List.of("fleet", "jobs", "submit", "capacity", "doctor", "events", "about");

  /** Falls off the bus with the first picture that it encodes: before the others have work. */
  private static final String FAILS = "0000:41:00.0";

  private static final String SOUND = "0000:21:00.0";

  @TempDir static Path folder;
  private static @Nullable Serving serving;
  private static @Nullable Chromium opened;
  private static Chromium chromium;
  private static String url;

  @BeforeAll
  static void open() throws Exception {
    CompletableFuture<Serving> daemon = CompletableFuture.supplyAsync(DashboardTest::serve);
    try {
      chromium = Chromium.open();
      opened = chromium;
    } finally {
      serving = given(daemon);
    }
    url = serving.url();
    PlaywrightAssertions.setDefaultAssertionTimeout(Chromium.PATIENCE_MS);
    Oracle.clip(folder, "short.mkv");
    clip("long.mkv", "640x360", 6);
    clip("slow.mkv", "1280x720", 12);
    Files.createDirectories(SCREENSHOTS);
  }

  /** What it wants and has not got skips the test here as well. */
  private static Serving given(CompletableFuture<Serving> daemon) {
    try {
      return daemon.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static Serving serve() {
    // So slow that jobs are seen to run, which costs this machine nothing.
    String slow = "\n* encoder 2\n1 lost frame 1\n1 * frame 1 !15\n";
    FourGpus gpus = FourGpus.of(folder.resolve("lab"), Scenarios.text("two-l40s") + slow);
    try {
      return Serving.in(folder, "log", gpus.environment());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clip(String name, String size, int seconds) throws IOException {
    Oracle.clip(
        folder,
        name,
        ("-filter_complex testsrc2=size=%s:rate=25:duration=%d -c:v mpeg4 -g 25 -b:v 2M"
                .formatted(size, seconds))
            .split(" "));
  }

  @AfterAll
  static void close() {
    try (Serving _ = serving;
        Chromium _ = opened) {
      // Whichever there is.
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
    assertCurves(page);
    chromium.assertReadable(page);
    shoot(page, "job-1440");
    page.setViewportSize(390, 844);
    Chromium.assertFits(page);
    shoot(page, "job-390");
    page.context().close();
  }

  /** The quality of a job is drawn, whatever is chosen to be shown, and said in words. */
  private static void assertCurves(Page page) {
    Locator chart = page.locator("section[aria-labelledby=quality]");
    for (String measure : List.of("Mean quantiser, of 51", "Bit rate, kbit/s")) {
      button(page, measure).click();
      assertThat(chart.locator("path.curve")).hasAttribute("d", Pattern.compile("M.+L.+"));
      assertThat(chart.locator("svg"))
          .hasAttribute("aria-label", Pattern.compile(measure + ": .*[0-9]"));
    }
    assertThat(chart.locator(".hint")).containsText("What the pictures take");
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
    page.keyboard().type("HEVC");
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
  void everyPage_fitsAndCanBeRead_andAFailedJobIsRetried() throws IOException {
    // One that ends well and one that cannot, so that there is something to look at.
    JobView _ = ended("short.mkv");
    JobView failed = ended("later.mkv");
    everyPage(1440, ColorScheme.LIGHT);
    everyPage(390, ColorScheme.DARK);
    aFailedJob_isRetried(failed);
  }

  private static JobView ended(String input) {
    return Objects.requireNonNull(serving).ended(submit(input, ", \"hardware\": \"off\""));
  }

  private static void aFailedJob_isRetried(JobView failed) throws IOException {
    Files.copy(folder.resolve("short.mkv"), folder.resolve("later.mkv"));
    Page page = at(url, "jobs");
    Locator row = page.locator(".job-row");
    page.getByRole(AriaRole.SEARCHBOX).fill("LATER " + failed.id().substring(18));
    assertThat(row).hasCount(1);
    assertThat(row).containsText("failed");
    assertThat(page).hasURL(Pattern.compile(".*[?&]text=LATER.*"));
    page.reload();
    assertThat(row).hasCount(1);
    button(page, "Retry later.mkv").click();
    assertThat(row).containsText("done");
    row.getByRole(AriaRole.LINK).click();
    assertThat(page.locator("#facts + *, .facts").first()).isVisible();
    assertThat(state(page)).hasText("done");
    page.context().close();
  }

  private static void everyPage(int width, ColorScheme colors) {
    Page page = chromium.page(width, colors);
    for (String name : PAGES) {
      page.navigate(url + "/ui/index.html#/" + name);
      assertThat(page.locator("main .panel, main .empty").first()).isVisible();
      assertThat(page.locator(".connection")).hasText("Live");
      Chromium.assertFits(page);
      shoot(page, name + "-" + width);
      chromium.assertReadable(page);
    }
    page.context().close();
  }

  private static JobView submit(String input, String more) {
    String spec =
        "{\"transcode\": {\"input\": \"%s\", \"output\": \"%s.mp4\", \"codec\": \"h264\"%s}}"
            .formatted(folder.resolve(input), folder.resolve(input + more.hashCode()), more);
    return Objects.requireNonNull(serving).submit(spec, "batch");
  }

  private static void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  @Test
  void aToken_letsIn_andOnlyWhereItsRoleMay() {
    Path tokens = folder.resolve("tokens");
    var chance = new SecureRandom();
    String token = Tokens.create(tokens, "vera", Role.VIEWER, Optional.of("acme"), chance);
    String admins = Tokens.create(tokens, "anna", Role.ADMIN, Optional.empty(), chance);
    String text = "http: {port: 0, tokens: '" + tokens + "'}\n";
    Config config = Config.parse("penstock.yaml", text, Map.of());
    Config changed =
        Config.parse(
            "penstock.yaml",
            text + "admission: {patience: 7m}\nworkers: {software: 3}\n",
            Map.of());
    Node.Settings settings = new Node.Settings(folder.resolve("guarded"), config, "test");
    Node.Given given =
        new Node.Given(
            new JobSpecs(),
            Launch.ofThisProgram(Launch.Limits.standard()),
            List::of,
            () -> changed);
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
      page.navigate(node.url() + "/ui/index.html#/about");
      assertThat(page.locator("#checks")).isVisible();
      assertThat(page.locator("#settings")).hasCount(0);
      assertThat(button(page, "Drain the node")).hasCount(0);
      for (String path : List.of("drain", "undrain", "reload")) {
        assertThat(status(page, "POST", path)).as(path).isEqualTo(403);
      }
      assertThat(status(page, "GET", "settings")).isEqualTo(403);
      button(page, "Log out").click();
      page.getByLabel("Token").fill(admins);
      button(page, "Log in").click();
      settings_areReadAgain(page);
      page.context().close();
    }
  }

  private static int status(Page page, String method, String path) {
    return (Integer)
        page.evaluate(
            "async ([method, path]) => (await fetch('/v1/' + path, { method })).status",
            List.of(method, path));
  }

  private static void settings_areReadAgain(Page page) {
    Locator patience =
        page.locator("tr", new Page.LocatorOptions().setHasText("admission.patience"));
    assertThat(patience).containsText("30m");
    button(page, "Read again").click();
    assertThat(page.locator(".toast"))
        .hasText("Changed: admission.patience. After the next start: workers.software.");
    assertThat(patience).containsText("7m");
    Locator later = page.locator("tr", new Page.LocatorOptions().setHasText("workers.software"));
    assertThat(later).hasCount(2);
    button(page, "Drain the node").click();
    assertThat(page.locator(".notices")).containsText("The node is drained");
    button(page, "Take work again").click();
    assertThat(page.locator(".notices")).not().containsText("The node is drained");
    chromium.assertReadable(page);
  }

  @Test
  @Order(1)
  void aDevice_isSeenToFail_andAnotherIsDrained() {
    Page page = at(url, "fleet");
    Locator gpu = page.locator(".device", new Page.LocatorOptions().setHasText(FAILS));
    assertThat(gpu.getByRole(AriaRole.METER).first()).isVisible();
    JobView _ = submit("long.mkv", ", \"device\": \"" + FAILS + "\"");
    assertThat(gpu.locator(".panel-aside .badge")).hasText("lost");
    assertThat(gpu.locator(".notice")).isVisible();
    shoot(page, "fleet-lost-1440");
    page.navigate(url + "/ui/index.html#/events");
    assertThat(page.locator(".events")).containsText("device.lost");
    page.navigate(url + "/ui/index.html#/fleet");
    // What was on the lost one has come there meanwhile, or will have to wait.
    Locator other = page.locator(".device", new Page.LocatorOptions().setHasText(SOUND));
    Locator badge = other.locator(".panel-aside .badge");
    other.getByRole(AriaRole.BUTTON).click();
    assertThat(badge).hasText(Pattern.compile("drain(ing|ed)"));
    shoot(page, "fleet-drained-1440");
    other.getByRole(AriaRole.BUTTON).click();
    assertThat(badge).hasText("ready");
    page.context().close();
  }
}
