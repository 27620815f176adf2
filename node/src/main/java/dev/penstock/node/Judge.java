package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Fault;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * What becomes of a job after an attempt, and what the attempt says of the GPUs that it was on.
 * Belongs to the thread of {@link Transcode}.
 */
final class Judge {
  private static final JsonMapper JSON = new JsonMapper();

  private final Journal journal;
  private final SpecCheck specs;
  private final Machine machine;
  private final Plans plans;
  private final InstantSource clock;
  private final Soundness soundness = new Soundness();
  private final Set<String> toldLost = new HashSet<>();
  private volatile Retries retries = Retries.STANDARD;

  /**
   * @param plans is told of what an attempt says of the next ones
   */
  Judge(Journal journal, SpecCheck specs, Machine machine, Plans plans, InstantSource clock) {
    this.journal = journal;
    this.specs = specs;
    this.machine = machine;
    this.plans = plans;
    this.clock = clock;
    Instant now = clock.instant();
    soundness.failed(
        journal.faultsSince(now.minus(Soundness.WINDOW)).stream()
            .filter(fault -> machine.gpus().contains(fault.device()))
            .toList(),
        now);
  }

  /** Holds for failures from now on; any thread. */
  void follow(Retries other) {
    retries = other;
  }

  /** What came of it also tells of the GPUs that it was on. */
  void learn(JobRecord job, List<String> gpus, Optional<JobRecord> settled, Result result) {
    if (gpus.isEmpty() && settled.filter(each -> each.state().isEnded()).isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    String input = Trials.input(specs, job);
    if (result instanceof Result.Done) {
      soundness.done(input, gpus, now);
    } else {
      Set<String> lost = machine.lost();
      soundness.failed(
          journal.faults(input).stream()
              .filter(fault -> fault.job().equals(job.id()) && fault.attempt() == job.attempts())
              .filter(fault -> gpus.contains(fault.device()) && !lost.contains(fault.device()))
              .toList(),
          now);
    }
    lookAtGpus(now);
  }

  /** Takes out those that have too much against them, and lets back those whose time is over. */
  void lookAtGpus(Instant now) {
    Set<String> cleared = machine.cleared();
    cleared.forEach(soundness::clear);
    Set<String> lost = machine.lost();
    Set<String> left = new HashSet<>(machine.gpus());
    left.removeAll(lost);
    List<String> back = soundness.back(now);
    left.addAll(back);
    List<String> condemned = soundness.condemned(left, now);
    if (!back.isEmpty() || !condemned.isEmpty() || !cleared.isEmpty()) {
      machine.setOut(soundness.out());
    }
    back.forEach(gpu -> tell("device.back", gpu, "is tried again"));
    condemned.forEach(gpu -> tell("device.degraded", gpu, soundness.out().getOrDefault(gpu, "")));
    tellOfLost(lost);
  }

  /** Those that are out for what happened to jobs there are told of as degraded. */
  private void tellOfLost(Set<String> lost) {
    Set<String> out = soundness.out().keySet();
    lost.stream()
        .filter(gpu -> !out.contains(gpu) && !toldLost.contains(gpu))
        .forEach(gpu -> {
          tell("device.lost", gpu, "it answers no more; its jobs go on elsewhere");
          toldLost.add(gpu);
        });
    List.copyOf(toldLost).stream()
        .filter(gpu -> !lost.contains(gpu))
        .forEach(gpu -> {
          tell("device.back", gpu, "it answers again");
          toldLost.remove(gpu);
        });
  }

  private void tell(String kind, String gpu, String why) {
    var _ =
        journal.tell(
            kind,
            Optional.empty(),
            Optional.empty(),
            JSON.writeValueAsString(Map.of("device", gpu, "reason", why)));
  }

  /**
   * What becomes of a job.
   *
   * @param gpus that the attempt was on; none for software
   * @param closing whether workers end because the node does
   */
  Step step(JobRecord job, List<String> gpus, Result result, boolean closing) {
    if (result instanceof Result.Done(String report, List<String> _)) {
      return Step.to(new JobState.Done()).withReport(report);
    }
    if (job.state() instanceof JobState.Cancelling cancelling) {
      return Step.to(new JobState.Cancelled(cancelling.by()));
    }
    return switch (result) {
      case Result.Failed(Failure failure) -> step(job, gpus, failure, Optional.empty());
      case Result.Refused(List<Failure> failures) ->
          Step.to(new JobState.Failed(failures.getFirst()));
      case Result.Lost _ when closing -> Step.to(new JobState.Queued());
      case Result.Lost lost -> step(job, gpus, lost.failure(), Optional.of(lost.blame()));
      case Result.Cancelled _, Result.Yielded _, Result.Planned _, Result.Done _ ->
          Step.to(new JobState.Queued());
    };
  }

  private Step step(
      JobRecord job, List<String> devices, Failure failure, Optional<Result.Blame> death) {
    Trials trials = Trials.of(journal, specs, machine, soundness, job);
    Verdict.Facts facts = trials.facts(failure, death, devices, plans.decodes(job.id()));
    if (facts.decoder()) {
      plans.decodeInSoftware(job.id(), devices);
    } else if (failure instanceof Failure.Unsupported) {
      plans.unable(job.id(), devices);
    } else if (facts.isOfDevice()) {
      plans.failedWithoutDecoder(job.id(), devices);
    }
    List<Fault> faults = trials.faults(facts, devices, clock.instant());
    return switch (Verdict.of(facts, retries)) {
      case Verdict.Again(boolean alone) -> {
        String line = failure.diagnosis().line();
        if (alone) {
          plans.isolate(job.id());
        }
        yield Step.to(new JobState.Queued()).withEvidence(alone ? Trials.WITH_OTHERS + line : line);
      }
      case Verdict.Later(Duration delay) -> {
        boolean isKilled = death.filter(blame -> blame == Result.Blame.KILLED).isPresent();
        if (isKilled && facts.tries() > 0) {
          // Whoever does it may be after this one: others are not to suffer for it.
          plans.isolate(job.id());
        }
        yield Step.to(new JobState.Backoff(facts.tries() + 1, clock.instant().plus(delay), failure))
            .withFaults(faults)
            .withEvidence(evidence(facts, isKilled));
      }
      case Verdict.Fail() -> Step.to(new JobState.Failed(failure)).withFaults(faults);
      case Verdict.SetAside(List<String> evidence) ->
          Step.to(new JobState.Quarantined(failure, evidence)).withFaults(faults);
    };
  }

  private static String evidence(Verdict.Facts facts, boolean isKilled) {
    String line = facts.failure().diagnosis().line();
    if (isKilled) {
      return Trials.KILLED + line;
    }
    if (facts.decoder()) {
      return Trials.DECODER + line;
    }
    return facts.failure() instanceof Failure.Unsupported ? Trials.UNABLE + line : line;
  }

  /** Keys of devices that failed on a job. */
  Set<String> faulted(JobRecord job) {
    return Trials.of(journal, specs, machine, soundness, job).devices();
  }
}
