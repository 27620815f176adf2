package dev.penstock.node;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Tells systemd how the daemon fares, as {@code sd_notify(3)} says; nobody where it was not started
 * by something that asks. Any thread; a word that cannot be said is told to the log once and costs
 * nothing else. Java has no datagram sockets of AF_UNIX, so they are those of the C library.
 */
public final class Notify implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int CLOCK_MONOTONIC = 1;

  /** Of {@code sun_path}, see unix(7). */
  private static final int LONGEST = 108;

  private final Optional<byte[]> address;
  private final Optional<Duration> patience;
  private final Consumer<String> log;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean failed;

  private Notify(Optional<byte[]> address, Optional<Duration> patience, Consumer<String> log) {
    this.address = address;
    this.patience = patience;
    this.log = log;
  }

  /**
   * Of this process.
   *
   * @param log for people, a line each
   */
  public static Notify ofThisProcess(Consumer<String> log) {
    return of(System.getenv(), ProcessHandle.current().pid(), log);
  }

  /**
   * As an environment names it: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}.
   *
   * @param pid this process; another one's watchdog is none of its business
   */
  static Notify of(Map<String, String> environment, long pid, Consumer<String> log) {
    Optional<String> socket =
        Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(name -> !name.isEmpty());
    Optional<byte[]> address = socket.flatMap(Notify::address);
    if (socket.isPresent() && address.isEmpty()) {
      log.accept("NOTIFY_SOCKET " + socket.get() + " is no socket that can be told");
    }
    return new Notify(address, patience(environment, pid), log);
  }

  /** The bytes of {@code sun_path}; a name that begins with @ is abstract, without a file. */
  private static Optional<byte[]> address(String socket) {
    byte[] name = socket.getBytes(StandardCharsets.UTF_8);
    if (name.length >= LONGEST || (name[0] != '/' && name[0] != '@')) {
      return Optional.empty();
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    return Optional.of(name);
  }

  private static Optional<Duration> patience(Map<String, String> environment, long pid) {
    String whose = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros > 0 && whose.equals(Long.toString(pid))
          ? Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1000L)))
          : Optional.empty();
    } catch (NumberFormatException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** Whether somebody listens. */
  public boolean isAsked() {
    return address.isPresent();
  }

  /** It works, or does again after {@link #reloading}. */
  public void ready(String status) {
    say("READY=1\nSTATUS=" + line(status));
  }

  /** What it does, for people. */
  public void status(String status) {
    say("STATUS=" + line(status));
  }

  /** It reads its configuration; {@link #ready} is to follow. */
  public void reloading() {
    if (isAsked()) {
      say("RELOADING=1\nMONOTONIC_USEC=" + monotonic() + "\nSTATUS=Reads its configuration");
    }
  }

  /** It is about to end. */
  public void stopping(String status) {
    say("STOPPING=1\nSTATUS=" + line(status));
  }

  private static String line(String text) {
    return text.replace('\n', ' ');
  }

  /**
   * Has systemd end and start the daemon when {@code alive} stops being true: says that all is well
   * twice in the time that systemd waits for it, for as long as that holds. Until this is closed.
   */
  public void watch(BooleanSupplier alive) {
    if (isAsked() && patience.isPresent()) {
      Duration half = patience.get().dividedBy(2);
      Thread _ = Thread.ofPlatform().daemon().name("watchdog").start(() -> watch(alive, half));
    }
  }

  private void watch(BooleanSupplier alive, Duration every) {
    boolean well = true;
    try {
      do {
        boolean now = alive.getAsBoolean();
        if (now) {
          say("WATCHDOG=1");
        }
        if (now != well) {
          log.accept(now ? "jobs are looked after again" : "jobs are not looked after any more");
          well = now;
        }
      } while (!over.await(every.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that it is stopping. */
  @Override
  public void close() {
    if (over.getCount() > 0) {
      over.countDown();
      stopping("Ends its workers");
    }
  }

  private void say(String words) {
    address.ifPresent(to -> say(to, words));
  }

  private void say(byte[] to, String words) {
    try (Arena arena = Arena.ofConfined()) {
      Sockets sockets = new Sockets(arena);
      int socket = sockets.open();
      try {
        sockets.send(socket, to, words.getBytes(StandardCharsets.UTF_8));
      } finally {
        sockets.close(socket);
      }
    } catch (IllegalStateException e) {
      if (!failed) {
        failed = true;
        log.accept("systemd could not be told: " + e.getMessage());
      }
    }
  }

  /** Microseconds of the clock that systemd compares with. */
  private static long monotonic() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle clock =
          function(
              "clock_gettime",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment secondsNanos = arena.allocate(ValueLayout.JAVA_LONG, 2);
      int _ = (int) clock.invokeExact(CLOCK_MONOTONIC, secondsNanos);
      return TimeUnit.SECONDS.toMicros(secondsNanos.getAtIndex(ValueLayout.JAVA_LONG, 0))
          + TimeUnit.NANOSECONDS.toMicros(secondsNanos.getAtIndex(ValueLayout.JAVA_LONG, 1));
    } catch (Throwable e) {
      throw new IllegalStateException("clock_gettime", e);
    }
  }

  private static MethodHandle function(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }

  /** The calls of one message; memory of the arena. Failures are {@link IllegalStateException}s. */
  private static final class Sockets {
    private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();
    private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");

    private final Arena arena;
    private final MemorySegment errno;

    Sockets(Arena arena) {
      this.arena = arena;
      this.errno = arena.allocate(ERRNO);
    }

    int open() {
      try {
        MethodHandle socket =
            function(
                "socket",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT),
                WITH_ERRNO);
        return (int)
            checked("socket", (int) socket.invokeExact(errno, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
      } catch (Throwable e) {
        throw failure("socket", e);
      }
    }

    void send(int socket, byte[] to, byte[] words) {
      try {
        MethodHandle sendto =
            function(
                "sendto",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT),
                WITH_ERRNO);
        MemorySegment content = arena.allocateFrom(ValueLayout.JAVA_BYTE, words);
        long sent =
            (long)
                sendto.invokeExact(
                    errno,
                    socket,
                    content,
                    content.byteSize(),
                    MSG_NOSIGNAL,
                    name(to),
                    Short.BYTES + to.length);
        checked("sendto", sent);
      } catch (Throwable e) {
        throw failure("sendto", e);
      }
    }

    /** A {@code sockaddr_un}. */
    private MemorySegment name(byte[] path) {
      MemorySegment name = arena.allocate(Short.BYTES + LONGEST, Short.BYTES);
      name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, name, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
      return name;
    }

    void close(int socket) {
      try {
        MethodHandle close =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int _ = (int) close.invokeExact(socket);
      } catch (Throwable e) {
        throw failure("close", e);
      }
    }

    private long checked(String call, long answer) {
      if (answer < 0) {
        int code =
            errno.get(
                ValueLayout.JAVA_INT,
                ERRNO.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
        throw new IllegalStateException(call + " fails with errno " + code);
      }
      return answer;
    }

    private static IllegalStateException failure(String call, Throwable cause) {
      return cause instanceof IllegalStateException known
          ? known
          : new IllegalStateException(call, cause);
    }
  }
}
