package dev.penstock.node.around;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A file as it was when looked at.
 *
 * @param identity of the file system, whatever its name
 */
record Sighting(Path path, String identity, long size, FileTime written) {
  private static final int KEY_BYTES = 16;

  /** Empty when it is gone, or is no regular file; links are none. */
  static Optional<Sighting> of(Path path) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() ? Optional.of(of(path, found)) : Optional.empty();
    } catch (java.nio.file.NoSuchFileException _) {
      return Optional.empty();
    }
  }

  static Sighting of(Path path, BasicFileAttributes found) {
    return new Sighting(
        path, String.valueOf(found.fileKey()), found.size(), found.lastModifiedTime());
  }

  /** The same as long as it is this file with this content, also for the next daemon. */
  String key() {
    // The number of a device may change when the machine starts again.
    String inode = identity.replaceFirst(".*ino=", "");
    String all = path + "\n" + inode + "\n" + size + "\n" + written.toInstant();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return "watch-" + HexFormat.of().formatHex(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
