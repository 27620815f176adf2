import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A client that counts: what bench/daemon.sh asks of a daemon.
 *
 * <pre>
 *   submit URL RATE SECONDS   jobs a second, at even times whatever the answers, after ten seconds of them that are not counted;
 *                             how long each waits for its durable answer
 *   fill URL JOBS CALLERS     as fast as they are taken
 *   list URL TIMES            the first page of a hundred, one after the other
 *   watch URL STREAMS         streams of events; how long an event takes to reach all of them
 *   first URL INPUT OUT       from the answer to a submission to the news of its first picture
 * </pre>
 */
public final class Load {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  public static void main(String[] words) throws Exception {
    String url = words[1];
    switch (words[0]) {
      case "submit" -> submit(url, Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      case "fill" -> fill(url, Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      case "list" -> list(url, Integer.parseInt(words[2]));
      case "watch" -> watch(url, Integer.parseInt(words[2]));
      case "first" -> first(url, words[3], words[2]);
      default -> throw new IllegalArgumentException(words[0]);
    }
    System.exit(0);
  }

  private static HttpRequest job(String url, String input, String output, String preset) {
    String body =
        "{\"spec\": {\"transcode\": {\"input\": \"%s\", \"output\": \"%s\", \"codec\": \"h264\", \"preset\": \"%s\"}}}"
            .formatted(input, output, preset);
    return HttpRequest.newBuilder(URI.create(url + "/v1/jobs"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static double submitted(String url, int number) throws Exception {
    long began = System.nanoTime();
    HttpResponse<String> answer =
        CLIENT.send(job(url, "/nowhere/in.mp4", "/nowhere/" + number + ".mp4", "p4"), BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return (System.nanoTime() - began) / 1e6;
  }

  private static void submit(String url, int rate, int seconds) throws Exception {
    sustain(url, rate, 10);
    System.out.println(sustain(url, rate, seconds));
  }

  private static String sustain(String url, int rate, int seconds) throws Exception {
    int all = rate * seconds;
    ConcurrentLinkedQueue<Double> times = new ConcurrentLinkedQueue<>();
    AtomicInteger failed = new AtomicInteger();
    long began = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < all; i++) {
        int number = i;
        long due = began + number * 1_000_000_000L / rate;
        while (System.nanoTime() < due) {
          TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        }
        threads.submit(() -> {
          try {
            submitted(url, number);
            // From when it was due: a client that waits for its turn waits as well.
            times.add((System.nanoTime() - due) / 1e6);
          } catch (Exception e) {
            failed.incrementAndGet();
          }
        });
      }
    }
    double took = (System.nanoTime() - began) / 1e9;
    return String.format(
        Locale.ROOT, "%.0f a second, %s, %d failed", times.size() / took, spread(times.stream()), failed.get());
  }

  private static String spread(Stream<Double> times) {
    double[] sorted = times.mapToDouble(Double::doubleValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "median %.1f ms, p99 %.1f ms, slowest %.1f ms",
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 0.99)],
        sorted[sorted.length - 1]);
  }

  private static void fill(String url, int jobs, int callers) throws Exception {
    AtomicInteger next = new AtomicInteger();
    long began = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        threads.submit(() -> {
          for (int number = next.getAndIncrement(); number < jobs; number = next.getAndIncrement()) {
            submitted(url, number);
          }
          return null;
        });
      }
    }
    System.out.printf(Locale.ROOT, "%.0f a second%n", jobs / ((System.nanoTime() - began) / 1e9));
  }

  private static void list(String url, int times) throws Exception {
    HttpRequest page = HttpRequest.newBuilder(URI.create(url + "/v1/jobs?limit=100")).build();
    double[] took = new double[times];
    for (int i = -20; i < times; i++) {
      long began = System.nanoTime();
      HttpResponse<String> answer = CLIENT.send(page, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.body());
      }
      if (i >= 0) {
        took[i] = (System.nanoTime() - began) / 1e6;
      }
    }
    System.out.println(spread(Arrays.stream(took).boxed()));
  }

  private static HttpRequest events(String url) {
    return HttpRequest.newBuilder(URI.create(url + "/v1/events"))
        .header("Accept", "text/event-stream")
        .build();
  }

  private static void watch(String url, int streams) throws Exception {
    int rounds = 10;
    Semaphore told = new Semaphore(0);
    CountDownLatch open = new CountDownLatch(streams);
    for (int i = 0; i < streams; i++) {
      CLIENT.sendAsync(events(url), BodyHandlers.ofLines())
          .thenAcceptAsync(
              answer -> {
                open.countDown();
                answer.body().filter(line -> line.startsWith("event: job.")).forEach(_ -> told.release());
              },
              Executors.newVirtualThreadPerTaskExecutor());
    }
    if (!open.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(open.getCount() + " streams do not open");
    }
    double[] took = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      told.drainPermits();
      long began = System.nanoTime();
      submitted(url, i);
      if (!told.tryAcquire(streams, 30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not all were told: " + told.availablePermits() + " of " + streams);
      }
      took[i] = (System.nanoTime() - began) / 1e6;
      Thread.sleep(200);
    }
    System.out.println(streams + " streams; from a submission until all are told: " + spread(Arrays.stream(took).boxed()));
  }

  private static void first(String url, String output, String input) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch encoding = new CountDownLatch(1);
    CLIENT.sendAsync(events(url), BodyHandlers.ofLines())
        .thenAcceptAsync(
            answer -> {
              open.countDown();
              answer.body()
                  .filter(line -> line.startsWith("data:") && line.contains("\"phase\":\"encoding\"") && !line.contains("\"fraction\":0.0,"))
                  .forEach(_ -> encoding.countDown());
            },
            Executors.newVirtualThreadPerTaskExecutor());
    open.await();
    HttpResponse<String> answer = CLIENT.send(job(url, input, output, "p1"), BodyHandlers.ofString());
    long began = System.nanoTime();
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(answer.body());
    }
    if (!encoding.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nothing is encoded");
    }
    System.out.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - began) / 1e9);
  }
}
