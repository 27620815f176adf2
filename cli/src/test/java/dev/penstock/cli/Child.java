package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, with the flags and class path of this one. */
final class Child implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final List<String> words;
  private final Process process;
  private final Path out;
  private final Path err;

  private Child(List<String> words, Process process, Path out, Path err) {
    this.words = words;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The command line that runs {@code penstock} with these words. */
  static List<String> command(Object... words) {
    return command(Penstock.class, words);
  }

  /** The command line of another program with the same classes. */
  static List<String> command(Class<?> main, Object... words) {
    return command(main, List.of(), Cli.strings(words));
  }

  private static List<String> command(Class<?> main, List<String> flags, List<String> words) {
    // A shell that runs tests in the background, or nohup, ignores signals, which is inherited.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-javaagent") && !flag.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash"));
    command.add(
        "-Dpenstock.natives.fallback=" + System.getProperty("penstock.natives.fallback", ""));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(words);
    return command;
  }

  /** Starts {@code penstock}; its standard input comes from {@code in} where that is not null. */
  static Child start(Path folder, Path in, Object... words) throws IOException {
    return start(folder, in, Cli.strings(words), command(words));
  }

  /** Starts any command, such as a shell around {@link #command}. */
  static Child start(Path folder, Path in, List<String> words, List<String> command)
      throws IOException {
    Path out = Files.createTempFile("penstock-child", ".out");
    Path err = Files.createTempFile("penstock-child", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // A crash would leave its log where it happened.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:ErrorFile=/dev/null");
    if (in != null) {
      builder.redirectInput(in.toFile());
    }
    return new Child(words, builder.start(), out, err);
  }

  /** Runs a command to its end. */
  static Answer run(Path folder, Object... words) throws IOException, InterruptedException {
    try (Child child = start(folder, Path.of("/dev/null"), words)) {
      return child.answer();
    }
  }

  OutputStream stdin() {
    return process.getOutputStream();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  Answer answer() throws IOException, InterruptedException {
    return answer(DEADLINE_SECONDS);
  }

  Answer answer(long seconds) throws IOException, InterruptedException {
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).as("%s ends%n%s", words, err()).isTrue();
    String said = err().replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\R", "");
    return new Answer(words, process.exitValue(), Files.readString(out), said);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    Files.delete(out);
    Files.delete(err);
  }

  /** What a {@link CommandLoop} answers. */
  record Looped(Answer answer, long peakMebibytes) {}

  /**
   * Runs many commands in one JVM. Fails when it does not survive one or one takes too long.
   *
   * @param flags of the JVM
   */
  static List<Looped> runAll(List<String> flags, List<List<String>> commands) throws Exception {
    Process process =
        new ProcessBuilder(command(CommandLoop.class, flags, List.of()))
            .redirectErrorStream(true)
            .start();
    try {
      BlockingQueue<String> lines = new ArrayBlockingQueue<>(1000);
      Thread.ofPlatform().daemon().start(() -> copyLines(process.inputReader(), lines));
      List<Looped> answers = new ArrayList<>();
      for (List<String> command : commands) {
        process
            .getOutputStream()
            .write((String.join("\t", command) + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        answers.add(looped(command, lines));
      }
      return answers;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Looped looped(List<String> command, BlockingQueue<String> lines)
      throws InterruptedException {
    List<String> noise = new ArrayList<>();
    while (true) {
      String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
      assertThat(line).as("%s neither hangs nor crashes%n%s", command, noise).isNotNull();
      if (line.startsWith("answer ")) {
        String[] parts = line.split(" ", -1);
        String err = new String(Base64.getDecoder().decode(parts[3]), StandardCharsets.UTF_8);
        return new Looped(
            new Answer(command, Integer.parseInt(parts[1]), "", err), Long.parseLong(parts[2]));
      }
      noise.add(line);
    }
  }

  private static void copyLines(BufferedReader from, BlockingQueue<String> to) {
    try (from) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        to.put(line);
      }
    } catch (IOException closed) {
      // Nobody waits for more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
