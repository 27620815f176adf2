package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code penstock worker}: does what a daemon says over standard input and output; see {@link
 * dev.penstock.node.worker}.
 */
@Command(
    name = "worker",
    hidden = true,
    description = "Plans and does jobs for the daemon, which starts it.")
final class WorkerCommand implements Callable<Integer> {
  private final Cancellation cancellation;

  @Mixin HelpOption help = new HelpOption();

  WorkerCommand(Cancellation cancellation) {
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    try (InputStream in = new FileInputStream("/proc/self/fd/0");
        OutputStream out = new FileOutputStream("/proc/self/fd/1")) {
      // From here on what libraries print goes to the log.
      Posix.redirect(1, 2);
      return new WorkerLoop(in, out, cancellation).run().value();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
