package dev.penstock.node.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The streams of a worker's process, each with a thread of its own: a worker that does not read or
 * write holds up nobody.
 */
final class Pipe {
  private static final int MOST_WAITING = 1000;
  private static final int MOST_LINES = 200;
  private static final int MOST_LINE = 2000;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final Process process;
  private final BlockingQueue<ToWorker> outbox = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Deque<String> log = new ArrayDeque<>();
  private final Consumer<String> lines;
  private final Thread writer;
  private final Thread logger;

  /**
   * @param lines each line of the worker's log; called on a thread of its own
   */
  Pipe(Process process, Consumer<String> lines) {
    this.process = process;
    this.lines = lines;
    this.writer = thread("writes", this::write);
    this.logger = thread("log", this::log);
  }

  /**
   * Begins.
   *
   * @param frames each message, in order
   * @param end when nothing more comes, with what was wrong with the last that did
   */
  void open(Consumer<FromWorker> frames, Consumer<Optional<String>> end, LongConsumer exit) {
    thread("reads", () -> read(frames, end)).start();
    writer.start();
    logger.start();
    var _ = process.onExit().thenAccept(ended -> exit.accept(ended.exitValue()));
  }

  private Thread thread(String what, Runnable work) {
    return Thread.ofPlatform()
        .daemon()
        .name("worker " + process.pid() + " " + what)
        .unstarted(work);
  }

  /** Queues a message; false when the worker has not read for long. */
  boolean send(ToWorker message) {
    return outbox.offer(message);
  }

  private void write() {
    FrameWriter<ToWorker> frames = new FrameWriter<>(process.getOutputStream(), ToWorker.class);
    try {
      while (true) {
        frames.write(outbox.take());
      }
    } catch (IOException _) {
      // Its end is told by the process.
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void read(Consumer<FromWorker> frames, Consumer<Optional<String>> end) {
    FrameReader<FromWorker> reader = new FrameReader<>(process.getInputStream(), FromWorker.class);
    Optional<String> wrong = Optional.empty();
    try {
      for (Optional<FromWorker> next = reader.next(); next.isPresent(); next = reader.next()) {
        frames.accept(next.get());
      }
    } catch (GarbledException e) {
      wrong = Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException _) {
      // The pipe is closed with the process.
    }
    end.accept(wrong);
  }

  private void log() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (Optional<String> line = line(reader); line.isPresent(); line = line(reader)) {
        keep(line.get());
        lines.accept(line.get());
      }
    } catch (IOException _) {
      // Closed with the process.
    }
  }

  /**
   * The beginning of the next line; the rest of it is read and not kept, however long it is. Empty
   * at the end.
   */
  static Optional<String> line(Reader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int read = reader.read();
    if (read < 0) {
      return Optional.empty();
    }
    for (; read >= 0 && read != '\n'; read = reader.read()) {
      if (line.length() < MOST_LINE && read != '\r') {
        line.append((char) read);
      }
    }
    return Optional.of(line.toString());
  }

  private void keep(String line) {
    synchronized (log) {
      log.add(line);
      if (log.size() > MOST_LINES) {
        log.remove();
      }
    }
  }

  /** Of a process that has ended: waits a moment for what it said last. */
  List<String> lastLines() {
    try {
      boolean _ = logger.join(LAST_WORDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    synchronized (log) {
      return new ArrayList<>(log);
    }
  }

  /** Nothing more is sent; the rest ends with the process. */
  void close() {
    writer.interrupt();
  }
}
