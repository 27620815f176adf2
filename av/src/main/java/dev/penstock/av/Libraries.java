package dev.penstock.av;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The libraries of FFmpeg that this process works with: those that come with Penstock, or a build
 * of the user's own.
 */
public final class Libraries {
  /** Where the user's own are; child processes are handed it on. */
  private static final String PROPERTY = "penstock.ffmpeg.libs";

  private Libraries() {}

  /**
   * Has this process work with the libraries in a folder, once they have passed every check; see
   * {@link OwnLibraries}. They are loaded then. To be called before anything else of this package,
   * and where it throws, nothing else of it may be used.
   *
   * @throws dev.penstock.model.FailureException which says why they cannot be used
   */
  public static void use(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    OwnLibraries.in(absolute).load();
    System.setProperty(PROPERTY, absolute.toString());
  }

  /** The folder of the user's own; empty where those that come with Penstock are used. */
  public static Optional<Path> own() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
  }

  /**
   * What tells one set of libraries from another, whatever they call themselves: for the keys of
   * caches. Of the user's own, that is also the size and the time of each file.
   */
  public static String identity() {
    return Codecs.build()
        + "\n"
        + Codecs.configuration()
        + own().map(folder -> "\n" + OwnLibraries.in(folder).stamps()).orElse("");
  }

  /** Size and time of last change, in milliseconds since 1970, of the file behind a path. */
  static String stamp(Path file) {
    try {
      return Files.size(file) + "@" + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      // A library that was taken away while it is in use is still that one, and no other run's.
      return "gone " + ProcessHandle.current().pid();
    }
  }
}
