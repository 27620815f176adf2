package dev.penstock.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The encode sessions that all processes of Penstock have open on GPUs whose driver limits them,
 * and how many the driver was found to open. The limit is one for a machine, so there is one file
 * for it: each open session is a locked byte of it, which the kernel frees when the process dies;
 * what was learnt stands at its beginning. Safe from any thread.
 *
 * <p>Sessions of other programs are not counted, so what is learnt beside them is too little. It is
 * doubted after a while by those who wait for long, and forgotten when they succeed.
 */
final class SessionSlots implements AutoCloseable {
  /** What was learnt is forgotten after this: drivers are updated, other programs end. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  /** Locked bytes lie behind what is written. */
  private static final long FIRST = 1 << 16;

  /** Held while sessions are counted. */
  private static final long GATE = FIRST - 1;

  /** More sessions than any GPU has been seen to open. */
  static final int MOST = 512;

  /** Counting takes about a millisecond. */
  private static final int GATE_TRIES = 500;

  private static final long GATE_NANOS = 200_000;

  private static final int NOTE_BYTES = 64;

  /**
   * One for each file: when a process closes a file, POSIX takes all locks away that it has on it,
   * whatever they were made through.
   */
  private static final Map<Path, SessionSlots> OPEN = new HashMap<>();

  private final Path file;
  private final FileChannel channel;
  private final Map<Integer, FileLock> held = new HashMap<>();

  /** Of the held ones, those of work that hangs. */
  private final Set<Integer> stuck = new HashSet<>();

  private int users;

  /** What was learnt. */
  private record Note(int limit, Instant at) {}

  private SessionSlots(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Those that are shared through a folder, which is made where it is missing.
   *
   * @return to be closed
   */
  static SessionSlots in(Path folder) throws IOException {
    synchronized (OPEN) {
      Path file = Files.createDirectories(folder).toRealPath().resolve("sessions");
      SessionSlots slots = OPEN.get(file);
      if (slots == null) {
        slots =
            new SessionSlots(
                file,
                FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE));
        OPEN.put(file, slots);
      }
      slots.users++;
      return slots;
    }
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(file);
        Closing.quietly(channel);
      }
    }
  }

  /** The sessions of a piece, counted as open until it is closed. */
  final class Hold implements AutoCloseable {
    private final List<Integer> numbers;
    private IntSupplier opened = () -> 0;

    private Hold(List<Integer> numbers) {
      this.numbers = List.copyOf(numbers);
      synchronized (OPEN) {
        users++;
      }
    }

    /** Says where it is seen how many encoders were opened. */
    void watch(IntSupplier encoders) {
      opened = encoders;
    }

    /** To be called when it has worked. */
    void worked() {
      SessionSlots.this.worked();
    }

    /**
     * The driver has opened no further session for it.
     *
     * @return whether a limit was learnt; not when no session of Penstock is open, as those of
     *     others fill it then
     */
    boolean refused() {
      return SessionSlots.this.refused(numbers.size(), opened.getAsInt());
    }

    /**
     * What they were taken for hangs: the driver has them open up to the end of the process, so
     * they stay counted, and nobody is to wait for them. Instead of closing it.
     */
    void abandon() {
      SessionSlots.this.abandon(numbers);
    }

    @Override
    public void close() {
      release(numbers);
      SessionSlots.this.close();
    }
  }

  /**
   * What somebody who waits is told.
   *
   * @param own sessions of this process that will become free
   * @param stuck sessions of this process that will not
   */
  record Busy(int limit, int own, int stuck) {}

  /** Either sessions, or why there are none now. */
  record Answer(Optional<Hold> hold, Busy busy) {}

  /**
   * Takes sessions without waiting. Where the file cannot be used they are taken as if nobody else
   * had any.
   *
   * @param doubting what was learnt before this is not kept to
   */
  synchronized Answer take(int count, Instant doubting) {
    try {
      Busy counting = busy(MOST);
      return atGate(() -> taken(count, doubting))
          .orElseGet(() -> new Answer(Optional.empty(), counting));
    } catch (IOException _) {
      return new Answer(Optional.of(new Hold(List.of())), busy(MOST));
    }
  }

  private Busy busy(int limit) {
    return new Busy(limit, held.size() - stuck.size(), stuck.size());
  }

  private Answer taken(int count, Instant doubting) throws IOException {
    Busy before = busy(MOST);
    Optional<Note> note = note().filter(known -> known.at().isAfter(doubting));
    if (note.isPresent() && held.size() + others() + count > note.get().limit()) {
      return new Answer(Optional.empty(), busy(note.get().limit()));
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < MOST && numbers.size() < count; i++) {
      FileLock lock = held.containsKey(i) ? null : channel.tryLock(FIRST + i, 1, false);
      if (lock != null) {
        held.put(i, lock);
        numbers.add(i);
      }
    }
    return new Answer(Optional.of(new Hold(numbers)), before);
  }

  /** How many sessions other processes have open. */
  private int others() throws IOException {
    int count = 0;
    for (int i = 0; i < MOST; i++) {
      if (!held.containsKey(i)) {
        FileLock lock = channel.tryLock(FIRST + i, 1, false);
        if (lock == null) {
          count++;
        } else {
          lock.release();
        }
      }
    }
    return count;
  }

  private synchronized void abandon(List<Integer> numbers) {
    stuck.addAll(numbers);
  }

  private synchronized void release(List<Integer> numbers) {
    for (int number : numbers) {
      FileLock lock = held.remove(number);
      if (lock != null) {
        Closing.quietly(lock);
      }
    }
  }

  /** With {@code count} of ours, of which {@code opened} were opened. */
  private synchronized boolean refused(int count, int opened) {
    try {
      return atGate(() -> learnt(held.size() + others() - count + opened)).orElse(false);
    } catch (IOException _) {
      return false;
    }
  }

  private boolean learnt(int open) throws IOException {
    int limit = Math.min(open, note().map(Note::limit).orElse(open));
    if (limit > 0) {
      write(limit);
    }
    return limit > 0;
  }

  /** What was learnt is wrong when more are open. */
  private synchronized void worked() {
    try {
      boolean _ = atGate(this::forgotten).orElse(false);
    } catch (IOException _) {
      // It is kept to for a while then.
    }
  }

  private boolean forgotten() throws IOException {
    Optional<Note> note = note();
    boolean wrong = note.isPresent() && held.size() + others() > note.get().limit();
    if (wrong) {
      channel.truncate(0);
    }
    return wrong;
  }

  /** How many sessions the driver was found to open. */
  synchronized OptionalInt limit() throws IOException {
    return note().map(note -> OptionalInt.of(note.limit())).orElse(OptionalInt.empty());
  }

  private Optional<Note> note() throws IOException {
    byte[] bytes = new byte[NOTE_BYTES];
    int length = channel.read(ByteBuffer.wrap(bytes), 0);
    String[] words =
        new String(Arrays.copyOf(bytes, Math.max(0, length)), StandardCharsets.UTF_8)
            .strip()
            .split(" ", -1);
    if (words.length != 2) {
      return Optional.empty();
    }
    try {
      Note note = new Note(Integer.parseInt(words[0]), Instant.parse(words[1]));
      boolean holds = note.limit() > 0 && note.at().isAfter(Instant.now().minus(FORGOTTEN));
      return holds ? Optional.of(note) : Optional.empty();
    } catch (NumberFormatException | java.time.format.DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private void write(int limit) throws IOException {
    channel.truncate(0);
    byte[] text = (limit + " " + Instant.now() + "\n").getBytes(StandardCharsets.UTF_8);
    channel.write(ByteBuffer.wrap(text), 0);
  }

  private interface Work<T> {
    T done() throws IOException;
  }

  /** Empty when another process keeps the gate for long. */
  private <T> Optional<T> atGate(Work<T> work) throws IOException {
    try (FileLock gate = gate()) {
      return gate == null ? Optional.empty() : Optional.of(work.done());
    }
  }

  private @Nullable FileLock gate() throws IOException {
    for (int i = 0; i < GATE_TRIES; i++) {
      FileLock gate = channel.tryLock(GATE, 1, false);
      if (gate != null) {
        return gate;
      }
      LockSupport.parkNanos(GATE_NANOS);
    }
    return null;
  }
}
