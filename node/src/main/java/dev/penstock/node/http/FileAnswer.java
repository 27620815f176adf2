package dev.penstock.node.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends a file, or a range of it (RFC 9110, section 14). */
final class FileAnswer {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
  private static final int CHUNK = 64 << 10;

  private FileAnswer() {}

  /** From the first byte to the last, both included. */
  private record Range(long from, long to, boolean isPart) {
    long length() {
      return to - from + 1;
    }
  }

  /**
   * @param path without links
   */
  static void send(Context context, Path path, String type) throws IOException {
    var attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw ProblemException.notFound(context.path(), "see the list of files");
    }
    long size = attributes.size();
    String tag =
        "\""
            + Long.toHexString(size)
            + "-"
            + Long.toHexString(attributes.lastModifiedTime().toMillis())
            + "\"";
    context
        .header("ETag", tag)
        .header("Accept-Ranges", "bytes")
        .header("Cache-Control", "no-cache");
    if (matches(context.header("If-None-Match"), tag)) {
      context.status(304);
      return;
    }
    Range all = new Range(0, size - 1, false);
    Range range = isRangeWanted(context, tag) ? range(context, size, all) : all;
    if (range.isPart()) {
      context
          .status(206)
          .header("Content-Range", "bytes " + range.from() + "-" + range.to() + "/" + size);
    }
    context.contentType(type);
    context.res().setContentLengthLong(range.length());
    if (!context.method().name().equals("HEAD")) {
      copy(path, range, context.res().getOutputStream());
    }
  }

  /** Whether the client has this already. */
  static boolean matches(@Nullable String header, String tag) {
    return header != null
        && Arrays.stream(header.split(",", -1))
            .map(each -> each.strip().replaceFirst("^W/", ""))
            .anyMatch(each -> each.equals(tag) || each.equals("*"));
  }

  private static boolean isRangeWanted(Context context, String tag) {
    String ifRange = context.header("If-Range");
    return context.header("Range") != null && (ifRange == null || ifRange.equals(tag));
  }

  /** One range; what is none, or several, is answered with all of it. */
  private static Range range(Context context, long size, Range all) {
    Matcher matcher = RANGE.matcher(String.valueOf(context.header("Range")).strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return all;
    }
    Range range = range(matcher.group(1), matcher.group(2), size);
    if (range.from() >= size || range.to() < range.from()) {
      throw ProblemException.of(
              416,
              "Range not satisfiable",
              context.path(),
              "has no such part",
              "it has " + size + " bytes",
              "ask for less")
          .with("Content-Range", "bytes */" + size);
    }
    return range;
  }

  private static Range range(String from, String to, long size) {
    if (from.isEmpty()) {
      return new Range(
          Math.max(0, size - Long.parseLong(to)), to.matches("0+") ? -1 : size - 1, true);
    }
    long last = to.isEmpty() ? size - 1 : Math.min(Long.parseLong(to), size - 1);
    return new Range(Long.parseLong(from), last, true);
  }

  private static void copy(Path path, Range range, OutputStream out) throws IOException {
    try (SeekableByteChannel in =
        Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      in.position(range.from());
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      for (long left = range.length(); left > 0; ) {
        chunk.clear().limit((int) Math.min(CHUNK, left));
        int count = in.read(chunk);
        if (count < 0) {
          throw new IOException("it became shorter");
        }
        out.write(chunk.array(), 0, count);
        left -= count;
      }
    }
  }
}
