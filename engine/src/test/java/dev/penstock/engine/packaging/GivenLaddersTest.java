package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays ladders that somebody made: each folder in the one that the system property {@code
 * penstock.ladders} names, {@code -Dpenstock.ladders=/tmp/ladders}. Every rung and a change of
 * rungs at each segment, in both players; what was seen is printed.
 */
class GivenLaddersTest {
  private static final int SECONDS_A_RUN = 120;

  /** Seconds. */
  private static final double AT_END = 0.2;

  @TempDir Path profile;

  @TestFactory
  Stream<DynamicTest> everyRung_playsToTheEnd() throws IOException {
    String given = System.getProperty("penstock.ladders", "");
    if (given.isEmpty()) {
      return Stream.empty();
    }
    Path parent = Path.of(given);
    try (Stream<Path> all = Files.list(parent)) {
      List<Path> ladders = all.filter(Files::isDirectory).sorted().toList();
      return ladders.stream()
          .map(ladder -> dynamicTest(ladder.getFileName().toString(), () -> check(parent, ladder)));
    }
  }

  private void check(Path parent, Path ladder) throws Exception {
    String name = ladder.getFileName().toString();
    Map<Long, String> sizes = new TreeMap<>();
    for (Playlist.Entry variant :
        Playlist.parse(Files.readString(ladder.resolve("master.m3u8"))).entries()) {
      Playlist.Tag facts = variant.tag("EXT-X-STREAM-INF");
      sizes.put(
          Long.parseLong(facts.attribute("BANDWIDTH")),
          facts.attribute("RESOLUTION").replaceFirst("x.*", ""));
    }
    List<String> widths = sizes.values().stream().distinct().toList();
    Map<String, String> runs = new LinkedHashMap<>();
    for (String player : List.of("hls", "dash")) {
      String url =
          player + ":" + name + (player.equals("hls") ? "/master.m3u8:" : "/manifest.mpd:");
      for (int i = 0; i < widths.size(); i++) {
        runs.put(player + "-" + i, url + i);
      }
      runs.put(player + "-tour", url + "tour");
    }
    try (Browser browser = Browser.over(parent, Files.createTempDirectory(profile, "data"))) {
      Map<String, Map<String, String>> seen =
          browser.play(runs, "&patience=" + (SECONDS_A_RUN - 5), SECONDS_A_RUN);
      seen.forEach((run, facts) -> System.out.println(name + " " + run + " " + facts));
      seen.forEach(GivenLaddersTest::assertPlayed);
      seen.forEach((run, facts) -> assertShown(run, facts, widths));
    }
  }

  /**
   * Sound may end before the pictures: there the player waits until it knows that no more comes.
   */
  private static void assertPlayed(String run, Map<String, String> seen) {
    assertThat(seen.get("problems")).as("%s %s", run, seen).isEmpty();
    assertThat(seen.get("ended")).as("%s %s", run, seen).isEqualTo("true");
    double end = Double.parseDouble(seen.get("duration")) - AT_END;
    assertThat(Arrays.stream(seen.get("waits").split(";")).filter(wait -> !wait.isEmpty()))
        .as("%s %s", run, seen)
        .allMatch(wait -> Double.parseDouble(wait) > end);
  }

  private static void assertShown(String run, Map<String, String> seen, List<String> widths) {
    Set<String> shown = Set.copyOf(Arrays.asList(seen.get("widths").split(";")));
    if (run.endsWith("-tour")) {
      assertThat(widths).as("%s %s", run, seen).containsAll(shown);
    } else {
      int level = Integer.parseInt(run.substring(run.indexOf('-') + 1));
      assertThat(shown).as("%s %s", run, seen).containsExactly(widths.get(level));
    }
  }
}
