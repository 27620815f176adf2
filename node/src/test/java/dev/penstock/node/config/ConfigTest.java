package dev.penstock.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Urgency;
import dev.penstock.node.around.Afterwards;
import dev.penstock.node.around.Around;
import dev.penstock.node.http.HttpSettings;
import dev.penstock.node.text.Mistake;
import dev.penstock.node.text.MistakenException;
import dev.penstock.node.text.Mistakes;
import dev.penstock.node.text.Value;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Timeouts;
import dev.penstock.planner.admission.Policy;
import dev.penstock.planner.placement.Packing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  private static final Path DOCS = Path.of("../docs/daemon.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z][a-z.\\[\\]-]*)` \\|.*\\| (at once|restart) \\|$");

  private static Config parse(String text) {
    return Config.parse("penstock.yaml", text, Map.of("STATE_DIRECTORY", "/var/lib/penstock"));
  }

  private static List<Mistake> mistakes(String text) {
    return catchThrowableOfType(MistakenException.class, () -> parse(text)).mistakes();
  }

  private static Mistake mistake(String text) {
    List<Mistake> all = mistakes(text);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void theFileThatShips_holdsEveryKey_withWhatThePartsHaveAnyway() {
    Value.Keyed shipped = Config.keyed(Config.defaults(), new Mistakes(Config.DOCS));
    Set<String> records =
        Keys.all().stream()
            .map(Keys.Key::name)
            .filter(name -> !name.contains("[]"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(keys(shipped, "")).isEqualTo(records);

    Config standard = Config.standard();
    assertThat(standard.policy()).isEqualTo(Policy.STANDARD);
    assertThat(standard.timeouts()).isEqualTo(Timeouts.standard());
    assertThat(standard.backoff()).isEqualTo(Backoff.standard());
    assertThat(standard.around()).isEqualTo(Around.Settings.STANDARD);
    HttpSettings http = standard.http(Path.of("/nowhere"), "1");
    assertThat(http.limits()).isEqualTo(HttpSettings.Limits.DEFAULT);
    assertThat(http.address()).isEqualTo(HttpSettings.LOOPBACK);
    assertThat(http.port()).isEqualTo(HttpSettings.PORT);
  }

  private static Set<String> keys(Value.Keyed part, String path) {
    Set<String> keys = new TreeSet<>();
    part.entries()
        .forEach((key, entry) -> {
          String name = path.isEmpty() ? key : path + "." + key;
          if (entry.value() instanceof Value.Keyed below && !below.entries().isEmpty()) {
            keys.addAll(keys(below, name));
          } else {
            keys.add(name);
          }
        });
    return keys;
  }

  @Test
  void theExampleOfTheFile_holdsEveryKeyOfAWatchedFolder() {
    String example =
        Config.defaults()
            .lines()
            .filter(line -> line.startsWith("#watch:") || line.startsWith("#  "))
            .map(line -> line.substring(1))
            .collect(Collectors.joining("\n"));
    Value.Keyed read = Config.keyed(example, new Mistakes(Config.DOCS));
    Value.Items items = (Value.Items) read.entries().get("watch").value();
    Set<String> keys = new TreeSet<>();
    ((Value.Keyed) items.items().getFirst())
        .entries()
        .keySet()
        .forEach(key -> keys.add("watch[]." + key));
    assertThat(keys)
        .isEqualTo(
            Keys.all().stream()
                .map(Keys.Key::name)
                .filter(name -> name.startsWith("watch[]"))
                .collect(Collectors.toCollection(TreeSet::new)));

    var folder = parse(example).around().folders().getFirst();
    assertThat(folder.patterns()).containsExactly("*.mov", "*.mxf");
    assertThat(folder.jobClass()).isEqualTo(Urgency.BATCH);
    assertThat(folder.afterwards()).isEqualTo(new Afterwards.Move(Path.of("/srv/done")));
  }

  @Test
  void everyKey_isDocumented_andNothingElse() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (Matcher row = ROW.matcher(Files.readString(DOCS)); row.find(); ) {
      documented.add(row.group(1) + " " + row.group(2));
    }
    Set<String> keys = new TreeSet<>();
    Keys.all().forEach(key -> keys.add(key.name() + (key.atOnce() ? " at once" : " restart")));
    assertThat(documented).isEqualTo(keys);
  }

  @Test
  void whatAFileSays_holds_andTheDefaultsForTheRest() {
    Config config =
        parse(
            """
            http: {port: 9000, roots: {read: [/srv/in], write: ["${STATE_DIRECTORY}/out"]}}
            admission:
              limits: {vram: 70%}
              placement: power
              pinned: {acme: [GPU-1, GPU-2]}
            workers: {software: 3, timeouts: {stall: 1h30m}, memory: 2GiB}
            """);
    assertThat(config.http(Path.of("/d"), "1").port()).isEqualTo(9000);
    assertThat(config.http().roots().write()).containsExactly(Path.of("/var/lib/penstock/out"));
    assertThat(config.policy().limit(Dimension.MEMORY)).isEqualTo(70);
    assertThat(config.policy().limit(Dimension.ENCODER)).isEqualTo(90);
    assertThat(config.policy().packing()).isEqualTo(Packing.POWER);
    assertThat(config.policy().tenancy().allows("acme", "GPU-3")).isFalse();
    assertThat(config.workers().software().orElse(7)).isEqualTo(3);
    assertThat(config.timeouts().stall()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.timeouts().silence()).isEqualTo(Timeouts.standard().silence());
    assertThat(config.workers().memory()).contains(new Bytes(2L << 30));
  }

  @Test
  void anUnknownKey_isAMistake_withTheNearestAndTheLine() {
    Mistake nested = mistake("http:\n  port: 1\nadmission:\n  limits:\n    vramm: 70%\n");
    assertThat(nested.line()).isEqualTo(5);
    assertThat(nested.key()).isEqualTo("admission.limits.vramm");
    assertThat(nested.next()).contains("did you mean vram?");
    assertThat(mistake("log: {rotation: 3}").next()).contains("known here: format, level, file");
    assertThat(mistake("private_addresses: true\n").problem()).isEqualTo("no such key");
    assertThat(mistake("webhooks: {private_addresses: true}").next())
        .contains("did you mean private-addresses?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http: {port: 70000}|http.port|holds '70000'|a whole number, 0 to 65535",
        "http: {port: many}|http.port|holds 'many'|a whole number, 0 to 65535",
        "http: {port: [1]}|http.port|holds a list|a whole number",
        "http: {port: }|http.port|holds nothing|a whole number",
        "http: 9000|http|holds '9000'|keys with values",
        "admission: {reserve: 20}|admission.reserve|holds '20'|a part such as 80%, 0% to 90%",
        "admission: {limits: {sm: 101%}}|admission.limits.sm|holds '101%'|1% to 100%",
        "admission: {placement: fast}|admission.placement|holds 'fast'|one of spread, power",
        "workers: {timeouts: {stall: 30}}|workers.timeouts.stall|holds '30'|a time such as 500ms",
        "workers: {memory: 2Gb}|workers.memory|holds '2Gb'|a size such as 512MiB",
        "workers: {timeouts: {silence: 1s}}|workers.timeouts.silence|heartbeats|make it longer",
        "webhooks: {private-addresses: yes}|webhooks.private-addresses|'yes'|true or false",
        "data: here|data|'here', what is no full path|begin it with /",
        "data: ${NOWHERE}/x|data|refers to NOWHERE|set it",
        "watch: [{folder: /in}]|watch[0].job|is missing|a full path",
        "http: {tls: {key: /k}}|http.tls|names one of two files|certificates and key",
        "http: {sources: {protocols: [file]}}|http.sources.protocols|cannot be allowed|leave it",
      })
  void whatCannotBe_isSaidWithKeyLineValueAndWhatIsAllowed(
      String text, String key, String problem, String next) {
    Mistake mistake =
        mistakes("# a comment\n" + text + "\n").stream()
            .filter(each -> each.key().equals(key))
            .findFirst()
            .orElseThrow();
    assertThat(mistake.line()).isEqualTo(2);
    assertThat(mistake.problem()).contains(problem);
    assertThat(mistake.next()).contains(next);
  }

  @Test
  void aSecret_isRefused_andNotRepeated() {
    for (String text :
        List.of(
            "webhooks: {secret: hunter2}",
            "http: {tokens: pst_hunter2}",
            "http: {tls: {key: '-----BEGIN PRIVATE KEY----- hunter2', certificates: /c}}")) {
      Mistake mistake = mistake(text);
      assertThat(mistake.toString()).doesNotContain("hunter2");
      assertThat(mistake.next()).contains("a secret is never written here");
    }
  }

  @Test
  void allMistakes_areSaidAtOnce_inTheOrderOfTheLines() {
    List<Mistake> all = mistakes("log: {level: loud}\nretries: {attempts: 0}\nhtpp: {}\n");
    assertThat(all.stream().map(Mistake::line)).containsExactly(1, 2, 3);
    assertThat(all.getLast().next()).contains("did you mean http?");
  }

  @Test
  void aFileIsNeverMoreThanItLooks() {
    assertThat(mistakes("a: &x 1\nb: *x\n")).isNotEmpty();
    assertThat(mistake("http: {port: 1}\n---\nhttp: {port: 2}\n").problem()).contains("second");
    assertThat(mistake("http: {port: 1, port: 2}\n").problem()).contains("twice");
    assertThat(mistakes("http: {port: 1\n").getFirst().problem()).contains("is not YAML");
    assertThat(parse("")).isEqualTo(Config.standard());
    assertThat(parse("http:\nlog:\n")).isEqualTo(Config.standard());
  }

  @Test
  void changes_areToldApart_byWhetherTheyHoldAtOnce() {
    Config after =
        parse("http: {port: 9000}\nadmission: {limits: {vram: 70%}}\nlog: {level: debug}");
    Changes changes = Changes.between(Config.standard(), after);
    assertThat(changes.held()).containsExactly("admission.limits.vram", "log.level");
    assertThat(changes.restart()).containsExactly("http.port");
    assertThat(Changes.between(after, after).isEmpty()).isTrue();
  }
}
