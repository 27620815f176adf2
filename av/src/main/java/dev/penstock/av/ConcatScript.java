package dev.penstock.av;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list of files for libav's concat demuxer, which opens them behind the back of {@link
 * NestedOpens}, each with a context of its own. So the list is judged before libav sees it. libav
 * itself refuses names with anything but letters, digits, {@code _ - . /} and names that lead
 * upwards; what is left to look at is symbolic links and lists in the list.
 */
final class ConcatScript {
  private static final byte[] MAGIC = "ffconcat version 1.0".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern LINE_END = Pattern.compile("[\n\r\0]");
  private static final Pattern FILE = Pattern.compile("[ \t]*file[ \t]+([^ \t]+).*");

  private final Path script;

  private ConcatScript(Path script) {
    this.script = script;
  }

  /** The script in a file, if it is one. Only a regular file can be looked into beforehand. */
  static Optional<ConcatScript> in(Path file) {
    return startsAsScript(file) ? Optional.of(new ConcatScript(file)) : Optional.empty();
  }

  private static boolean startsAsScript(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      return Arrays.equals(bytes.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** What it names that may not be read from a file in this folder; empty when all is well. */
  Optional<String> firstForbidden(Path folder) {
    try (InputStream bytes = Files.newInputStream(script)) {
      byte[] text = bytes.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        return Optional.of("more than " + MAX_BYTES + " bytes of file names");
      }
      return names(new String(text, StandardCharsets.ISO_8859_1)).stream()
          .filter(name -> !isAllowed(folder, name))
          .findFirst();
    } catch (IOException unreadable) {
      return Optional.of(unreadable.toString());
    }
  }

  private static List<String> names(String text) {
    return LINE_END
        .splitAsStream(text)
        .map(FILE::matcher)
        .filter(Matcher::matches)
        .map(file -> file.group(1).replaceAll("['\\\\]", ""))
        .toList();
  }

  private boolean isAllowed(Path folder, String name) {
    try {
      Path file = script.resolveSibling(name);
      return Location.isIn(folder, file) && !startsAsScript(file);
    } catch (InvalidPathException unreadable) {
      return false;
    }
  }
}
