package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.health.Evidence;
import dev.penstock.hardware.health.Faults;
import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.KernelWatch;
import dev.penstock.hardware.health.LogClock;
import dev.penstock.hardware.health.Trust;
import dev.penstock.hardware.health.Verdict;
import dev.penstock.hardware.telemetry.GpuSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code penstock faults}. */
@Command(
    name = "faults",
    description = "Says what the kernel's log holds against the GPUs of this machine.")
final class FaultsCommand implements Callable<Integer> {
  private static final int LOOK_MILLIS = 200;

  private final Terminal terminal;
  private final Cancellation cancellation;
  private final Supplier<ThisMachine> machine;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Read this log instead: dmesg, syslog, journalctl, its JSON, or kmsg.")
  @Nullable Path log;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Age.class,
      description =
          "List what was kept for so long, such as 12h, 3d or 2w. Default: since the machine was"
              + " started.")
  Optional<Duration> since = Optional.empty();

  @Option(
      names = "--watch",
      description = "Print each fault on one line as it comes, until interrupted.")
  boolean watch;

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  FaultsCommand(Terminal terminal, Cancellation cancellation) {
    this(terminal, cancellation, ThisMachine::here);
  }

  FaultsCommand(Terminal terminal, Cancellation cancellation, Supplier<ThisMachine> machine) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.machine = machine;
  }

  /** How long ago: as other times, or in days or weeks. */
  static final class Age implements ITypeConverter<Duration> {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,4})([dw])");

    @Override
    public Duration convert(String text) {
      Matcher days = DAYS.matcher(text);
      if (!days.matches()) {
        return Times.parse(text)
            .orElseThrow(() ->
                new TypeConversionException(
                    "'" + text + "' is no time ago: say 30m, 12h, 3d or 2w"));
      }
      return Duration.ofDays(Long.parseLong(days.group(1)) * (days.group(2).equals("w") ? 7 : 1));
    }
  }

  @Override
  public Integer call() throws IOException {
    if (watch && since.isPresent()) {
      throw new UsageException(
          "--since", "does not go with --watch", "list what was kept first, then watch");
    }
    Path file = log;
    return (file == null ? here(machine.get()) : logged(file)).value();
  }

  // ---- a log of any machine

  private ExitCode logged(Path file) throws IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException(
          file.toString(),
          Files.exists(file) ? "cannot be read" : "does not exist",
          "give a log that this user may read");
    }
    KernelSource source = KernelSource.file(file, Trust.PASTED);
    // Another machine's log counts from another start.
    LogClock clock = LogClock.of(Instant.now(), ZoneId.systemDefault());
    if (watch) {
      return watch(source, clock, Map.of(), _ -> {});
    }
    List<KernelEvent> events = KernelWatch.read(source, clock, Map.of());
    return print(Faults.of(source, Evidence.of(events, from(clock), clock.now()), clock));
  }

  private Optional<Instant> from(LogClock clock) {
    return since.map(age -> clock.now().minus(age));
  }

  // ---- this machine

  private ExitCode here(ThisMachine here) throws IOException {
    KernelSource source = KernelSource.find(here.places());
    List<GpuSample> gpus = here.gpus(terminal);
    Map<String, String> uuids = Faults.uuids(gpus);
    LogClock clock = here.clock().get();
    try (FaultMemory memory = FaultMemory.open(here.memory(), terminal, clock.now())) {
      if (watch) {
        return watch(
            source, clock, uuids, event -> memory.keep(List.of(event), here.clock().get().now()));
      }
      List<KernelEvent> events = KernelWatch.read(source, clock, uuids);
      memory.keep(events, clock.now());
      Evidence evidence =
          new Evidence(
              memory.with(events, clock.now()),
              memory.repairs(),
              gpus,
              from(clock).or(clock::boot));
      return print(Faults.of(source, evidence, clock));
    }
  }

  private ExitCode print(Faults faults) {
    terminal.out().print(json ? Json.pretty(faults) + "\n" : FaultsText.of(faults));
    boolean failed =
        faults.devices().stream()
            .anyMatch(device -> device.level().compareTo(Verdict.Level.SUSPECT) >= 0);
    return failed ? ExitCode.HOST : ExitCode.DONE;
  }

  private ExitCode watch(
      KernelSource source, LogClock clock, Map<String, String> uuids, Consumer<KernelEvent> keeper)
      throws IOException {
    BlockingQueue<KernelEvent> events = new LinkedBlockingQueue<>();
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    terminal.err().print(FaultsText.source(source.name(), source.refused()));
    terminal.err().flush();
    try (KernelWatch _ = KernelWatch.start(source, clock, uuids, events::add, ended::add)) {
      while (!cancellation.isCancelled() && (ended.isEmpty() || !events.isEmpty())) {
        KernelEvent event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          keeper.accept(event);
          terminal
              .out()
              .print(json ? Json.line(Faults.fault(event)) + "\n" : FaultsText.line(event));
          terminal.out().flush();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    ended.forEach(
        why -> terminal.err().println("penstock: " + Terminal.oneLine(source.name() + ": " + why)));
    return cancellation.isCancelled() ? ExitCode.INTERRUPTED : ExitCode.HOST;
  }
}
