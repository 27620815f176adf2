package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.config.Config;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.worker.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node counts is what its page lists, and rules and dashboard ask for nothing else. */
class MetricsDocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LISTED =
      Pattern.compile("^\\| `([a-z0-9_]+)` \\|", Pattern.MULTILINE);
  private static final Pattern OF_GPUS = Pattern.compile("`(penstock_gpu_[a-z0-9_]+)`");
  private static final Pattern ASKED =
      Pattern.compile("(?<![\\w.])(?:penstock|process|jvm)_[a-z0-9_]+(?![\\w.]|\\$)");

  @TempDir Path folder;

  @Test
  void whatIsCounted_isWhatIsListed_andWhatRulesAskFor() throws IOException {
    Set<String> counted = counted();
    assertThat(new TreeSet<>(found(LISTED, "docs/metrics.md"))).isEqualTo(counted);

    Set<String> known = new TreeSet<>(counted);
    known.addAll(found(OF_GPUS, "docs/telemetry.md"));
    for (String file : List.of("deploy/prometheus/alerts.yml", "deploy/grafana/penstock.json")) {
      Set<String> asked =
          ASKED
              .matcher(Files.readString(ROOT.resolve(file)))
              .results()
              .map(each -> each.group().replaceFirst("_bucket$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(asked).as(file).isNotEmpty();
      assertThat(known).as(file).containsAll(asked);
    }
  }

  private Set<String> counted() {
    Node.Settings settings =
        new Node.Settings(folder.resolve("data"), Config.standard().withPort(0), "1.2.3");
    Node.Given given =
        new Node.Given(
            spec -> new SpecCheck.Checked(spec, List.of(), List.of()),
            new Launch(List.of("false"), Map.of(), Launch.Limits.none()),
            List::of,
            Config::standard);
    try (Node node = Node.open(settings, given, InstantSource.system())) {
      return new TreeSet<>(node.metricNames());
    }
  }

  private static Set<String> found(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(ROOT.resolve(file)))
        .results()
        .map(each -> each.group(1))
        .collect(Collectors.toSet());
  }
}
