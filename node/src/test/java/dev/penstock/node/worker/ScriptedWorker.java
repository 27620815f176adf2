package dev.penstock.node.worker;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import dev.penstock.node.Works;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/** A process that misbehaves as it is told to. */
public final class ScriptedWorker {
  private final FrameWriter<FromWorker> out = new FrameWriter<>(System.out, FromWorker.class);
  private final FrameReader<ToWorker> in = new FrameReader<>(System.in, ToWorker.class);

  public static void main(String[] words) throws Exception {
    new ScriptedWorker().play(words[0]);
  }

  private void play(String part) throws Exception {
    switch (part) {
      case "dies" -> System.exit(3);
      case "garbled" -> {
        greet();
        System.out.println("libfoo: a line that does not belong here");
        System.out.flush();
        System.in.transferTo(System.err);
      }
      case "old" -> {
        out.write(new FromWorker.Ready(Protocol.VERSION - 1, 1, "old"));
        System.in.transferTo(System.err);
      }
      case "parent" -> parent();
      case "stuck" -> stuck();
      case "late" -> late();
      case "obeys" -> obeys();
      case "random" -> random(new Random(Long.parseLong("5")));
      default -> throw new IllegalArgumentException(part);
    }
  }

  private void greet() throws IOException {
    out.write(new FromWorker.Ready(Protocol.VERSION, ProcessHandle.current().pid(), "scripted"));
  }

  /** Tells the process that it started, and works on nothing. */
  private void parent() throws IOException {
    greet();
    Process child = new ProcessBuilder("sleep", "1000").start();
    for (ToWorker order = in.next().orElseThrow(); ; order = in.next().orElseThrow()) {
      if (order instanceof ToWorker.Execute execute) {
        out.write(new FromWorker.Event(execute.task(), Long.toString(child.pid())));
      }
    }
  }

  /** Talks without getting on, and lets go of nothing. */
  private void stuck() throws IOException, InterruptedException {
    greet();
    List<Long> tasks = new ArrayList<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            for (Optional<ToWorker> order = in.next(); order.isPresent(); order = in.next()) {
              if (order.get() instanceof ToWorker.Execute execute) {
                synchronized (tasks) {
                  tasks.add(execute.task());
                }
              }
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          System.exit(0);
        });
    for (int frames = 0; ; frames++) {
      synchronized (tasks) {
        for (int i = 0; i < tasks.size(); i++) {
          // The first is stuck, others get on.
          out.write(progress(tasks.get(i), i == 0 ? 7 : frames));
        }
      }
      Thread.sleep(50);
    }
  }

  private static FromWorker progress(long task, long frames) {
    return new FromWorker.Progress(
        task,
        FromWorker.Phase.ENCODING,
        Optional.of(
            new dev.penstock.model.Progress(
                OptionalDouble.empty(),
                frames,
                0,
                0,
                java.time.Duration.ZERO,
                java.time.Duration.ZERO,
                0,
                0,
                Optional.empty())));
  }

  /** Does what the spec says. */
  private void obeys() throws IOException {
    greet();
    for (Optional<ToWorker> order = in.next(); order.isPresent(); order = in.next()) {
      switch (order.get()) {
        case ToWorker.Plan plan -> {
          Files.createDirectories(plan.setting().work().orElseThrow());
          out.write(
              plan.spec().equals("no plan") ? refusal(plan.task()) : Works.planned(plan.task()));
        }
        case ToWorker.Execute execute ->
            out.write(new FromWorker.Done(execute.task(), execute.spec(), List.of()));
        default -> {}
      }
    }
  }

  private static FromWorker refusal(long task) {
    return new FromWorker.Failed(
        task,
        new Failure.BadInput(
            new Failure.Diagnosis("in.mp4", Stage.OPEN, "is no film", "it is text", "send one")));
  }

  /** Is done, and dies with its last word. */
  private void late() throws IOException {
    greet();
    while (true) {
      if (in.next().orElseThrow() instanceof ToWorker.Execute execute) {
        out.write(new FromWorker.Done(execute.task(), "{}", List.of()));
        Runtime.getRuntime().halt(134);
      }
    }
  }

  /** Ends some, some twice, some never, and dies. */
  private void random(Random random) throws IOException {
    greet();
    for (int i = 0; ; i++) {
      if (in.next().orElseThrow() instanceof ToWorker.Execute execute && random.nextInt(4) > 0) {
        out.write(new FromWorker.Done(execute.task(), "{}", List.of()));
        out.write(new FromWorker.Cancelled(execute.task(), Optional.empty()));
      }
      if (i > 20) {
        Runtime.getRuntime().halt(1);
      }
    }
  }
}
