package dev.penstock.node.around;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files somebody has open for writing, as {@code /proc} tells: of processes of the same user,
 * or of all as root. See proc_pid_fdinfo(5).
 */
final class OpenFiles {
  private static final Pattern FLAGS = Pattern.compile("(?m)^flags:\\s*([0-7]+)$");
  private static final int ACCESS = 3;
  private static final int OCTAL = 8;

  private final Path proc;

  OpenFiles(Path proc) {
    this.proc = proc;
  }

  /**
   * Their file keys.
   *
   * @param names that are of interest, without folders
   */
  Set<Object> writtenNow(Set<String> names) {
    Set<Object> written = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      processes.forEach(process -> of(process, names, written));
    } catch (IOException _) {
      // There is no such thing here: the time to settle has to do.
    }
    return written;
  }

  private static void of(Path process, Set<String> names, Set<Object> written) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path each : open) {
        if (isOfInterest(each, names)
            && isForWriting(process.resolve("fdinfo").resolve(each.getFileName()))) {
          written.add(
              Objects.requireNonNull(
                  Files.readAttributes(each, BasicFileAttributes.class).fileKey()));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException _) {
      // It ended, or is another user's.
    }
  }

  private static boolean isOfInterest(Path descriptor, Set<String> names) {
    try {
      Path name = Files.readSymbolicLink(descriptor).getFileName();
      return name != null && names.contains(name.toString());
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean isForWriting(Path info) {
    try {
      Matcher flags = FLAGS.matcher(Files.readString(info));
      return flags.find() && (Long.parseLong(flags.group(1), OCTAL) & ACCESS) != 0;
    } catch (IOException _) {
      return false;
    }
  }
}
