package dev.penstock.node.journal;

import dev.penstock.node.JobRecord;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Prints what a journal takes: {@code FOLDER JOBS CALLERS}. */
final class JournalBench {
  private JournalBench() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    int jobs = Integer.parseInt(arguments[1]);
    int callers = Integer.parseInt(arguments[2]);
    try (Journal journal = opened(folder)) {
      submit(journal, jobs, callers);
    }
    try (Journal journal = opened(folder)) {
      var page =
          Asked.query(Optional.empty(), Set.of("queued"), Optional.empty(), 100, Optional.empty());
      repeated("list 100", () -> journal.list(page));
      repeated("claim", () -> claim(journal));
    }
    Runtime.getRuntime().gc();
    System.out.printf(
        "heap used after: %d MB%n",
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }

  private static Journal opened(Path folder) {
    long began = System.nanoTime();
    Journal journal = Journal.open(folder, InstantSource.system(), new Random());
    System.out.printf("open: %d ms%n", (System.nanoTime() - began) / 1_000_000);
    return journal;
  }

  private static void claim(Journal journal) {
    JobRecord job = journal.queued(Optional.empty(), Optional.empty(), 1).getFirst();
    journal.change(job.id(), job.sequence(), Step.to(Asked.running(job))).orElseThrow();
  }

  private static void submit(Journal journal, int jobs, int callers) throws InterruptedException {
    var took = new long[jobs];
    String spec = "{\"input\": \"" + "x".repeat(1000) + "\"}";
    long began = System.nanoTime();
    var threads =
        IntStream.range(0, callers)
            .mapToObj(caller ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = caller; i < jobs; i += callers) {
                        long asked = System.nanoTime();
                        journal.submit(Asked.job(spec));
                        took[i] = System.nanoTime() - asked;
                      }
                    }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("submissions: %d by %d callers, %.0f/s, ", jobs, callers, jobs / seconds);
    percentiles(took);
  }

  private static void repeated(String name, Runnable does) {
    long[] took =
        IntStream.range(0, 300)
            .mapToLong(_ -> {
              long began = System.nanoTime();
              does.run();
              return System.nanoTime() - began;
            })
            .toArray();
    System.out.print(name + ": ");
    percentiles(took);
  }

  private static void percentiles(long[] took) {
    Arrays.sort(took);
    System.out.printf(
        "p50 %.2f ms, p99 %.2f ms, most %.2f ms%n",
        took[took.length / 2] / 1e6,
        took[took.length * 99 / 100] / 1e6,
        took[took.length - 1] / 1e6);
  }
}
