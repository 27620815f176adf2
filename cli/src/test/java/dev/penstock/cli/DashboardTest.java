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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  @TempDir static Path folder;
  private static @Nullable Serving serving;
  private static @Nullable Chromium opened;
  private static Chromium chromium;
  private static String url;

  @BeforeAll
  static void open() throws Exception {
    chromium = Chromium.open();
    opened = chromium;
    PlaywrightAssertions.setDefaultAssertionTimeout(Chromium.PATIENCE_MS);
    Oracle.clip(folder, "short.mkv");
    clip("long.mkv", "640x360", 6);
    clip("slow.mkv", "1280x720", 12);
    Files.createDirectories(SCREENSHOTS);
    // So slow that jobs are seen to run, which costs this machine nothing.
    String slow = "\n* encoder 2\n1 lost frame 1\n1 * frame 1 !15\n";
    FourGpus gpus = FourGpus.of(folder.resolve("lab"), Scenarios.text("two-l40s") + slow);
    serving = Serving.in(folder, "log", gpus.environment());
    url = serving.url();
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
  void everyPage_fitsAndCanBeRead() {
    // One that ends well and one that cannot, so that there is something to look at.
    for (String input : List.of("short.mkv", "none.mkv")) {
      JobView _ = Objects.requireNonNull(serving).ended(submit(input, ", \"hardware\": \"off\""));
    }
    everyPage(1440, ColorScheme.LIGHT);
    everyPage(390, ColorScheme.DARK);
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
    String token =
        Tokens.create(tokens, "vera", Role.VIEWER, Optional.of("acme"), new SecureRandom());
    Config config =
        Config.parse("penstock.yaml", "http: {port: 0, tokens: '" + tokens + "'}", Map.of());
    Node.Settings settings = new Node.Settings(folder.resolve("guarded"), config, "test");
    Node.Given given =
        new Node.Given(
            new JobSpecs(),
            Launch.ofThisProgram(Launch.Limits.standard()),
            List::of,
            Config::standard);
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
  @Order(1)
  void aDevice_isSeenToFail() {
    Page page = at(url, "fleet");
    Locator gpu = page.locator(".device", new Page.LocatorOptions().setHasText(FAILS));
    assertThat(gpu.getByRole(AriaRole.METER).first()).isVisible();
    JobView _ = submit("long.mkv", ", \"device\": \"" + FAILS + "\"");
    assertThat(gpu.locator(".panel-aside .badge")).hasText("lost");
    assertThat(gpu.locator(".notice")).isVisible();
    shoot(page, "fleet-lost-1440");
    page.context().close();
  }
}
