package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import dev.penstock.node.Clock;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal against a map that is told the same. */
class ModelTest {
  private static final int OPERATIONS = 500;
  @TempDir Path folder;
  private final Clock clock = new Clock();
  private final NavigableMap<JobId, Known> known = new TreeMap<>();
  private final List<String> kinds = new ArrayList<>();

  /** What the map knows of a job. */
  private record Known(String state, List<JobId> after, long sequence) {
    boolean isLost() {
      return List.of("failed", "cancelled", "quarantined").contains(state);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void operations_doWhatTheMapSays(long seed) {
    var chance = new Random(seed);
    Journal journal = Journal.open(folder, clock, new Random(seed));
    for (int i = 0; i < OPERATIONS; i++) {
      clock.pass(Duration.ofMillis(chance.nextInt(3)));
      switch (chance.nextInt(10)) {
        case 0, 1, 2 -> submit(journal, chance);
        case 3 -> cancel(journal, chance);
        case 4 -> retry(journal, chance);
        case 5 -> {
          if (chance.nextInt(20) == 0) {
            journal.close();
            journal = Journal.open(folder, clock, new Random(seed + i));
          }
        }
        default -> step(journal, chance);
      }
    }
    compare(journal);
    journal.close();
    try (Journal again = Journal.open(folder, clock, new Random(seed))) {
      compare(again);
    }
  }

  private Optional<JobId> any(Random chance) {
    return known.keySet().stream()
        .skip(known.isEmpty() ? 0 : chance.nextInt(known.size()))
        .findFirst();
  }

  private void submit(Journal journal, Random chance) {
    List<JobId> after =
        chance.nextInt(3) == 0
            ? java.util.stream.Stream.of(any(chance), any(chance))
                .flatMap(Optional::stream)
                .distinct()
                .toList()
            : List.of();
    JobId id = journal.submit(Asked.after(after.toArray(JobId[]::new))).job().id();
    boolean open = after.stream().anyMatch(one -> !known.get(one).state().equals("done"));
    boolean lost = after.stream().anyMatch(one -> known.get(one).isLost());
    known.put(id, new Known("", after, 0));
    become(id, open ? "waiting" : "queued");
    if (lost) {
      become(id, "failed");
      notBegun.add(id);
    }
  }

  private void become(JobId id, String state) {
    kinds.add("job." + state);
    Known now = new Known(state, known.get(id).after(), kinds.size());
    known.put(id, now);
    notBegun.remove(id);
    if (now.isLost() || state.equals("done")) {
      ended.add(id);
    }
    if (!settling) {
      settle();
    }
  }

  /** Of those that failed for another. */
  private final Set<JobId> notBegun = new HashSet<>();

  private final List<JobId> ended = new ArrayList<>();
  private boolean settling;

  private void settle() {
    settling = true;
    while (!ended.isEmpty()) {
      JobId over = ended.removeFirst();
      for (JobId id : List.copyOf(known.keySet())) {
        Known job = known.get(id);
        if (job.state().equals("waiting") && job.after().contains(over)) {
          if (known.get(over).isLost()) {
            become(id, "failed");
            notBegun.add(id);
          } else if (job.after().stream().allMatch(one -> known.get(one).state().equals("done"))) {
            become(id, "queued");
          }
        }
      }
    }
    settling = false;
  }

  private void cancel(Journal journal, Random chance) {
    any(chance)
        .ifPresent(id -> {
          journal.cancel(id, "me");
          switch (known.get(id).state()) {
            case "waiting", "queued", "backoff" -> become(id, "cancelled");
            case "running" -> become(id, "cancelling");
            default -> {}
          }
        });
  }

  private void retry(Journal journal, Random chance) {
    any(chance)
        .ifPresent(id -> {
          Known job = known.get(id);
          if (!job.isLost() || job.after().stream().anyMatch(one -> known.get(one).isLost())) {
            assertThatThrownBy(() -> journal.retry(id, "me")).isInstanceOf(FailureException.class);
            return;
          }
          journal.retry(id, "me");
          askAgain(id);
        });
  }

  private void askAgain(JobId retried) {
    queueAgain(retried);
    var chain = new ArrayDeque<JobId>(List.of(retried));
    while (!chain.isEmpty()) {
      JobId over = chain.remove();
      for (JobId id : List.copyOf(known.keySet())) {
        List<JobId> after = known.get(id).after();
        if (notBegun.contains(id)
            && after.contains(over)
            && after.stream().noneMatch(one -> known.get(one).isLost())) {
          queueAgain(id);
          chain.add(id);
        }
      }
    }
  }

  private void queueAgain(JobId id) {
    kinds.add("job.retried");
    boolean open =
        known.get(id).after().stream().anyMatch(one -> !known.get(one).state().equals("done"));
    become(id, open ? "waiting" : "queued");
  }

  private void step(Journal journal, Random chance) {
    any(chance)
        .ifPresent(id -> {
          JobRecord job = journal.find(id).orElseThrow();
          List<JobState> states = Asked.states(job);
          JobState to = states.get(chance.nextInt(states.size()));
          if (chance.nextInt(10) == 0) {
            assertThat(journal.change(id, job.sequence() - 1, Step.to(to))).isEmpty();
          } else if (!JobState.mayFollow(job.state(), to)) {
            assertThatThrownBy(() -> journal.change(id, job.sequence(), Step.to(to)))
                .isInstanceOf(FailureException.class);
          } else if (!(to instanceof JobState.Waiting)) {
            journal.change(id, job.sequence(), Step.to(to));
            become(id, to.label());
          }
        });
  }

  private void compare(Journal journal) {
    List<JobRecord> jobs = journal.list(Asked.ALL).jobs();
    assertThat(jobs.stream().map(JobRecord::id))
        .containsExactlyElementsOf(known.descendingKeySet());
    for (JobRecord job : jobs) {
      Known wanted = known.get(job.id());
      assertThat(job.state().label()).isEqualTo(wanted.state());
      assertThat(job.sequence()).isEqualTo(wanted.sequence());
      assertThat(journal.attempts(job.id())).hasSize(job.attempts());
    }
    assertThat(journal.events(0, Optional.empty(), 10_000).stream().map(JobEvent::kind))
        .containsExactlyElementsOf(kinds);
    Map<String, Long> counts =
        known.values().stream().collect(Collectors.groupingBy(Known::state, Collectors.counting()));
    assertThat(journal.counts()).isEqualTo(counts);
  }
}
