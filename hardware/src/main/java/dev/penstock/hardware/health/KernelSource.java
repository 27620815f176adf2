package dev.penstock.hardware.health;

import dev.penstock.hardware.Root;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Where the kernel log of this machine can be read, the best first, and why not at the better
 * places. A source is opened by whoever reads it.
 *
 * @param name a path or a command, as an operator knows it
 * @param trust which of its lines are the kernel's
 * @param refused what was tried before it
 * @param opening to follow it: what it holds, and then what comes
 * @param whole to read what it holds
 */
public record KernelSource(
    String name, Trust trust, List<Refused> refused, Opening opening, Opening whole) {
  private static final List<Path> FILES =
      List.of(
          Path.of("/var/log/kern.log"), Path.of("/var/log/syslog"), Path.of("/var/log/messages"));
  private static final int JOURNAL_SECONDS = 5;

  public KernelSource {
    refused = List.copyOf(refused);
  }

  /** One that is read and followed in the same way. */
  KernelSource(String name, Trust trust, List<Refused> refused, Opening opening) {
    this(name, trust, refused, opening, opening);
  }

  /** A place that could not be read, and why. */
  public record Refused(String name, String reason) {}

  /** Opens the lines of a source. */
  interface Opening {
    LogLines open() throws IOException;
  }

  /** Places to look at, for tests and captured machines. */
  public record Places(Path kmsg, List<String> journalctl, List<Path> files) {
    public Places {
      journalctl = List.copyOf(journalctl);
      files = List.copyOf(files);
    }

    public static Places ofThisMachine() {
      return new Places(Root.ofThisMachine().resolve("/dev/kmsg"), List.of("journalctl"), FILES);
    }
  }

  /** A file that somebody names: records of kmsg when it is a device or looks like them. */
  public static KernelSource file(Path file, Trust trust) {
    return new KernelSource(file.toString(), trust, List.of(), () -> FileLines.open(file));
  }

  /**
   * The best place that can be read.
   *
   * @throws FailureException when there is none
   */
  public static KernelSource find(Places places) {
    List<Refused> refused = new ArrayList<>();
    return kmsg(places, refused)
        .or(() -> journal(places, refused))
        .or(() -> files(places, refused))
        .orElseThrow(() -> none(refused));
  }

  private static Optional<KernelSource> kmsg(Places places, List<Refused> refused) {
    Path path = places.kmsg();
    try (Kmsg kmsg = Kmsg.open(path)) {
      Optional<String> _ = kmsg.next(java.time.Duration.ZERO);
      boolean device = !Files.isRegularFile(path);
      return Optional.of(
          new KernelSource(
              path.toString(),
              Trust.KMSG,
              refused,
              () -> device ? Kmsg.open(path) : FileLines.open(path)));
    } catch (IOException e) {
      refused.add(new Refused(path.toString(), reason(e)));
      return Optional.empty();
    }
  }

  private static Optional<KernelSource> journal(Places places, List<Refused> refused) {
    List<String> command = with(places.journalctl(), "-k", "-b", "-o", "json", "--no-pager", "-q");
    String name = String.join(" ", places.journalctl()) + " -k";
    try {
      Process process =
          new ProcessBuilder(with(command, "-n", "1")).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(JOURNAL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        refused.add(new Refused(name, "it did not answer within " + JOURNAL_SECONDS + " seconds"));
        return Optional.empty();
      }
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (said.startsWith("{")) {
        return Optional.of(
            new KernelSource(
                name,
                Trust.JOURNAL,
                refused,
                () -> JournalLines.follow(with(command, "-f", "-n", "all")),
                () -> JournalLines.whole(command)));
      }
      refused.add(
          new Refused(
              name,
              said.isBlank()
                  ? "it shows this user nothing of the kernel"
                  : said.lines().findFirst().orElse("")));
    } catch (IOException e) {
      refused.add(new Refused(name, reason(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      refused.add(new Refused(name, "interrupted"));
    }
    return Optional.empty();
  }

  private static Optional<KernelSource> files(Places places, List<Refused> refused) {
    for (Path file : places.files()) {
      if (Files.isReadable(file)) {
        return Optional.of(
            new KernelSource(file.toString(), Trust.SYSLOG, refused, () -> FileLines.open(file)));
      }
      refused.add(
          new Refused(
              file.toString(),
              Files.exists(file) ? "this user may not read it" : "there is no such file"));
    }
    return Optional.empty();
  }

  private static FailureException none(List<Refused> refused) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(
                "kernel log",
                Stage.OPEN,
                "cannot be read",
                refused.stream()
                    .map(each -> each.name() + ": " + each.reason())
                    .collect(Collectors.joining("; ")),
                "run it as root, or: sudo setcap cap_syslog+ep …, sudo usermod -aG systemd-journal"
                    + " $USER; in a container, mount /dev/kmsg")));
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** The times of a log of this machine. */
  public static LogClock clock() {
    return new LogClock(Instant.now(), boot(), ZoneId.systemDefault());
  }

  /** Whole seconds, as the kernel says it: the same at every reading. */
  private static Optional<Instant> boot() {
    try {
      return Files.readAllLines(Path.of("/proc/stat")).stream()
          .filter(line -> line.startsWith("btime "))
          .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring("btime ".length()))))
          .findFirst();
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }
}
