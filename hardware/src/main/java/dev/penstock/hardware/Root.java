package dev.penstock.hardware;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a machine are. Those that a folder has under the same path stand in for the
 * machine's own, folders as a whole: this is how virtual GPUs come onto the bus.
 *
 * @param folder in place of {@code /}
 * @param standIn a folder with paths as they are below the root
 */
public record Root(Path folder, Optional<Path> standIn) {
  /** The environment variable that names a folder of stand-ins for files of this machine. */
  public static final String VARIABLE = "PENSTOCK_MACHINE";

  /** All of it in one folder. */
  public static Root of(Path folder) {
    return new Root(folder, Optional.empty());
  }

  /** This machine as this process is to see it. */
  public static Root ofThisMachine() {
    return ofThisMachine(System.getenv());
  }

  public static Root ofThisMachine(Map<String, String> environment) {
    return new Root(
        Path.of("/"),
        Optional.ofNullable(environment.get(VARIABLE))
            .filter(name -> !name.isEmpty())
            .map(Path::of));
  }

  /** The file of a path of the machine. */
  public Path resolve(String path) {
    String relative = path.startsWith("/") ? path.substring(1) : path;
    return standIn
        .map(each -> each.resolve(relative))
        .filter(each -> Files.exists(each, LinkOption.NOFOLLOW_LINKS))
        .orElseGet(() -> folder.resolve(relative));
  }

  /** Whether this file stands in for one of the machine. */
  boolean standsIn(Path file) {
    return standIn.filter(file::startsWith).isPresent();
  }
}
