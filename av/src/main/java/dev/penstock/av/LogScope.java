package dev.penstock.av;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where the log lines of one handle go: to its job's sink, and into its memory of the last thing
 * said, which errors quote. Safe from any thread; the sink must be too, and must not block.
 */
public final class LogScope {
  private static final AtomicLong IDS = new AtomicLong(1);

  private final long id = IDS.getAndIncrement();
  private final Consumer<String> sink;
  private volatile String firstError = "";
  private volatile String lastError = "";
  private volatile String errorBefore = "";
  private volatile String lastWarning = "";
  private volatile String deviceError = "";
  private volatile boolean lostDevice;

  private final Predicate<String> unwanted;

  private LogScope(Consumer<String> sink, Predicate<String> unwanted) {
    this.sink = sink;
    this.unwanted = unwanted;
  }

  /** A scope for one job. */
  public static LogScope to(Consumer<String> sink) {
    return new LogScope(sink, _ -> false);
  }

  /** A scope that only remembers. */
  public static LogScope silent() {
    return new LogScope(line -> {}, _ -> false);
  }

  /** A scope with the same sink and a memory of its own. */
  public LogScope child() {
    return new LogScope(sink, unwanted);
  }

  /** A {@link #child} that neither passes on nor remembers lines that mean nothing here. */
  public LogScope without(Predicate<String> meaningless) {
    return new LogScope(sink, unwanted.or(meaningless));
  }

  /** A {@link #child} whose lines {@code ear} hears too. */
  LogScope child(Consumer<String> ear) {
    return new LogScope(ear.andThen(sink), unwanted);
  }

  /** The last error logged, or else the last warning, or else empty. */
  public String lastLine() {
    LogRouter.flush();
    return lastError.isEmpty() ? lastWarning : lastError;
  }

  /** The first error logged, which is the cause where others follow from it; or else empty. */
  public String firstError() {
    LogRouter.flush();
    return firstError;
  }

  /**
   * As {@link #lastLine()}, but the error before it when the last merely repeats a reason: libav
   * often logs the cause first, and then that its caller failed.
   */
  String lastLine(String reason) {
    String last = lastLine();
    return last.endsWith(reason) && !errorBefore.isEmpty() ? errorBefore : last;
  }

  /**
   * The line that told what is wrong with a device; empty when none did. It decides even when
   * others follow: they are its consequences.
   */
  String deviceError() {
    LogRouter.flush();
    return deviceError;
  }

  /**
   * Whether {@link #deviceError} is that the device is lost; whatever it does from then on fails.
   */
  boolean hasLostDevice() {
    return lostDevice;
  }

  /** Makes this the scope of lines that the calling thread causes and no object claims. */
  public Binding bind() {
    Natives.load();
    return LogRouter.bind(this);
  }

  /** Ends a {@link #bind}. */
  public interface Binding extends AutoCloseable {
    @Override
    void close();
  }

  long id() {
    return id;
  }

  void accept(int level, String line) {
    if (unwanted.test(line)) {
      return;
    }
    if (level <= LogRouter.ERROR) {
      errorBefore = lastError;
      firstError = firstError.isEmpty() ? line : firstError;
      lastError = line;
    } else if (level <= LogRouter.WARNING) {
      lastWarning = line;
    }
    // NVENC only warns of what it cannot do, and then says that it failed.
    if (level <= LogRouter.WARNING && DeviceWords.outweighs(line, deviceError)) {
      deviceError = line;
      lostDevice = DeviceWords.kind(line).equals(Optional.of(AvException.Kind.DEVICE_LOST));
    }
    sink.accept(line);
  }
}
