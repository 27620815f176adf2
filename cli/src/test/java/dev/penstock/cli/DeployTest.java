package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.HttpSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What is in {@code deploy} is sound, and says the same as the program and the docs. */
@Timeout(60)
class DeployTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DEPLOY = ROOT.resolve("deploy");
  private static final Path UNIT = DEPLOY.resolve("systemd/penstock.service");
  private static final Path DEVICES = DEPLOY.resolve("systemd/penstock-devices.service");
  private static final Path CONTAINER = DEPLOY.resolve("container/Containerfile");
  private static final String CONFIG = "/etc/penstock/penstock.yaml";
  private static final String STATE = "/var/lib/penstock";

  /** Of systemd-analyze: 10 is everything, and it thinks more of 3 as well protected. */
  private static final String MOST_EXPOSED = "30";

  @TempDir Path folder;

  private record Ran(int status, String said) {}

  private Ran run(Object... words) throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(Stream.of(words).map(Object::toString).toList())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("%s ends", List.of(words)).isTrue();
    return new Ran(process.exitValue(), Files.readString(said));
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  // ---- systemd

  /** All values of a key of a unit. */
  private static List<String> values(Path unit, String key) throws IOException {
    return Files.readAllLines(unit).stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }

  private static String value(Path unit, String key) throws IOException {
    assertThat(values(unit, key)).as(key).hasSize(1);
    return values(unit, key).getFirst();
  }

  /** Units with a program that is there, so that only the rest is looked at. */
  private Path installed() throws IOException {
    Path units = Files.createDirectories(folder.resolve("units"));
    String unit =
        Files.readString(UNIT).replace("ExecStart=/usr/bin/penstock", "ExecStart=/bin/sh");
    Files.copy(DEVICES, units.resolve("penstock-devices.service"));
    return Files.writeString(units.resolve("penstock.service"), unit);
  }

  @Test
  void systemd_understandsTheUnits() throws Exception {
    assumeTrue(isThere("systemd-analyze"), "systemd is not installed");
    Path unit = installed();
    Ran ran =
        run(
            "systemd-analyze",
            "verify",
            "--man=no",
            unit,
            unit.resolveSibling(DEVICES.getFileName()));
    assertThat(ran.status()).as(ran.said()).isZero();
    assertThat(ran.said().lines())
        .filteredOn(line -> line.contains(folder.toString()))
        .as("but for the back-off, which systemd has since 254")
        .allMatch(line -> line.matches(".*'Restart(Steps|MaxDelaySec)'.*"));
  }

  @Test
  void theService_isWellProtected() throws Exception {
    assumeTrue(isThere("systemd-analyze"), "systemd is not installed");
    Ran ran =
        run(
            "systemd-analyze",
            "security",
            "--no-pager",
            "--offline=true",
            "--threshold=" + MOST_EXPOSED,
            installed());
    assertThat(ran.status()).as(ran.said()).isZero();
    assertThat(ran.said()).contains("Overall exposure level for penstock.service: ");
  }

  /** A JVM compiles while it runs, a GPU is a device, and workers have groups. */
  @Test
  void whatPenstockNeeds_isNotForbidden() throws IOException {
    assertThat(values(UNIT, "MemoryDenyWriteExecute")).isEmpty();
    assertThat(values(UNIT, "PrivateDevices")).isEmpty();
    assertThat(values(UNIT, "PrivateUsers")).isEmpty();
    assertThat(values(UNIT, "ProtectControlGroups")).isEmpty();
    assertThat(values(UNIT, "ProcSubset")).isEmpty();
    assertThat(value(UNIT, "Delegate").split(" ")).contains("memory", "pids", "cpu");
    assertThat(values(UNIT, "DeviceAllow"))
        .containsExactlyInAnyOrder("char-nvidia* rw", "char-drm rw", "/dev/kfd rw");
    assertThat(value(UNIT, "DevicePolicy")).isEqualTo("closed");
    assertThat(value(UNIT, "SupplementaryGroups").split(" ")).contains("video", "render");
  }

  @Test
  void theService_startsWhatThereIs() throws IOException {
    List<String> words = List.of(value(UNIT, "ExecStart").split(" "));
    assertThat(words.subList(0, 2)).containsExactly("/usr/bin/penstock", "serve");
    assertThat(words).endsWith("--config", CONFIG);
    assertThat(value(UNIT, "SuccessExitStatus")).isEqualTo(Integer.toString(128 + 15));
    assertThat(value(UNIT, "RestartPreventExitStatus"))
        .isEqualTo(Integer.toString(ExitCode.USAGE.value()));
    assertThat(value(UNIT, "Type")).startsWith("notify");
    assertThat(value(UNIT, "NotifyAccess")).isEqualTo("main");
    assertThat("/var/lib/" + value(UNIT, "StateDirectory")).isEqualTo(STATE);
    assertThat(value(UNIT, "WorkingDirectory")).isEqualTo(STATE);
  }

  @Test
  void everyLineOfTheUnit_standsBelowAReason() throws IOException {
    Pattern plain =
        Pattern.compile(
            "\\[.*|Description=.*|Documentation=.*|.*DirectoryMode=.*|(User|Group|SyslogIdentifier)=.*");
    for (String block : Files.readString(UNIT).split("\n\n")) {
      if (!block.lines().allMatch(line -> plain.matcher(line).matches())
          && !block.startsWith("[Install]")
          && !block.contains("Directory=")) {
        assertThat(block).containsPattern("(?m)^# ");
      }
    }
  }

  // ---- Debian

  /** Of a bundle that holds next to nothing. */
  private Path bundle() throws IOException {
    Path bundle = Files.createDirectories(folder.resolve("bundle"));
    for (String each : List.of("bin", "runtime", "licenses")) {
      Files.createDirectories(bundle.resolve(each));
    }
    Path program =
        Files.writeString(
            bundle.resolve("bin/penstock"),
            "#!/bin/sh\n[ \"$1\" = --version ] && echo 'penstock 1.2.0-SNAPSHOT' || printf 'complete\\ndata:\\n'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(bundle.resolve("NOTICE"), "notice");
    Files.writeString(bundle.resolve("licenses/GPL-3.0.txt"), "licence");
    return bundle;
  }

  private Path deb(String out) throws Exception {
    Ran ran = run("sh", DEPLOY.resolve("deb/build.sh"), bundle(), folder.resolve(out));
    assertThat(ran.status()).as(ran.said()).isZero();
    return folder.resolve(out).resolve("penstock_1.2.0~SNAPSHOT_amd64.deb");
  }

  @Test
  void thePackage_holdsWhatItShould() throws Exception {
    assumeTrue(isThere("dpkg-deb"), "dpkg is not installed");
    Path deb = deb("out");
    String content = run("dpkg-deb", "--contents", deb).said();
    assertThat(content)
        .containsPattern("-rw-r----- root/root .* \\./etc/penstock/penstock.yaml")
        .containsPattern("drwxr-x--- root/root .* \\./etc/penstock/")
        .containsPattern("\\./usr/bin/penstock -> \\.\\./lib/penstock/bin/penstock")
        .containsPattern("-rwxr-xr-x root/root .* \\./usr/lib/penstock/bin/penstock")
        .contains("./usr/lib/systemd/system/penstock.service")
        .contains("./usr/lib/systemd/system/penstock-devices.service")
        .contains("./usr/share/doc/penstock/copyright", "./usr/share/doc/penstock/deploy.md")
        .contains("./usr/share/man/man1/penstock.1.gz")
        .contains("./usr/share/penstock/prometheus/alerts.yml")
        .contains("./usr/share/penstock/grafana/penstock.json");
    assertThat(content.lines()).noneMatch(line -> line.matches("-......w.*|d.......w.*"));
    assertThat(run("dpkg-deb", "--field", deb, "Version", "Architecture").said())
        .contains("Version: 1.2.0~SNAPSHOT", "Architecture: amd64");
    assertThat(run("dpkg-deb", "--info", deb, "conffiles").said()).isEqualTo(CONFIG + "\n");
    assertThat(deb("again")).hasSameBinaryContentAs(deb);
  }

  @ParameterizedTest
  @ValueSource(strings = {"build.sh", "postinst", "prerm", "postrm"})
  void scriptsOfThePackage_areOfAShell(String name) throws Exception {
    Path script = DEPLOY.resolve("deb").resolve(name);
    assertThat(run("sh", "-n", script)).isEqualTo(new Ran(0, ""));
    assertThat(Files.readAllLines(script))
        .contains("set -e" + (name.equals("build.sh") ? "u" : ""));
  }

  @Test
  void purging_deletesWhatTheServiceMade() throws IOException {
    String postrm = Files.readString(DEPLOY.resolve("deb/postrm"));
    String deleted =
        postrm
            .lines()
            .filter(line -> line.strip().startsWith("rm -rf"))
            .collect(Collectors.joining());
    assertThat(deleted)
        .contains(" " + STATE + " ")
        .contains(" /var/log/" + value(UNIT, "LogsDirectory") + " ")
        .endsWith(" /var/cache/" + value(UNIT, "CacheDirectory"));
    assertThat(postrm.indexOf("rm -rf")).isGreaterThan(postrm.indexOf("purge)"));
    assertThat(Files.readString(DEPLOY.resolve("deb/postinst"))).contains("config=" + CONFIG);
  }

  // ---- containers

  @Test
  void theImage_asksForWhatThereIs() throws IOException {
    String file = Files.readString(CONTAINER);
    assertThat(file)
        .contains(
            "HEALTHCHECK ", "CMD [\"penstock\", \"health\", \"--config\", \"" + CONFIG + "\"]")
        .contains("CMD [\"serve\", \"--config\", \"" + CONFIG + "\"]")
        .contains("VOLUME " + STATE, "EXPOSE " + HttpSettings.PORT, "USER 8470:8470")
        .contains("NVIDIA_DRIVER_CAPABILITIES=compute,video,utility")
        .as("archives of the bundle are left packed by some that build images")
        .doesNotContain("\nADD ");
    assertThat(Penstock.COMMANDS).contains("health");
    assertThat(file).contains("ARG BUNDLE=penstock-" + Version.current() + "-linux-x86_64\n");
  }

  @Test
  void compose_isOfOneMindWithTheImage() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    JsonNode compose = yaml.readTree(DEPLOY.resolve("container/compose.yaml").toFile());
    JsonNode config = yaml.readTree(DEPLOY.resolve("container/penstock.yaml").toFile());
    JsonNode common = compose.path("x-penstock");
    String port = Integer.toString(HttpSettings.PORT);

    assertThat(common.path("ports").get(0).asString()).isEqualTo("127.0.0.1:" + port + ":" + port);
    assertThat(common.path("user").asString()).isEqualTo("8470:8470");
    assertThat(common.path("read_only").asBoolean()).isTrue();
    assertThat(common.path("stop_grace_period").asString())
        .isEqualTo(value(UNIT, "TimeoutStopSec") + "s");
    assertThat(texts(common.path("volumes")))
        .contains("data:" + STATE, "${PENSTOCK_CONFIG:-./config}:/etc/penstock:ro")
        .contains("${PENSTOCK_SECRETS:-./secret}:/run/secrets:ro")
        // A file that is mounted stays the one it was, whatever takes its place.
        .noneMatch(each -> each.contains(".yaml") || each.contains("tokens"))
        .anyMatch(each -> each.endsWith(":/srv/media"));
    assertThat(config.path("http").path("address").asString()).isEqualTo("0.0.0.0");
    assertThat(config.path("http").path("tokens").asString()).isEqualTo("/run/secrets/tokens");
    assertThat(texts(compose.path("services").path("cpu").path("profiles"))).containsExactly("cpu");
    assertThat(texts(compose.path("services").path("gpu").path("profiles"))).containsExactly("gpu");
    JsonNode gpus =
        compose
            .at("/services/gpu/deploy/resources/reservations/devices")
            .get(0)
            .path("capabilities");
    assertThat(texts(gpus)).contains("gpu", "compute", "video", "utility");
    for (JsonNode service : compose.path("services")) {
      String target = service.path("build").path("target").asString();
      assertThat(Files.readString(CONTAINER)).contains(" AS " + target + "\n");
    }
  }

  /** Else the container would not start. */
  @Test
  void theConfiguration_ofTheContainer_isOne() {
    Config config = Config.read(DEPLOY.resolve("container/penstock.yaml"), Map.of());
    assertThat(config).isNotEqualTo(Config.standard());
    assertThat(config.http().tokens()).isPresent();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  // ---- docs

  @Test
  void thePage_namesWhatThereIs() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/deploy.md"));
    assertThat(page)
        .contains(CONFIG, STATE, value(UNIT, "Alias"))
        .contains(
            value(UNIT, "TimeoutStopSec") + " seconds", value(UNIT, "MemoryMax").replace("%", " %"))
        .contains("http://" + HttpSettings.LOOPBACK + ":" + HttpSettings.PORT);
    Set<String> files = new TreeSet<>();
    Pattern.compile("\\bdeploy/[\\w./-]*\\w")
        .matcher(page)
        .results()
        .forEach(m -> files.add(m.group()));
    assertThat(files).isNotEmpty().allMatch(each -> Files.exists(ROOT.resolve(each)));
    Pattern.compile("(?<=/)penstock-[\\w.-]*-linux-x86_64")
        .matcher(page)
        .results()
        .forEach(m ->
            assertThat(m.group()).isEqualTo("penstock-" + Version.current() + "-linux-x86_64"));
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("docs/deploy.md");
    assertThat(page).contains("](daemon.md)");
  }

  /** Whoever installs the package finds the rules where the page says. */
  @Test
  void rulesOfAlerts_areFired_atTheirThresholds() throws Exception {
    assertThat(Files.readString(ROOT.resolve("docs/metrics.md")))
        .contains("/usr/share/penstock/prometheus/alerts.yml");
    assumeTrue(isThere("promtool"), "Prometheus is not installed");
    Ran ran = run("promtool", "test", "rules", DEPLOY.resolve("prometheus/alerts.test.yml"));
    assertThat(ran.status()).as(ran.said()).isZero();
  }

  /** Each option that somebody is told to type is one of the command. */
  @Test
  void theUnit_givesOptionsThatThereAre() throws IOException {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter(), false);
    Set<String> options =
        Penstock.commandLine(Terminal.plain(nowhere, nowhere), new Cancellation())
            .getSubcommands()
            .get("serve")
            .getCommandSpec()
            .optionsMap()
            .keySet();
    assertThat(value(UNIT, "ExecStart").split(" "))
        .filteredOn(word -> word.startsWith("--"))
        .isNotEmpty()
        .allMatch(options::contains);
  }

  @Test
  void thePage_ofTheManual_isInAscii() throws IOException {
    byte[] page = Files.readAllBytes(DEPLOY.resolve("deb/penstock.1"));
    assertThat(
            StandardCharsets.US_ASCII
                .newEncoder()
                .canEncode(new String(page, StandardCharsets.UTF_8)))
        .isTrue();
  }
}
