package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Survey;
import dev.penstock.hardware.ChildJvm;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.hardware.trial.Fingerprint;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import dev.penstock.lab.Scenarios;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command on virtual GPUs. They are tried while nothing befalls them, as on a machine that worked
 * until today; then the scenario begins anew with the command. What the command keeps, of faults
 * and trials, is kept apart from what is known of the real machine.
 */
final class LabRun {
  /** How long a command that was told to end has for it; less than this process waits. */
  private static final Duration CLEAN_UP = Duration.ofSeconds(40);

  /** How long one that a terminal has told as well is left to itself. */
  private static final Duration ON_ITS_OWN = Duration.ofSeconds(5);

  /** A slow machine does not come to the end of the trials the first time. */
  private static final int MOST_TIMES = 4;

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Terminal terminal;
  private final Cancellation cancellation;

  LabRun(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  /**
   * Runs it.
   *
   * @param name of the scenario
   * @return the exit code of the command
   */
  int run(String name, String scenario, List<String> command, boolean received) throws IOException {
    refuse();
    try (LabFolder place = LabFolder.of(scenario)) {
      say("lab: " + name + ": " + Scenarios.about(scenario));
      Fleet before = Fleet.again(place.fleet(), Scenarios.before(scenario));
      Map<String, String> environment = environment(before, place);
      tryOut(environment, place);
      if (cancellation.isCancelled()) {
        return ExitCode.INTERRUPTED.value();
      }
      Fleet fleet = Fleet.again(place.fleet(), scenario);
      int exit = run(command, environment);
      terminal.err().print(LabText.of(fleet, exit, received));
      terminal.flush();
      return exit;
    }
  }

  private static void refuse() {
    if (!Lab.hasCompiler()) {
      throw lacking(
          "its drivers are built when they are wanted, and gcc or the headers of the C library are"
              + " missing",
          "sudo apt install gcc libc6-dev, or what your system calls them");
    }
    if (Survey.declared().encoder("libx264").isEmpty()) {
      throw lacking(
          "virtual GPUs encode with x264 and x265, which this build was made without",
          "use the build with x264 and x265 to rehearse");
    }
  }

  private static FailureException lacking(String cause, String nextStep) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(
                "the lab", Stage.OPEN, "cannot play GPUs here", cause, nextStep)));
  }

  private void say(String line) {
    terminal.err().println("penstock: " + Terminal.oneLine(line));
    terminal.err().flush();
  }

  /** On top of that of this process. */
  private static Map<String, String> environment(Fleet fleet, LabFolder place) {
    Map<String, String> environment = new HashMap<>(fleet.environment());
    // libva, which probes look for where the system has it, and a machine without a GPU has not.
    after("LD_LIBRARY_PATH", System.getProperty("penstock.natives.fallback"), environment);
    after("LD_LIBRARY_PATH", System.getenv("LD_LIBRARY_PATH"), environment);
    environment.put("CUDA_CACHE_PATH", place.kernels().toString());
    environment.put("XDG_CACHE_HOME", place.cache().toString());
    environment.put("XDG_STATE_HOME", place.state().toString());
    return environment;
  }

  private static void after(
      String name, @Nullable String folders, Map<String, String> environment) {
    if (folders != null && !folders.isEmpty()) {
      environment.merge(name, folders, (ours, theirs) -> ours + ":" + theirs);
    }
  }

  private void tryOut(Map<String, String> environment, LabFolder place) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    Inventory inventory =
        new Inventory(
            new Children(environment),
            new Fingerprint(Root.ofThisMachine(all), all),
            Optional.of(place.cache().resolve("penstock")),
            InstantSource.system());
    AtomicBoolean tried = new AtomicBoolean(true);
    for (int time = 0;
        time < MOST_TIMES && !cancellation.isCancelled() && tried.getAndSet(false);
        time++) {
      var _ =
          inventory.proved(wish -> {
            tried.set(true);
            say("lab: trying " + wish.word().replace("@", " on ") + ", once");
          });
    }
  }

  private int run(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(meant(command)).inheritIO();
    builder.environment().putAll(environment);
    Process process = start(builder, command.getFirst());
    try {
      while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (cancellation.isCancelled()) {
          end(process);
        }
      }
      return process.exitValue();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      kill(process);
      return ExitCode.INTERRUPTED.value();
    }
  }

  /** A terminal tells both; what has told this process alone is passed on. */
  private static void end(Process process) throws InterruptedException {
    if (Posix.isTerminal(0) && process.waitFor(ON_ITS_OWN.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    process.destroy();
    if (!process.waitFor(CLEAN_UP.minus(ON_ITS_OWN).toMillis(), TimeUnit.MILLISECONDS)) {
      kill(process);
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private static Process start(ProcessBuilder builder, String program) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UsageException(
          program, "cannot be run: " + e.getMessage(), "name a program that is there, after --");
    }
  }

  private static List<String> meant(List<String> command) {
    return command.getFirst().equals("penstock")
        ? ChildJvm.command(Penstock.class.getName(), command.subList(1, command.size()))
        : command;
  }
}
