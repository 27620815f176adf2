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
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(AHEAD);
  private final Thread reader;

  private JournalLines(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().name("journal").unstarted(this::read);
  }

  static JournalLines open(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    JournalLines lines = new JournalLines(process);
    lines.reader.start();
    return lines;
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.put(line);
      }
    } catch (IOException _) {
      // It was closed; there is nothing more.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<String> next(Duration wait) throws IOException {
    try {
      String line = lines.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (line == null && !reader.isAlive() && lines.isEmpty()) {
        throw new IOException("journalctl has ended");
      }
      return Optional.ofNullable(line);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    process.destroy();
    reader.interrupt();
  }
}
