package dev.penstock.av;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Libraries that the system may have and may lack. */
final class SystemLibraries {
  /** In dependency order. */
  private static final List<String> FALLBACK =
      List.of("libdrm.so.2", "libva.so.2", "libva-drm.so.2");

  private SystemLibraries() {}

  /** Whether the dynamic loader finds a library by its soname, or has it already. */
  static boolean has(String soname) {
    try {
      SymbolLookup.libraryLookup(soname, Arena.global());
      return true;
    } catch (IllegalArgumentException absent) {
      return false;
    }
  }

  /** Loads what libavutil is linked against from our fallback, where the system lacks it. */
  static void loadFallback() {
    String folder = System.getProperty("penstock.natives.fallback");
    if (folder == null) {
      return;
    }
    for (String library : FALLBACK) {
      Path bundled = Path.of(folder, library);
      if (!has(library) && Files.exists(bundled)) {
        System.load(bundled.toAbsolutePath().toString());
      }
    }
  }
}
