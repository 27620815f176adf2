package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Interrupt;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Does what a plan says. */
public final class Engine {
  private static final long PROGRESS_MILLIS = 250;

  /** A stage that has not left by then hangs in a blocking call; its handles are abandoned. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(6);

  private Engine() {}

  /**
   * How to run, beside the plan.
   *
   * @param overwrite whether an existing output may be replaced
   * @param progress called about four times a second, on the thread that called {@link #execute}
   * @param log receives libav's log lines of level info and worse, from any thread
   */
  public record Options(boolean overwrite, Consumer<Progress> progress, Consumer<String> log) {}

  /**
   * Runs the plan and blocks until it is done, failed or cancelled. The output appears under its
   * final name only when it is complete; otherwise nothing is left behind. A fault of ours is
   * thrown as it is.
   *
   * @param input freshly opened and planned for; read to its end here, closed by the caller
   */
  public static Outcome execute(
      Planning.Planned planned, Input input, Options options, Cancellation cancellation) {
    Plan plan = planned.plan();
    Path target = Path.of(plan.output().path());
    long began = System.nanoTime();
    try (OutputFile file = OutputFile.beside(target, options.overwrite());
        Interrupt writing = Interrupt.of(cancellation::isCancelled)) {
      Muxer muxer = createMuxer(plan, file, writing, LogScope.to(options.log()));
      Pipeline pipeline = transcode(plan, muxer, input, options, cancellation);
      if (cancellation.isCancelled()) {
        return new Outcome.Cancelled();
      }
      rethrow(pipeline.run().failure(), plan.input().source());
      pipeline.checkAccounts();
      pipeline.checkEnd();
      MediaInfo written = facts(file, target, options, cancellation);
      if (cancellation.isCancelled()) {
        return new Outcome.Cancelled();
      }
      file.publish();
      Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
      return new Outcome.Done(report(planned, input, pipeline, written, elapsed));
    } catch (FailureException e) {
      return cancellation.isCancelled() ? new Outcome.Cancelled() : new Outcome.Failed(e.failure());
    }
  }

  private static void rethrow(Optional<Throwable> failure, String subject) {
    if (failure.isEmpty()) {
      return;
    }
    switch (failure.get()) {
      case FailureException known -> throw known;
      case OutOfMemoryError memory ->
          throw new FailureException(Failures.of(memory, subject, Stage.FINISH), memory);
      default -> throw new IllegalStateException("a stage failed", failure.get());
    }
  }

  private static Pipeline transcode(
      Plan plan, Muxer muxer, Input input, Options options, Cancellation cancellation) {
    Pipeline pipeline = new Pipeline(plan, input, muxer, cancellation, LogScope.to(options.log()));
    try {
      pipeline.build();
      pipeline.run().start();
      if (!watch(pipeline, options, cancellation)) {
        input.abandon();
        return pipeline;
      }
    } catch (RuntimeException | Error e) {
      pipeline.run().stop();
      if (pipeline.run().leftWithin(STOP_LIMIT)) {
        pipeline.closeUnstarted();
        muxer.close();
      }
      throw e;
    }
    muxer.close();
    return pipeline;
  }

  private static Muxer createMuxer(Plan plan, OutputFile file, Interrupt writing, LogScope log) {
    try {
      return Muxer.create(file.partial(), plan.output().format(), writing, log);
    } catch (AvException e) {
      throw new FailureException(Failures.ofWriting(Path.of(plan.output().path()), e), e);
    }
  }

  /**
   * Waits for the run's end.
   *
   * @return whether every stage left; if not, its handles are still in use
   */
  private static boolean watch(Pipeline pipeline, Options options, Cancellation cancellation) {
    Run run = pipeline.run();
    Meter meter = new Meter(pipeline);
    long stopLimit = Long.MAX_VALUE;
    while (run.isRunning()) {
      run.await(PROGRESS_MILLIS);
      if (cancellation.isCancelled()) {
        run.stop();
      }
      if (run.isStopped() && stopLimit == Long.MAX_VALUE) {
        stopLimit = System.nanoTime() + STOP_LIMIT.toNanos();
      }
      if (run.isStopped() && System.nanoTime() > stopLimit) {
        return false;
      }
      if (!run.isStopped()) {
        show(meter.read(), options, run);
      }
    }
    return true;
  }

  private static void show(Progress progress, Options options, Run run) {
    try {
      options.progress().accept(progress);
    } catch (RuntimeException e) {
      run.fail(e);
    }
  }

  private static MediaInfo facts(
      OutputFile file, Path target, Options options, Cancellation cancellation) {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), options.log());
    try (Input written = Input.open(file.partial().toString(), reading, cancellation)) {
      return written.info().withSource(target.toString());
    } catch (FailureException e) {
      throw new FailureException(
          new Failure.Bug(
              new Failure.Diagnosis(
                  target.toString(),
                  Stage.FINISH,
                  "the file just written cannot be read back",
                  e.failure().diagnosis().line(),
                  "please report it")),
          e);
    }
  }

  private static Report report(
      Planning.Planned planned,
      Input input,
      Pipeline pipeline,
      MediaInfo written,
      Duration elapsed) {
    return new Report(
        input.info(),
        planned.plan(),
        planned.receipt(),
        pipeline.results(),
        elapsed,
        pipeline.firstPacket(),
        pipeline.stageTimes(),
        written,
        pipeline.warnings());
  }
}
