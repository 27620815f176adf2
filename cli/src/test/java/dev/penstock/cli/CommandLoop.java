package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A process of its own for commands that might bring it down: reads one command a line, its words
 * separated by tabs, and answers each with a line of exit code, memory used at most so far, and
 * what went to standard error.
 */
final class CommandLoop {
  private CommandLoop() {}

  public static void main(String[] args) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      StringWriter err = new StringWriter();
      PrintWriter nowhere = new PrintWriter(new StringWriter());
      Terminal terminal = Terminal.plain(nowhere, new PrintWriter(err, true));
      int exit = Penstock.run(terminal, new Cancellation(), line.split("\t"));
      String said =
          Base64.getEncoder().encodeToString(err.toString().getBytes(StandardCharsets.UTF_8));
      System.out.println("answer " + exit + " " + peakMebibytes() + " " + said);
      System.out.flush();
    }
  }

  private static long peakMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IllegalStateException("no VmHWM in /proc/self/status");
  }
}
