package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Ffmpeg;
import dev.penstock.node.worker.FrameReader;
import dev.penstock.node.worker.FrameWriter;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.GarbledException;
import dev.penstock.node.worker.Protocol;
import dev.penstock.node.worker.ToWorker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A worker's side of the protocol. One thread reads, each task has one, one says that the worker is
 * there; what they come to is decided on the thread that called {@link #run}.
 */
final class WorkerLoop {
  /** How soon it is seen that the process was told to end. */
  private static final long LOOK_MILLIS = 100;

  /** What does not stop by then hangs, and ends with the process. */
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final InputStream in;
  private final FrameWriter<FromWorker> out;
  private final Cancellation signalled;
  private final LinkedBlockingQueue<Said> mail = new LinkedBlockingQueue<>();
  private final Map<Long, WorkerTask> tasks = new HashMap<>();
  private volatile int running;
  private boolean draining;
  private boolean givesWay;

  /** What the loop hears. */
  private sealed interface Said {
    record Order(ToWorker order) implements Said {}

    /** Nobody is there any more. */
    record Gone() implements Said {}

    record Garbled(String why) implements Said {}

    record Ended(long task) implements Said {}

    /** It is time to look whether all is done. */
    record Nothing() implements Said {}
  }

  /**
   * @param signalled when the process is told to end
   */
  WorkerLoop(InputStream in, OutputStream out, Cancellation signalled) {
    this.in = in;
    this.out = new FrameWriter<>(out, FromWorker.class);
    this.signalled = signalled;
  }

  /** Serves until the daemon is gone, or has drained it. */
  ExitCode run() {
    thread("orders", this::read);
    try {
      return greeted().orElseGet(this::serve);
    } finally {
      stop();
    }
  }

  private static void thread(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  private void read() {
    FrameReader<ToWorker> orders = new FrameReader<>(in, ToWorker.class);
    try {
      for (Optional<ToWorker> next = orders.next(); next.isPresent(); next = orders.next()) {
        mail.add(new Said.Order(next.get()));
      }
      mail.add(new Said.Gone());
    } catch (GarbledException e) {
      mail.add(new Said.Garbled(String.valueOf(e.getMessage())));
    } catch (IOException _) {
      mail.add(new Said.Gone());
    }
  }

  /** How it ends when the daemon is not one to work for. */
  private Optional<ExitCode> greeted() {
    return switch (next()) {
      case Said.Order(ToWorker.Hello hello) when hello.version() == Protocol.VERSION -> {
        greet(hello);
        yield Optional.empty();
      }
      case Said.Order(ToWorker.Hello hello) ->
          Optional.of(unfit("the daemon " + Protocol.mismatch(hello.version()), ExitCode.HOST));
      case Said.Order(ToWorker other) ->
          Optional.of(
              unfit(
                  "the first message is no greeting: " + other.getClass().getSimpleName(),
                  ExitCode.BUG));
      case Said.Garbled(String why) -> Optional.of(unfit(why, ExitCode.BUG));
      case Said.Gone _, Said.Ended _, Said.Nothing _ -> Optional.of(ExitCode.DONE);
    };
  }

  private void greet(ToWorker.Hello hello) {
    if (hello.diesWithParent()) {
      Posix.dieWithParent();
    }
    String build = Version.current() + ", " + Ffmpeg.build();
    send(new FromWorker.Ready(Protocol.VERSION, ProcessHandle.current().pid(), build));
    thread("heartbeat", () -> beat(hello.heartbeat()));
  }

  private ExitCode unfit(String why, ExitCode exit) {
    System.err.println("penstock worker: " + Terminal.oneLine(why));
    send(new FromWorker.Unfit(why));
    return exit;
  }

  private ExitCode serve() {
    while (!draining || !tasks.isEmpty()) {
      switch (next()) {
        case Said.Nothing _ -> {}
        case Said.Order(ToWorker order) -> obey(order);
        case Said.Ended(long task) -> {
          tasks.remove(task);
          running = tasks.size();
        }
        case Said.Garbled(String why) -> {
          return unfit(why, ExitCode.BUG);
        }
        case Said.Gone _ -> {
          return ExitCode.DONE;
        }
      }
    }
    return ExitCode.DONE;
  }

  /**
   * What was said next. A terminal, and some supervisors, tell this process to end together with
   * the daemon, which then wants to know what became of the jobs: they give way before it ends.
   */
  private Said next() {
    try {
      while (true) {
        if (signalled.isCancelled() && !givesWay) {
          givesWay = true;
          draining = true;
          tasks.values().forEach(WorkerTask::giveWay);
          return new Said.Nothing();
        }
        Said said = mail.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (said != null) {
          return said;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Said.Gone();
  }

  private void obey(ToWorker order) {
    switch (order) {
      case ToWorker.Hello _ -> {}
      case ToWorker.Plan(long task, var job, String spec, var setting) ->
          begin(new WorkerTask(task, job, spec, setting, this::send), WorkerTask::plan);
      case ToWorker.Execute(long task, var job, String spec, var setting) ->
          begin(new WorkerTask(task, job, spec, setting, this::send), WorkerTask::execute);
      case ToWorker.Cancel(long task) -> with(task, WorkerTask::cancel);
      case ToWorker.Yield(long task) -> with(task, WorkerTask::giveWay);
      case ToWorker.Drain _ -> draining = true;
      case ToWorker.Ping(long number) -> send(new FromWorker.Pong(number));
      case ToWorker.Crash _ -> crash();
    }
  }

  private interface Way {
    void go(WorkerTask task);
  }

  private void begin(WorkerTask task, Way way) {
    tasks.put(task.number(), task);
    running = tasks.size();
    if (givesWay) {
      task.giveWay();
    }
    thread(
        "job " + task.job(),
        () -> {
          way.go(task);
          mail.add(new Said.Ended(task.number()));
        });
  }

  private void with(long number, Way way) {
    WorkerTask task = tasks.get(number);
    if (task != null) {
      way.go(task);
    }
  }

  private static void crash() {
    if (System.getenv(Protocol.LAB) == null) {
      System.err.println(
          "penstock worker: is not crashed: "
              + Protocol.LAB
              + " is not set, so this is no rehearsal");
      return;
    }
    Posix.crash();
  }

  private void beat(Duration every) {
    try {
      while (true) {
        send(new FromWorker.Heartbeat(running, cpu()));
        Thread.sleep(every);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration cpu() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Duration.ofNanos(system.getProcessCpuTime())
        : Duration.ZERO;
  }

  private void send(FromWorker message) {
    try {
      out.write(message);
    } catch (IOException _) {
      // The daemon is gone, which is about to be read.
    }
  }

  /** What still runs is stopped, and kept for a run that goes on. */
  private void stop() {
    tasks.values().forEach(WorkerTask::abandon);
    long end = System.nanoTime() + STOPPING.toNanos();
    try {
      while (!tasks.isEmpty() && System.nanoTime() < end) {
        if (mail.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS) instanceof Said.Ended(long task)) {
          tasks.remove(task);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!tasks.isEmpty()) {
      System.err.println("penstock worker: ends although a job does not stop");
      Runtime.getRuntime().halt(ExitCode.HOST.value());
    }
  }
}
