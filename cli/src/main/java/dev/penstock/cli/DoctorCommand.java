package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.hardware.check.Changes;
import dev.penstock.hardware.check.Check;
import dev.penstock.hardware.check.Checks;
import dev.penstock.hardware.check.Doctor;
import dev.penstock.hardware.check.Examination;
import dev.penstock.hardware.check.FixScript;
import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.hardware.trial.TrialStore;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.planner.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock doctor}. */
@Command(
    name = "doctor",
    description =
        "Examines GPUs, drivers, libraries and permissions: what is wrong, what follows, what helps.")
final class DoctorCommand implements Callable<Integer> {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Terminal terminal;
  private final Cancellation cancellation;
  private final Function<List<Check>, Machine> here;

  @Option(
      names = "--only",
      paramLabel = "CHECK",
      split = ",",
      description = "Only these checks, or groups of them such as pci.")
  List<String> only = List.of();

  @Option(
      names = "--explain",
      paramLabel = "CHECK",
      description = "Says what a check looks at, its rule and where that comes from.")
  @Nullable String explain;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Examines a captured machine instead of this one.")
  @Nullable Path root;

  @Option(
      names = "--capture",
      paramLabel = "DIR",
      description = "Also writes what was read of this machine, for --root.")
  @Nullable Path capture;

  @Option(names = "--overwrite", description = "Replaces what was captured there before.")
  boolean overwrite;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Judges permissions for this user; default: who runs it.")
  @Nullable String user;

  @Option(names = "--all", description = "Also shows checks that had nothing to judge.")
  boolean all;

  @Option(
      names = "--fix",
      description =
          "Prints a shell script of the remedies instead; what may interrupt work is a comment in"
              + " it. Nothing is run.")
  boolean fix;

  @Option(
      names = "--support-bundle",
      paramLabel = "FILE",
      description =
          "Also writes all facts to a .tar.gz, without names, serial numbers, UUIDs and addresses.")
  @Nullable Path bundle;

  @Option(
      names = "--watch",
      description =
          "Goes on examining and prints what changed, first since the last run. Encoders are tried"
              + " the first time only.")
  boolean watch;

  @Option(
      names = "--no-active",
      description = "Does not try encoders: a trial can disturb a GPU at work.")
  boolean noActive;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "Between examinations with --watch; default: 10s.")
  Optional<Duration> interval = Optional.empty();

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  DoctorCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.here = this::live;
  }

  /**
   * Of another machine than this one.
   *
   * @param here reads of it what checks want to know
   */
  DoctorCommand(Terminal terminal, Cancellation cancellation, Function<List<Check>, Machine> here) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.here = here;
  }

  @Override
  public Integer call() {
    refuse();
    if (explain != null) {
      terminal.out().print(DoctorText.explained(check(explain), terminal));
      return ExitCode.DONE.value();
    }
    List<Check> checks = wanted();
    if (capture != null) {
      checkFree(capture);
    }
    if (watch) {
      return watch(checks);
    }
    Machine machine = root == null ? here.apply(checks) : Captured.read(root);
    Examination examination = Examination.of(machine, checks::contains);
    if (capture != null) {
      write(machine, capture);
    }
    if (bundle != null) {
      SupportBundle.write(machine, examination, bundle);
    }
    if (root == null) {
      Examination _ =
          keep(examination, !noActive, LastExamination.find().map(LastExamination::examination));
    }
    terminal.out().print(text(examination));
    return exit(examination);
  }

  /** What cannot be had together, rather than that one of them is left out. */
  private void refuse() {
    String once = "examine once with it, then watch";
    refuse(watch && root != null, "--root", "--watch", "a captured machine does not change");
    refuse(watch && capture != null, "--capture", "--watch", once);
    refuse(watch && bundle != null, "--support-bundle", "--watch", once);
    refuse(watch && fix, "--fix", "--watch", once);
    refuse(
        root != null && user != null,
        "--user",
        "--root",
        "it is judged for the user for whom it was captured; leave it out");
    refuse(fix && json, "--json", "--fix", "leave one out");
    if (overwrite && capture == null) {
      throw new UsageException(
          "--overwrite", "is for --capture alone", "add --capture DIR, or leave it out");
    }
    if (explain != null && (watch || json || fix || all || !only.isEmpty() || isAnyFile())) {
      throw new UsageException("--explain", "goes alone", "leave out the others");
    }
    Duration period = interval.orElse(INTERVAL);
    if (!watch && interval.isPresent()) {
      throw new UsageException(
          "--interval", "is for --watch alone", "add --watch, or leave it out");
    }
    if (period.compareTo(SHORTEST) < 0) {
      throw new UsageException(
          "--interval",
          Times.taken(period) + " is shorter than an examination takes",
          "give 1s or more");
    }
  }

  private boolean isAnyFile() {
    return root != null || capture != null || bundle != null;
  }

  private static void refuse(boolean both, String option, String other, String nextStep) {
    if (both) {
      throw new UsageException(option, "does not go with " + other, nextStep);
    }
  }

  /** With what was found before, where it was not looked at now. */
  private Examination keep(Examination now, boolean active, Optional<Examination> before) {
    Examination whole =
        before
            .filter(_ -> !active)
            .map(earlier -> now.completed(earlier, check -> !check.active()))
            .orElse(now);
    if (only.isEmpty()) {
      LastExamination.keep(whole, Instant.now()).ifPresent(this::complain);
    }
    return whole;
  }

  private String text(Examination examination) {
    if (fix) {
      return FixScript.of(examination);
    }
    return json ? Json.pretty(examination) + "\n" : DoctorText.of(examination, all, terminal);
  }

  private static int exit(Examination examination) {
    if (examination.fitness().isEmpty()) {
      return examination.isWorrying() ? 1 : 0;
    }
    return switch (examination.fitness().get()) {
      case FIT -> 0;
      case DEGRADED -> 1;
      case UNFIT -> 2;
    };
  }

  private void complain(String problem) {
    terminal.err().println("penstock: " + Terminal.oneLine(problem));
  }

  /** Until it is interrupted. */
  private int watch(List<Check> checks) {
    Optional<LastExamination> before = LastExamination.find();
    terminal
        .err()
        .println(
            before
                .map(last -> "Changed since " + last.at().truncatedTo(ChronoUnit.SECONDS) + ":")
                .orElse("There is no earlier examination; changes are shown from now on."));
    terminal.flush();
    Optional<Examination> last = before.map(LastExamination::examination);
    boolean active = !noActive;
    while (!cancellation.isCancelled()) {
      last = Optional.of(round(active ? checks : passive(checks), active, last));
      active = false;
      await(interval.orElse(INTERVAL));
    }
    return ExitCode.INTERRUPTED.value();
  }

  private Examination round(List<Check> checks, boolean active, Optional<Examination> last) {
    Examination now = Examination.of(here.apply(checks), checks::contains);
    List<Changes.Change> changes =
        last.map(old -> Changes.between(old, now, DoctorCommand::isSteady)).orElse(List.of());
    show(changes);
    return keep(now, active, last);
  }

  /** Without those that make devices work: one that fails would be tried again each time. */
  private static List<Check> passive(List<Check> checks) {
    return checks.stream().filter(check -> !check.active()).toList();
  }

  /** In short steps: an interruption is noticed by looking. */
  private void await(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (!cancellation.isCancelled() && System.nanoTime() < end) {
      LockSupport.parkNanos(Math.min(100_000_000L, end - System.nanoTime()));
    }
  }

  private void show(List<Changes.Change> changes) {
    if (json) {
      changes.forEach(change -> terminal.out().println(Json.line(change)));
    } else {
      terminal.out().print(DoctorText.of(changes));
    }
    terminal.flush();
  }

  private static boolean isSteady(String check) {
    return Examination.find(check).map(Check::steady).orElse(true);
  }

  private List<Check> wanted() {
    if (only.isEmpty()) {
      return Checks.ALL;
    }
    only.stream()
        .filter(word -> Checks.ALL.stream().noneMatch(check -> isMeant(check, word)))
        .findFirst()
        .ifPresent(word -> {
          throw unknown(word);
        });
    return Checks.ALL.stream()
        .filter(check -> only.stream().anyMatch(word -> isMeant(check, word)))
        .toList();
  }

  private static boolean isMeant(Check check, String word) {
    return check.id().equals(word) || check.id().startsWith(word + ".");
  }

  private static Check check(String id) {
    return Examination.find(id).orElseThrow(() -> unknown(id));
  }

  private static UsageException unknown(String id) {
    List<String> ids = Checks.ALL.stream().map(Check::id).toList();
    List<String> groups = ids.stream().map(DoctorCommand::groupOf).distinct().toList();
    List<String> near = ids.stream().filter(each -> groupOf(each).equals(groupOf(id))).toList();
    return new UsageException(
        id,
        "no check is called so",
        Spelling.nearest(id, ids)
            .map(each -> "did you mean " + each + "?")
            .or(() ->
                near.isEmpty()
                    ? Spelling.nearest(id, groups).map(each -> "did you mean " + each + "?")
                    : Optional.of("there are: " + String.join(", ", near)))
            .orElse("docs/doctor.md lists all; groups are " + String.join(", ", groups)));
  }

  private static String groupOf(String id) {
    return id.replaceFirst("\\..*", "");
  }

  private Machine live(List<Check> checks) {
    Doctor doctor = new Doctor(new Children(Map.of()));
    Machine machine = doctor.look(checks, Users.named(user));
    return noActive ? machine : tried(machine, doctor, checks);
  }

  /** Without a place for the mark of a trial that hangs, none is made. */
  private static Machine tried(Machine machine, Doctor doctor, List<Check> checks) {
    Optional<Path> cache = Folders.cache(System.getenv());
    if (cache.isEmpty()) {
      return Doctor.untried(machine, checks, "neither XDG_CACHE_HOME nor HOME is set");
    }
    Path folder = Inventory.trials(cache.get());
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "trial", null));
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
      return doctor.tried(machine, checks, new TrialStore(folder, boot));
    } catch (IOException e) {
      return Doctor.untried(
          machine, checks, folder + " cannot be written: " + ReportTarget.words(e));
    }
  }

  /** Before the machine is examined, which may take a while. */
  private void checkFree(Path folder) {
    try {
      if (!overwrite && holdsAnything(folder)) {
        throw new UsageException(
            "--capture",
            folder + " holds files already",
            "give --overwrite to replace what was captured there, or name another folder");
      }
    } catch (IOException e) {
      throw new FailureException(unwritten(folder, e), e);
    }
  }

  private static boolean holdsAnything(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }

  private static void write(Machine machine, Path folder) {
    try {
      MachineFolder.write(machine, folder);
    } catch (IOException e) {
      throw new FailureException(unwritten(folder, e), e);
    }
  }

  private static Failure unwritten(Path folder, IOException e) {
    return new Failure.HostMisconfigured(
        new Failure.Diagnosis(
            folder.toString(),
            Stage.PROBE,
            "what was read of this machine could not be written",
            ReportTarget.words(e),
            "give a folder that can be written"));
  }
}
