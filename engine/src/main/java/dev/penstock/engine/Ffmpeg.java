package dev.penstock.engine;

import dev.penstock.av.Codecs;
import dev.penstock.av.Libraries;
import java.nio.file.Path;
import java.util.Optional;

/** The build of FFmpeg that this process works with. */
public final class Ffmpeg {
  private Ffmpeg() {}

  /**
   * Has this process, and the probes it starts, work with the shared libraries in a folder instead
   * of those that come with Penstock. They are checked and loaded; to be called before anything
   * that reads, plans or runs.
   *
   * @throws dev.penstock.model.FailureException which says why they cannot be used; nothing else
   *     can be done in this process then
   */
  public static void use(Path folder) {
    Libraries.use(folder);
  }

  /** The folder of the user's own libraries; empty where those that come with Penstock are used. */
  public static Optional<Path> own() {
    return Libraries.own();
  }

  /** Its version, its licence and, of the user's own, where it is. */
  public static String build() {
    return Codecs.build();
  }

  /** The options that it was configured with, as they were written there. */
  public static String configuration() {
    return Codecs.configuration();
  }
}
