package dev.penstock.cli;

import dev.penstock.engine.Durable;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.node.JobFolder;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What a worker writes down before outputs get their names, so that a job is not done again, nor
 * taken to be in its own way, when nobody lived to hear that it was done.
 *
 * @param report as users are shown it
 * @param identity of what gets the name of the target: its number in the file system, and of a file
 *     its size and time
 */
record Published(String report, List<String> outputs, String identity) {
  Published {
    outputs = List.copyOf(outputs);
  }

  /**
   * Writes it, durably.
   *
   * @param work the folder of the job
   * @param written what is about to get the name of the target
   */
  static void write(Path work, Path written, FromWorker.Done done) {
    Path file = JobFolder.report(work);
    try {
      String text =
          Wire.write(
              new Published(done.report(), done.outputs(), identity(written)), Published.class);
      Path folder = Objects.requireNonNull(file.getParent(), "a job's folder is in one");
      Files.createDirectories(folder);
      Path part = file.resolveSibling(file.getFileName() + ".part");
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          int _ = channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      Durable.names(folder);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.OutOfResource(
              new Diagnosis(
                  file.toString(),
                  Stage.FINISH,
                  "cannot be written",
                  e.toString(),
                  "make room on the disk of the data folder")),
          e);
    }
  }

  /** What was written down of a job, if the target is what it was written of. */
  static Optional<Published> find(Path work, Path target) {
    try {
      Path file = JobFolder.report(work);
      if (!Files.exists(file) || !Files.exists(target)) {
        return Optional.empty();
      }
      Published found = Wire.read(Files.readString(file), Published.class);
      return found.identity().equals(identity(target)) ? Optional.of(found) : Optional.empty();
    } catch (IOException | JacksonException _) {
      return Optional.empty();
    }
  }

  private static String identity(Path path) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
    return facts.isDirectory()
        ? "folder " + facts.fileKey()
        : "file " + facts.fileKey() + " " + facts.size() + " " + facts.lastModifiedTime();
  }
}
