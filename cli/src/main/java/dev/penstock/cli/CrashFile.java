package dev.penstock.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what a programmer needs about an unexpected exception, so that the user need not see it.
 */
final class CrashFile {
  private CrashFile() {}

  /** The file written; empty when not even that was possible. */
  static Optional<Path> write(Throwable problem, List<String> arguments) {
    try {
      // Readable by the owner only: arguments may hold URLs with credentials.
      Path file = Files.createTempFile("penstock-crash-", ".txt");
      try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
        out.println("penstock " + Version.current());
        out.println(
            System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        out.println(System.getProperty("os.name") + " " + System.getProperty("os.version"));
        out.println("arguments: " + Secrets.hidden(arguments.toString()));
        out.println();
        out.print(Secrets.hidden(problem));
      }
      return Optional.of(file);
    } catch (IOException | SecurityException _) {
      return Optional.empty();
    }
  }
}
