package dev.penstock.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where programs keep what is their own; see the XDG Base Directory Specification. */
final class Folders {
  private Folders() {}

  /** What can be made again. */
  static Path cache() {
    return folder("XDG_CACHE_HOME", ".cache");
  }

  private static Path folder(String variable, String usual) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .orElseGet(() ->
            Path.of(
                Optional.ofNullable(System.getenv("HOME"))
                    .orElseGet(() -> System.getProperty("java.io.tmpdir")),
                usual))
        .resolve("penstock");
  }
}
