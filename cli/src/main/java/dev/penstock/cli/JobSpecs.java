package dev.penstock.cli;

import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.node.http.Problem.Mistake;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.text.MistakenException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the specs of jobs that are submitted, as {@code penstock run} reads job files. */
final class JobSpecs implements SpecCheck {
  private static final String NAME = "spec";
  private static final int MOST = 1 << 16;

  @Override
  public Verdict check(String spec) {
    if (spec.length() > MOST) {
      return new Mistaken(
          List.of(new Mistake("", "has more than " + MOST + " characters", "make it shorter")));
    }
    try {
      JobFile.Wanted wanted = JobFile.ofStranger(NAME, spec.getBytes(StandardCharsets.UTF_8));
      return checked(spec, wanted);
    } catch (MistakenException | UsageException e) {
      return new Mistaken(Complaint.of(e, List.of()).stream().map(JobSpecs::mistake).toList());
    }
  }

  private static Mistake mistake(Complaint complaint) {
    return new Mistake(
        complaint.subject(), complaint.problem(), complaint.next().orElse("see docs/jobs.md"));
  }

  private static Verdict checked(String spec, JobFile.Wanted wanted) {
    Job job = wanted.job();
    String target = target(job);
    List<Mistake> mistakes = new ArrayList<>();
    if (!isWhole(job.input()) || job.input().equals("-")) {
      mistakes.add(new Mistake("input", "is no full path and no URL", "name it from the root"));
    }
    if (!Path.of(target).isAbsolute()) {
      mistakes.add(new Mistake("output", "is no full path", "name it from the root"));
    }
    List<String> reads = new ArrayList<>(List.of(job.input()));
    wanted
        .keySource()
        .filter(source -> !DeliveryOptions.isOfEnvironment(source))
        .ifPresent(source -> {
          if (!source.startsWith("/")) {
            mistakes.add(
                new Mistake(
                    "key", "is no full path on the node", "name it from the root, or a variable"));
          }
          reads.add(source);
        });
    return mistakes.isEmpty()
        ? new Checked(asJson(spec), reads, List.of(target), measuring(job))
        : new Mistaken(mistakes);
  }

  /** As others read it, who show what it is about and look for that. */
  private static String asJson(String spec) {
    return JobFile.isJson(NAME, spec) ? spec : JobFile.forDaemon(NAME, spec);
  }

  private static Measuring measuring(Job job) {
    if (!(job instanceof LadderSpec ladder)
        || !(ladder.rungs() instanceof LadderSpec.Rungs.PerTitle)) {
      return Measuring.NONE;
    }
    return ladder.hardware().use() == JobSpec.Hardware.Use.OFF
        ? Measuring.PROCESSOR
        : Measuring.GPU;
  }

  private static boolean isWhole(String input) {
    return input.contains("://") || input.startsWith("/");
  }

  static String target(Job job) {
    return switch (job) {
      case JobSpec spec -> spec.output();
      case LadderSpec spec -> spec.folder();
    };
  }
}
