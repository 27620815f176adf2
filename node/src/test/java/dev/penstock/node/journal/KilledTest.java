package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal is worth when its process is killed. */
class KilledTest {
  private static final int KILLS = 8;
  private static final int MOST_LINES = 60;

  // Two at a time: what takes long is to start them.
  @Test
  void killed_losesNothingAcknowledged(@TempDir Path one, @TempDir Path other) {
    CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> killedOften(one, 1));
    killedOften(other, 2);
    beside.join();
  }

  private static void killedOften(Path folder, int seed) {
    var chance = new Random(seed);
    var acknowledged = new ArrayList<String[]>();
    for (int i = 0; i < KILLS; i++) {
      acknowledged.addAll(killedAfter(folder, seed * 100 + i, 1 + chance.nextInt(MOST_LINES)));
    }
    try (Journal journal = Journal.open(folder, InstantSource.system(), new Random(2))) {
      assertThat(journal.check()).isEmpty();
      journal.recover();
      Map<JobId, List<JobEvent>> events = events(journal);
      assertThat(acknowledged).hasSizeGreaterThan(KILLS);
      for (String[] line : acknowledged) {
        assertThat(events.get(new JobId(line[0])))
            .anyMatch(event ->
                event.sequence() == Long.parseLong(line[1])
                    && event.kind().equals("job." + line[2]));
      }
      events.forEach((id, of) -> lived(journal, id, of));
      assertThat(journal.counts()).doesNotContainKeys("running", "cancelling");
    }
  }

  /** Lines that were said whole. */
  private static List<String[]> killedAfter(Path folder, int seed, int lines) {
    Process victim = started(folder, seed);
    try (BufferedReader out = victim.inputReader()) {
      var said = new ArrayList<String[]>();
      for (int i = 0; i < lines; i++) {
        said.add(out.readLine().split(" "));
      }
      // Through the handle: the process itself would close what it said last.
      victim.toHandle().destroyForcibly();
      said.addAll(rest(out));
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      victim.destroyForcibly();
      victim.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  private static Process started(Path folder, int seed) {
    var command =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.sqlite.lib.path=" + System.getProperty("org.sqlite.lib.path"),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                folder.toString(),
                Integer.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return command.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // A line that was cut off is shorter than a whole one may be, or its state is.
  private static List<String[]> rest(BufferedReader out) {
    return out.lines()
        .map(line -> line.split(" "))
        .filter(line -> line.length == 3 && JobState.LABELS.contains(line[2]))
        .toList();
  }

  private static Map<JobId, List<JobEvent>> events(Journal journal) {
    var all = new ArrayList<JobEvent>();
    List<JobEvent> some = journal.events(0, Optional.empty(), 500);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = journal.events(all.getLast().sequence(), Optional.empty(), 500);
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).sequence()).isEqualTo(i + 1);
    }
    return all.stream()
        .collect(
            Collectors.groupingBy(
                event -> event.job().orElseThrow(), HashMap::new, Collectors.toList()));
  }

  private static void lived(Journal journal, JobId id, List<JobEvent> events) {
    var job = journal.find(id).orElseThrow();
    assertThat(events.getLast().kind()).isEqualTo("job." + job.state().label());
    assertThat(events.getLast().sequence()).isEqualTo(job.sequence());
    Map<String, JobState> states =
        Asked.states(job).stream().collect(Collectors.toMap(JobState::label, state -> state));
    for (int i = 1; i < events.size(); i++) {
      JobState from = states.get(events.get(i - 1).kind().substring(4));
      JobState to = states.get(events.get(i).kind().substring(4));
      assertThat(JobState.mayFollow(from, to)).as("%s to %s", from, to).isTrue();
    }
  }
}
