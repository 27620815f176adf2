package dev.penstock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where Penstock keeps what it is to remember. */
final class StateFolder {
  private static final Path OF_MACHINE = Path.of("/var/lib/penstock");

  private StateFolder() {}

  /** Where a user's programs keep their state: see the XDG Base Directory Specification. */
  static Optional<Path> ofUser(Map<String, String> environment) {
    return named(environment)
        .or(() ->
            Optional.ofNullable(environment.get("HOME"))
                .map(home -> Path.of(home, ".local", "state")))
        .map(folder -> folder.resolve("penstock"));
  }

  /**
   * That of the machine for root, who may have no home; of others, and where it is named, theirs.
   */
  static Optional<Path> ofMachine(Map<String, String> environment) {
    return named(environment).isEmpty() && isRoot() && isUsable(OF_MACHINE)
        ? Optional.of(OF_MACHINE)
        : ofUser(environment);
  }

  private static Optional<Path> named(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether it can be written, or made. */
  private static boolean isUsable(Path folder) {
    return Files.isWritable(Files.exists(folder) ? folder : folder.getParent());
  }
}
