package dev.penstock.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.hardware.trial.Fingerprint;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.TrialStore;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine with four virtual GPUs, and what trials would have shown of them, which take longer
 * than all else.
 */
record FourGpus(Fleet fleet, Map<String, String> environment) {
  private static final List<String> ADDRESSES =
      List.of("0000:21:00.0", "0000:41:00.0", "0000:61:00.0", "0000:81:00.0");
  private static final List<String> TRIED =
      List.of("h264_nvenc", "hevc_nvenc", "av1_nvenc", "h264_nvdec", "hevc_nvdec", "vp9_nvdec");

  /**
   * Makes it.
   *
   * @param more lines after the scenario
   */
  static FourGpus in(Path folder, String... more) {
    return of(folder, Lab.text("four-l40s.scenario") + String.join("\n", more) + "\n");
  }

  /** With another scenario, of some of these. */
  static FourGpus of(Path folder, String scenario) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Cli.assumeEncoder("libx264");
    Fleet fleet = Fleet.of(folder.resolve("fleet"), scenario);
    Map<String, String> environment = new HashMap<>(fleet.environment());
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    FourGpus made = new FourGpus(fleet, Map.copyOf(environment));
    made.keepTrials(folder.resolve("cache/penstock"));
    return made;
  }

  private void keepTrials(Path cache) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    Fingerprint fingerprint = new Fingerprint(Root.ofThisMachine(all), all);
    Inventory inventory =
        new Inventory(
            new Children(environment), fingerprint, Optional.of(cache), InstantSource.system());
    var _ = inventory.devices();
    TrialStore store = TrialStore.in(Inventory.trials(cache));
    for (String name : TRIED) {
      for (String address : ADDRESSES) {
        Wish wish = new Wish(name, Optional.of(address));
        String key = TrialStore.key(wish.word(), fingerprint.word());
        store.begin(key);
        store.end(key, new Answer.Given(FactsJson.line(proved(wish)), Duration.ZERO));
      }
    }
  }

  private static Trial proved(Wish wish) {
    return new Trial(
        wish.name(),
        wish.codec(),
        /* hardware= */ true,
        Optional.of(200.0),
        Duration.ofSeconds(1),
        Optional.empty(),
        wish.device(),
        Optional.empty());
  }

  /** Of what happened, the lines about a GPU, from a line on that holds these words. */
  List<String> storyOf(int gpu, String from) {
    List<String> own =
        fleet.story().stream().filter(line -> line.split(" ", 3)[1].equals("" + gpu)).toList();
    int begins = 0;
    while (begins < own.size() && !own.get(begins).contains(from)) {
      begins++;
    }
    return own.subList(begins, own.size());
  }
}
