package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.health.Faults;
import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.KernelWatch;
import dev.penstock.hardware.health.LogClock;
import dev.penstock.hardware.health.Trust;
import dev.penstock.hardware.health.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock faults}. */
@Command(
    name = "faults",
    description = "Says what the kernel's log holds against the GPUs of this machine.")
final class FaultsCommand implements Callable<Integer> {
  private static final int LOOK_MILLIS = 200;

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Read this log instead: dmesg, syslog, journalctl, its JSON, or kmsg.")
  @Nullable Path log;

  @Option(
      names = "--watch",
      description = "Print each fault on one line as it comes, until interrupted.")
  boolean watch;

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  FaultsCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() throws IOException {
    KernelSource source = source();
    // Another machine's log counts from another start.
    LogClock clock =
        log == null ? KernelSource.clock() : LogClock.of(Instant.now(), ZoneId.systemDefault());
    return (watch ? watch(source, clock) : read(source, clock)).value();
  }

  private KernelSource source() {
    Path file = log;
    if (file == null) {
      return KernelSource.find(KernelSource.Places.ofThisMachine());
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException(
          file.toString(),
          Files.exists(file) ? "cannot be read" : "does not exist",
          "give a log that this user may read");
    }
    return KernelSource.file(file, Trust.PASTED);
  }

  private ExitCode read(KernelSource source, LogClock clock) throws IOException {
    Faults faults =
        Faults.of(source, KernelWatch.read(source, clock, Map.of()), clock.boot(), clock.now());
    terminal.out().print(json ? Json.pretty(faults) + "\n" : FaultsText.of(faults));
    boolean failed =
        faults.devices().stream()
            .anyMatch(device -> device.level().compareTo(Verdict.Level.SUSPECT) >= 0);
    return failed ? ExitCode.HOST : ExitCode.DONE;
  }

  private ExitCode watch(KernelSource source, LogClock clock) throws IOException {
    BlockingQueue<KernelEvent> events = new LinkedBlockingQueue<>();
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    terminal.err().print(FaultsText.source(source.name(), source.refused()));
    terminal.err().flush();
    try (KernelWatch _ = KernelWatch.start(source, clock, Map.of(), events::add, ended::add)) {
      while (!cancellation.isCancelled() && ended.isEmpty()) {
        KernelEvent event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          terminal
              .out()
              .print(json ? Json.line(Faults.fault(event)) + "\n" : FaultsText.line(event));
          terminal.out().flush();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return cancellation.isCancelled() ? ExitCode.INTERRUPTED : ExitCode.HOST;
  }
}
