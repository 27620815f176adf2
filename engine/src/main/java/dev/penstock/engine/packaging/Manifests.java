package dev.penstock.engine.packaging;

import dev.penstock.engine.Failures;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The files that name all others. */
public final class Manifests {
  /** HLS's multivariant playlist. */
  public static final String MASTER = "master.m3u8";

  /** DASH's MPD. */
  public static final String MPD = "manifest.mpd";

  /** Who they are for. */
  public enum Format {
    HLS,
    DASH
  }

  private Manifests() {}

  /**
   * Writes them beside the segments; what names another file comes after it.
   *
   * @param folder where the segments are, and no manifests yet
   * @throws IllegalArgumentException for DASH where {@link DashManifest#canCarry} is not so
   */
  public static void write(Presentation presentation, Set<Format> formats, Path folder) {
    Map<String, String> files = new LinkedHashMap<>();
    if (formats.contains(Format.HLS)) {
      files.putAll(HlsPlaylists.all(presentation, MASTER));
    }
    if (formats.contains(Format.DASH)) {
      files.put(MPD, DashManifest.mpd(presentation));
    }
    files.forEach((name, text) -> put(folder.resolve(name), text));
  }

  private static void put(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }
}
