package dev.penstock.hardware.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made tree of what the kernel shows of cards and processes. */
final class DrmTree {
  private final Path root;

  DrmTree(Path root) {
    this.root = root;
  }

  DrmTree card(int number, String driver, String pci) {
    return file(
        number, "uevent", "DRIVER=" + driver + "\nPCI_CLASS=30000\nPCI_SLOT_NAME=" + pci + "\n");
  }

  DrmTree file(int card, String name, String text) {
    write(root.resolve("sys/class/drm/card" + card + "/device/" + name), text);
    return this;
  }

  DrmTree cardFile(int card, String name, String text) {
    write(root.resolve("sys/class/drm/card" + card + "/" + name), text);
    return this;
  }

  /** A process with a device open. */
  DrmTree client(int pid, int descriptor, String target, String fdinfo) {
    Path process = root.resolve("proc/" + pid);
    write(process.resolve("comm"), "ffmpeg\n");
    write(process.resolve("fdinfo/" + descriptor), fdinfo);
    Path link = process.resolve("fd/" + descriptor);
    try {
      Files.createDirectories(link.getParent());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
