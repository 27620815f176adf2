package dev.penstock.node.journal;

import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** A process that is killed: works on a journal and says a line for what was acknowledged. */
final class Victim {
  private Victim() {}

  public static void main(String[] arguments) {
    Journal journal = Journal.open(Path.of(arguments[0]), InstantSource.system(), new Random(1));
    journal.recover();
    for (int i = 0; i < 3; i++) {
      var chance = new Random(Long.parseLong(arguments[1]) * 10 + i);
      Thread.ofPlatform().start(() -> work(journal, chance));
    }
  }

  private static void work(Journal journal, Random chance) {
    while (true) {
      JobRecord job = acknowledged(journal.submit(Asked.job("{}")).job());
      while (!job.state().isEnded()) {
        List<JobState> ways = Asked.states(job).stream().filter(mayFollow(job.state())).toList();
        JobState next = ways.get(chance.nextInt(ways.size()));
        job = acknowledged(journal.change(job.id(), job.sequence(), Step.to(next)).orElseThrow());
      }
    }
  }

  private static JobRecord acknowledged(JobRecord job) {
    synchronized (System.out) {
      System.out.println(job.id() + " " + job.sequence() + " " + job.state().label());
      System.out.flush();
    }
    return job;
  }

  private static Predicate<JobState> mayFollow(JobState state) {
    return to -> JobState.mayFollow(state, to);
  }
}
