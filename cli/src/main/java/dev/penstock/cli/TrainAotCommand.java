package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.DemoClip;
import dev.penstock.node.JobId;
import dev.penstock.node.worker.FrameReader;
import dev.penstock.node.worker.FrameWriter;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Protocol;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.ToWorker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code penstock train-aot}: goes the ways that matter for start-up, so that the JVM can record
 * them in its cache. A build step: it always succeeds and leaves nothing behind.
 */
@Command(
    name = "train-aot",
    hidden = true,
    description = "Exercises start-up for the JVM's ahead-of-time cache.")
final class TrainAotCommand implements Runnable {
  private static final Duration LENGTH = Duration.ofSeconds(1);

  /** Tries to reach a node that is being started. */
  private static final int PATIENCE = 100;

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin HelpOption help = new HelpOption();

  TrainAotCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public void run() {
    try {
      train(Files.createTempDirectory("penstock-train-"));
    } catch (IOException e) {
      terminal.err().println("train-aot: " + e);
    }
  }

  private void train(Path folder) throws IOException {
    try {
      words(folder.resolve("clip.mkv").toString(), folder.resolve("clip.mp4").toString());
    } finally {
      delete(folder);
    }
  }

  private void words(String clip, String output) throws IOException {
    step("--version");
    step("--help");
    step("transcode", "--help");
    step("completion");
    clip(Path.of(clip));
    step("probe", clip);
    step("probe", clip, "--json");
    step("plan", clip, output, "--size", "50%", "--gop", "2s", "--audio", "aac:96k");
    step("plan", clip, output, "--json");
    step("plan", clip, output, "--ffmpeg");
    step("transcode", clip, output, "--preset", "p1", "--report", output + ".json");
    step("transcode", clip, output, "--overwrite", "--progress", "json", "--preset", "p1");
    step("probe", clip + ".missing");
    worker(clip, output + ".mkv");
    daemon(Path.of(clip).resolveSibling("node"), clip, output + ".mp4");
    // Only a live progress line asks for it, and here there is no terminal.
    var _ = Posix.columns(2);
  }

  private void clip(Path file) {
    try {
      DemoClip.write(file, LENGTH, cancellation);
    } catch (RuntimeException | LinkageError e) {
      terminal.err().println("train-aot: no clip: " + e);
    }
  }

  /** What the daemon's workers do, here without a process of their own. */
  private void worker(String clip, String output) {
    JobId job = new JobId("00000000000000000000000000");
    String spec =
        "{\"input\": \"%s\", \"output\": \"%s\", \"video\": {\"preset\": \"p1\"}}"
            .formatted(clip, output);
    try (ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream orders = new ByteArrayOutputStream()) {
      FrameWriter<ToWorker> daemon = new FrameWriter<>(orders, ToWorker.class);
      daemon.write(new ToWorker.Hello(Protocol.VERSION, LENGTH, /* diesWithParent= */ false));
      daemon.write(new ToWorker.Plan(1, job, spec, Setting.standard()));
      daemon.write(new ToWorker.Execute(2, job, spec, Setting.standard()));
      daemon.write(new ToWorker.Drain());
      new WorkerLoop(new ByteArrayInputStream(orders.toByteArray()), said, cancellation).run();
      FrameWriter<FromWorker> frames =
          new FrameWriter<>(OutputStream.nullOutputStream(), FromWorker.class);
      WorkerTask task =
          new WorkerTask(3, job, spec, Setting.standard(), each -> tell(frames, each));
      task.plan();
      task.execute();
      FrameReader<FromWorker> heard =
          new FrameReader<>(new ByteArrayInputStream(said.toByteArray()), FromWorker.class);
      while (heard.next().isPresent()) {}
    } catch (IOException | RuntimeException | LinkageError e) {
      terminal.err().println("train-aot: worker: " + e);
    }
  }

  private static void tell(FrameWriter<FromWorker> frames, FromWorker each) {
    try {
      frames.write(each);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Drained, as workers of its own would be recorded over this process. */
  private void daemon(Path folder, String clip, String output) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String server = "http://127.0.0.1:" + port;
    Cancellation ending = new Cancellation();
    Thread node =
        Thread.ofPlatform()
            .name("node")
            .start(() ->
                step(
                    ending,
                    List.of(
                        "serve", "--data", folder.toString(), "--port", Integer.toString(port))));
    try {
      for (int i = 0; i < PATIENCE && step("jobs", "--server", server) != 0; i++) {
        boolean _ = node.join(Duration.ofMillis(100));
      }
      step("drain", "--server", server);
      step("submit", clip, output, "--server", server, "--json");
      step("jobs", "--server", server, "--json");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      ending.cancel();
      join(node);
    }
  }

  private static void join(Thread node) {
    try {
      node.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private int step(String... words) {
    return step(cancellation, List.of(words));
  }

  private int step(Cancellation until, List<String> words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    try {
      return Penstock.run(Terminal.plain(nowhere, nowhere), until, words.toArray(String[]::new));
    } catch (RuntimeException | LinkageError e) {
      terminal.err().println("train-aot: " + words + ": " + e);
      return ExitCode.BUG.value();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
