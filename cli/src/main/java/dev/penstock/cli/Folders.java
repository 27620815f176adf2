package dev.penstock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Penstock keeps what is its own: see the XDG Base Directory Specification, 0.8. There is no
 * such place without a home: others could foresee any, and put there what they like.
 */
final class Folders {
  private static final Path STATE_OF_MACHINE = Path.of("/var/lib/penstock");

  private Folders() {}

  /** What can be made again. */
  static Optional<Path> cache(Map<String, String> environment) {
    return named(environment, "XDG_CACHE_HOME")
        .or(() -> named(environment, "HOME").map(home -> home.resolve(".cache")))
        .map(folder -> folder.resolve("penstock"));
  }

  /** What is to be remembered for a user. */
  static Optional<Path> state(Map<String, String> environment) {
    return named(environment, "XDG_STATE_HOME")
        .or(() -> named(environment, "HOME").map(home -> home.resolve(".local/state")))
        .map(folder -> folder.resolve("penstock"));
  }

  /**
   * What is to be remembered for the machine: its own folder for root, who may have no home; of
   * others, and where it is named, theirs.
   */
  static Optional<Path> stateOfMachine(Map<String, String> environment) {
    return named(environment, "XDG_STATE_HOME").isEmpty() && isRoot() && isUsable(STATE_OF_MACHINE)
        ? Optional.of(STATE_OF_MACHINE)
        : state(environment);
  }

  /** Relative paths are invalid, and to be ignored. */
  private static Optional<Path> named(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).map(Path::of).filter(Path::isAbsolute);
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
