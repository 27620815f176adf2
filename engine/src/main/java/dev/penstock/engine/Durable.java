package dev.penstock.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Names of files that are to outlive the machine: those of a folder are durable by themselves. */
public final class Durable {
  private Durable() {}

  /**
   * Makes durable which names a folder has, as {@code fsync(2)} of a file does not do. Where the
   * file system cannot, they are as durable as it makes them.
   */
  public static void names(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Some of the network refuse it; what has its name by now has it.
    }
  }

  /** The same of a folder and all below it. */
  static void allNames(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
          .forEach(Durable::names);
    }
  }
}
