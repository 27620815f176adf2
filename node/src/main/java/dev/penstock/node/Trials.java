package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Attempt;
import dev.penstock.node.journal.Fault;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Result.Blame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known against a job and its input.
 *
 * @param input what names its content
 * @param known faults of devices on the same input
 * @param attempts of the job that were held against it since it was last asked for
 * @param lost keys of GPUs that are lost now: that a job failed there says nothing of it
 * @param gpus keys of all
 * @param doubtful keys of GPUs that fail on other inputs too
 */
record Trials(
    JobRecord job,
    String input,
    List<Fault> known,
    List<Attempt> attempts,
    Set<String> lost,
    List<String> gpus,
    Set<String> doubtful) {
  /** How the evidence begins of an attempt whose worker died and had other jobs as well. */
  static final String WITH_OTHERS = "with others: ";

  /** How it begins where the GPUs work, and cannot do this. */
  static final String UNABLE = "not for these GPUs: ";

  /** How it begins where a GPU failed to decode, and may still encode. */
  static final String DECODER = "its decoder failed: ";

  /** How it begins where somebody killed the worker from outside. */
  static final String KILLED = "killed from outside: ";

  private static final String SOFTWARE = "software";

  static Trials of(
      Journal journal, SpecCheck specs, Machine machine, Soundness soundness, JobRecord job) {
    String input = input(specs, job);
    List<Attempt> tried =
        journal.attempts(job.id()).stream()
            .filter(each -> each.outcome().equals(Optional.of("backoff")))
            .toList();
    int counted = Math.min(tried.size(), journal.tries(job.id()));
    return new Trials(
        job,
        input,
        journal.faults(input),
        tried.subList(tried.size() - counted, tried.size()),
        machine.lost(),
        machine.gpus(),
        machine.gpus().stream()
            .filter(gpu -> soundness.isDoubtful(gpu, input))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Its path with size and time, where it is a file, and the tenant: what one of them says of a
   * file is nobody else's evidence. Of all else nobody knows whether it is the same the next time.
   */
  static String input(SpecCheck specs, JobRecord job) {
    if (specs.check(job.submission().spec()) instanceof SpecCheck.Checked checked
        && !checked.reads().isEmpty()) {
      String path = checked.reads().getFirst();
      try {
        Path file = Path.of(path);
        return job.submission().tenant()
            + ": "
            + path
            + " "
            + Files.size(file)
            + " "
            + Files.getLastModifiedTime(file);
      } catch (IOException | InvalidPathException _) {
        // It is gone, or was never here.
      }
    }
    return "job " + job.id();
  }

  /** Keys of devices that failed on this job. */
  Set<String> devices() {
    return known.stream()
        .filter(fault -> fault.job().equals(job.id()))
        .map(Fault::device)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What a verdict is made of.
   *
   * @param devices that the attempt was on; none for software
   * @param decodes whether they were to decode
   */
  Verdict.Facts facts(
      Failure failure, Optional<Blame> death, List<String> devices, boolean decodes) {
    Set<String> failed = new HashSet<>(devices());
    failed.addAll(devices);
    failed.addAll(lost);
    Verdict.Facts facts =
        new Verdict.Facts(
            failure,
            death,
            List.of(),
            tries(death),
            !devices.isEmpty() && !failed.containsAll(gpus),
            decodes && death.isEmpty() && !devices.isEmpty() && isOfDecoder(failure));
    if (!facts.isOfDevice()) {
      return facts;
    }
    Map<String, String> faulted = new LinkedHashMap<>();
    for (Fault fault : known) {
      faulted.putIfAbsent(fault.device(), fault.evidence());
    }
    for (String device : named(devices)) {
      faulted.putIfAbsent(device, failure.diagnosis().line());
    }
    faulted.keySet().removeAll(lost);
    faulted.keySet().removeAll(doubtful);
    List<String> evidence = new ArrayList<>();
    faulted.forEach((device, line) -> evidence.add(device + ": " + line));
    return new Verdict.Facts(
        failure, death, evidence, facts.tries(), facts.elsewhere(), facts.decoder());
  }

  /** Not what is said of the input: that is no better elsewhere. */
  private static boolean isOfDecoder(Failure failure) {
    return failure.diagnosis().stage() == Stage.DECODE
        && (failure instanceof Failure.DeviceLost || failure instanceof Failure.Unsupported);
  }

  /** Those that were killed from outside count by themselves: they may be nobody's fault. */
  private int tries(Optional<Blame> death) {
    boolean isKilled = death.filter(blame -> blame == Blame.KILLED).isPresent();
    return (int)
        attempts.stream()
            .filter(each -> each.evidence().orElse("").startsWith(KILLED) == isKilled)
            .filter(each -> each.gpus().isEmpty() || !isOut(each.gpus()))
            .count();
  }

  private boolean isOut(List<String> devices) {
    return devices.stream().allMatch(each -> lost.contains(each) || doubtful.contains(each));
  }

  private static List<String> named(List<String> devices) {
    return devices.isEmpty() ? List.of(SOFTWARE) : devices;
  }

  /** What is now known against the input, to be kept. */
  List<Fault> faults(Verdict.Facts facts, List<String> devices, Instant now) {
    return facts.isOfDevice()
        ? named(devices).stream()
            .map(device ->
                new Fault(
                    input,
                    device,
                    job.id(),
                    job.attempts(),
                    now,
                    facts.failure().diagnosis().line()))
            .toList()
        : List.of();
  }
}
