package dev.penstock.hardware.health;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What journalctl prints. A thread reads it, because its pipe cannot be waited for with a limit.
 */
final class JournalLines implements LogLines {
  private static final int AHEAD = 1024;

  private final Process process;
  private final boolean follows;
  // An empty one is the end.
  private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(AHEAD);
  private final Thread reader;

  private volatile boolean ended;

  private JournalLines(Process process, boolean follows) {
    this.process = process;
    this.follows = follows;
    this.reader = Thread.ofVirtual().name("journal").unstarted(this::read);
  }

  /** A command that goes on until it is closed: it is an error when it ends. */
  static JournalLines follow(List<String> command) throws IOException {
    return open(command, true);
  }

  /** A command that ends after the last line. */
  static JournalLines whole(List<String> command) throws IOException {
    return open(command, false);
  }

  private static JournalLines open(List<String> command, boolean follows) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    JournalLines lines = new JournalLines(process, follows);
    lines.reader.start();
    return lines;
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.put(Optional.of(line));
      }
      lines.put(Optional.empty());
    } catch (IOException _) {
      // It was closed; nobody waits for more.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<String> next(Duration wait) throws IOException {
    try {
      Optional<String> line =
          ended ? Optional.empty() : lines.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (line == null) {
        return Optional.empty();
      }
      ended = line.isEmpty();
      if (ended && follows) {
        throw new IOException("journalctl has ended");
      }
      return line;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public void close() {
    process.destroy();
    reader.interrupt();
  }
}
