package dev.penstock.cli;

import dev.penstock.lab.Fleet;
import dev.penstock.lab.Scenarios;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a machine is played: among what can be made again, so that its libraries are built and its
 * GPUs tried once for all that may befall it. Whoever has it is alone in it; a second rehearsal at
 * the same time gets another.
 *
 * @param base of all machines
 * @param folder of this one
 * @param lock held while it is played
 * @param kept whether it is there for the next time
 */
record LabFolder(Path base, Path folder, FileChannel lock, boolean kept) implements AutoCloseable {
  static LabFolder of(String scenario) throws IOException {
    Optional<Path> cache = Folders.cache(System.getenv()).map(each -> each.resolve("lab"));
    Path base = cache.isPresent() ? cache.get() : Files.createTempDirectory("penstock-lab");
    String name = Fleet.key(Scenarios.before(scenario));
    for (int copy = 1; ; copy++) {
      Path folder = base.resolve(name + (copy == 1 ? "" : "-" + copy));
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock.tryLock() != null) {
        LabFolder place = new LabFolder(base, folder, lock, cache.isPresent());
        remove(place.state());
        return place;
      }
      lock.close();
    }
  }

  /** The libraries, and what they write. */
  Path fleet() {
    return folder.resolve("fleet");
  }

  /** What was compiled for GPUs, of all machines. */
  Path kernels() {
    return base.resolve("kernels");
  }

  Path cache() {
    return folder.resolve("cache");
  }

  Path state() {
    return folder.resolve("state");
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
    if (!kept) {
      remove(base);
    }
  }
}
