package dev.penstock.hardware;

import dev.penstock.model.Reading.Why;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks in child processes, each under a deadline. A child that does not end is killed and not
 * waited for: blocked in a driver, it outlives even that.
 *
 * <p>Thread-safe.
 */
public final class Children {
  /** What a child may need of how this process was started. */
  private static final List<String> PASSED_ON =
      List.of(
          "java.library.path",
          "org.sqlite.lib.path",
          "org.bytedeco.javacpp.pathsFirst",
          "org.bytedeco.javacpp.platform.preloadpath",
          "org.bytedeco.javacpp.nopointergc",
          "org.bytedeco.javacpp.maxphysicalbytes",
          "penstock.natives.fallback",
          "penstock.ffmpeg.libs");

  /** After so many paths that nothing came back from, the rest is left unread. */
  private static final int MOST_HANGS = 3;

  /** In less than that not even a JVM starts. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Map<String, String> environment;

  /**
   * @param environment set in the children, on top of that of this process
   */
  public Children(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** What came back from a child: a line, or its end. */
  private sealed interface Said {
    record Line(String text) implements Said {}

    record Ended() implements Said {}
  }

  /**
   * Asks one probe.
   *
   * @param argument handed to it
   */
  public Answer ask(Class<? extends Probe<?>> probe, String argument, Duration deadline) {
    if (deadline.compareTo(SHORTEST) < 0) {
      return new Answer.Lacking(Why.NOT_ASKED, "there was no time left to ask");
    }
    long began = System.nanoTime();
    try (Child child = Child.start(environment, "", "probe", probe.getName(), argument)) {
      Optional<String> line = child.answer(deadline);
      if (line.isEmpty()) {
        return child.hasEnded()
            ? new Answer.Lacking(Why.FAILED, child.epitaph())
            : new Answer.Lacking(Why.HUNG, "did not answer within " + seconds(deadline));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      return line.get().startsWith(ProbeChild.ANSWER)
          ? new Answer.Given(line.get().substring(ProbeChild.ANSWER.length()), took)
          : new Answer.Lacking(Why.FAILED, line.get().substring(ProbeChild.FAILED.length()));
    } catch (IOException e) {
      return new Answer.Lacking(Why.FAILED, "no child process could be started: " + e.getMessage());
    }
  }

  /**
   * Reads files. One that does not come back within the deadline is reported as such, and the rest
   * is read by another child.
   *
   * @param root in place of {@code /}
   * @param deadline for each file
   * @param all for all of them; what has not been read by then was not looked at
   */
  public Tree files(Path root, Collection<Wanted> wanted, Duration deadline, Duration all) {
    long end = System.nanoTime() + all.toNanos();
    Map<String, Node> nodes = new TreeMap<>();
    Set<String> hung = new HashSet<>();
    boolean complete = false;
    while (!complete && hung.size() < MOST_HANGS && System.nanoTime() < end) {
      complete = files(root, wanted, deadline, end, nodes, hung);
    }
    return new Tree(nodes);
  }

  private boolean files(
      Path root,
      Collection<Wanted> wanted,
      Duration deadline,
      long end,
      Map<String, Node> nodes,
      Set<String> hung) {
    List<String> words = new ArrayList<>(List.of("files", root.toString()));
    wanted.forEach(each -> hung.forEach(path -> words.add(path + " " + each.how())));
    String lines = wanted.stream().map(FactsJson::line).collect(Collectors.joining("\n"));
    String beginning = "/";
    try (Child child = Child.start(environment, lines, words.toArray(String[]::new))) {
      for (String line = child.next(deadline); line != null; line = child.next(deadline)) {
        if (line.startsWith(ProbeChild.BEGINNING)) {
          beginning = line.substring(ProbeChild.BEGINNING.length());
        } else if (line.startsWith(ProbeChild.FOUND)) {
          add(line.substring(ProbeChild.FOUND.length()), nodes);
        } else if (line.startsWith(ProbeChild.ANSWER)) {
          return true;
        }
        if (System.nanoTime() > end) {
          return false;
        }
      }
      Why why = child.hasEnded() ? Why.FAILED : Why.HUNG;
      String text =
          child.hasEnded() ? child.epitaph() : "did not come back within " + seconds(deadline);
      nodes.put(beginning, new Node.Unreadable(why, text));
    } catch (IOException e) {
      nodes.put(beginning, new Node.Unreadable(Why.FAILED, String.valueOf(e.getMessage())));
    }
    return !hung.add(beginning);
  }

  /** What is known of a path is not replaced by less: one may be wanted in several ways. */
  private static void add(String line, Map<String, Node> nodes) {
    var json = JsonMapper.shared().readTree(line);
    Node node = TreeText.node(json);
    nodes.merge(
        json.required("path").stringValue(),
        node,
        (old, now) -> rank(now) >= rank(old) ? now : old);
  }

  private static int rank(Node node) {
    return switch (node) {
      case Node.Missing _ -> 0;
      case Node.Unreadable _ -> 1;
      case Node.Exists _ -> 2;
      default -> 3;
    };
  }

  private static String seconds(Duration deadline) {
    return deadline.toMillis() % 1000 == 0
        ? deadline.toSeconds() + " s"
        : deadline.toMillis() + " ms";
  }

  /** A child process and what it says. */
  private static final class Child implements AutoCloseable {
    private static final int LAST_WORDS = 400;

    private final Process process;
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private boolean ended;

    private Child(Process process) {
      this.process = process;
    }

    static Child start(Map<String, String> environment, String input, String... words)
        throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command(words));
      // Errors are told by the C library's words, in English.
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().putAll(environment);
      Child child = new Child(builder.start());
      child.listen();
      try (OutputStream in = child.process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      return child;
    }

    private static List<String> command(String... words) {
      List<String> command = new ArrayList<>();
      command.add(
          System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
      command.addAll(
          List.of(
              "-Xshare:auto",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-XX:-UsePerfData",
              // A crash in a driver is an answer, not a file in the user's folder.
              "-XX:ErrorFile=/dev/null",
              "-XX:-CreateCoredumpOnCrash",
              "--enable-native-access=ALL-UNNAMED"));
      for (String name : PASSED_ON) {
        String value = System.getProperty(name);
        if (value != null) {
          command.add("-D" + name + "=" + value);
        }
      }
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), ProbeChild.class.getName()));
      command.addAll(List.of(words));
      return command;
    }

    private void listen() {
      Thread.ofPlatform()
          .daemon()
          .name("probe-answers")
          .start(() -> lines(process.inputReader(StandardCharsets.UTF_8)));
      Thread.ofPlatform()
          .daemon()
          .name("probe-errors")
          .start(() -> errors(process.errorReader(StandardCharsets.UTF_8)));
    }

    private void lines(BufferedReader reader) {
      try (reader) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          said.add(new Said.Line(line));
        }
      } catch (IOException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
      said.add(new Said.Ended());
    }

    private void errors(BufferedReader reader) {
      try (reader) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          errors.add(line);
        }
      } catch (IOException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }

    /** The next line; null when there is none in time or the child has ended. */
    @Nullable String next(Duration deadline) {
      try {
        return switch (said.poll(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
          case Said.Line(String text) -> text;
          case Said.Ended _ -> {
            ended = true;
            yield null;
          }
          case null -> null;
        };
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }

    /** The line that answers; what libraries print beside it is passed over. */
    Optional<String> answer(Duration deadline) {
      long end = System.nanoTime() + deadline.toNanos();
      for (String line = next(deadline);
          line != null;
          line = next(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
        if (line.startsWith(ProbeChild.ANSWER) || line.startsWith(ProbeChild.FAILED)) {
          return Optional.of(line);
        }
      }
      return Optional.empty();
    }

    boolean hasEnded() {
      return ended;
    }

    /** How it ended without an answer. */
    String epitaph() {
      try {
        if (!process.waitFor(1, TimeUnit.SECONDS)) {
          return "the child process closed its output and went on";
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "interrupted";
      }
      int exit = process.exitValue();
      String how = exit > 128 ? "was killed by signal " + (exit - 128) : "ended with " + exit;
      String words = String.join(" ", errors).strip();
      return "the child process "
          + how
          + (words.isEmpty()
              ? ""
              : ": " + words.substring(0, Math.min(LAST_WORDS, words.length())));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
