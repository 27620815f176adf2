package dev.penstock.engine;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where an output lies that failed its verification. */
final class Evidence {
  private static final String MARK = "failed-verification";

  private Evidence() {}

  /** A name beside the target that is not taken: {@code film.failed-verification.mp4}. */
  static Path beside(Path target) {
    String name = target.getFileName().toString();
    int dot = name.lastIndexOf('.');
    boolean folder = dot <= 0;
    String start = folder ? name : name.substring(0, dot);
    String end = folder ? "" : name.substring(dot);
    Path free = target.resolveSibling(start + "." + MARK + end);
    for (int i = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); i++) {
      free = target.resolveSibling(start + "." + MARK + "-" + i + end);
    }
    return free;
  }
}
