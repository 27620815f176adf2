package dev.penstock.av;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an input is, and what may be reached from inside it: a file or a playlist must not be able
 * to make Penstock read other files or call other hosts.
 *
 * @param given as the user wrote it
 * @param url as libav takes it; a path becomes {@code file:} so that a colon in its name does no
 *     harm
 * @param protocols libav protocols that opening it, and whatever it refers to, may use
 * @param folder the only folder from which a local input may name further files
 * @param options further demuxer and protocol options
 */
public record Location(
    String given,
    String url,
    String protocols,
    Optional<Path> folder,
    Map<String, String> options) {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*");
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
  private static final String HTTP = "http,https,tcp,tls,crypto,data,httpproxy";

  public Location {
    options = Map.copyOf(options);
  }

  /** Sorts a path, a URL or {@code -} (standard input). */
  public static Location of(String given) {
    if (given.equals("-")) {
      return ofStandardInput();
    }
    if (SCHEME.matcher(given).matches()) {
      return ofUrl(given);
    }
    return new Location(
        given, "file:" + given, "file,crypto,data", Optional.of(folderOf(given)), Map.of());
  }

  /**
   * A file that was redirected to it can be read like any other; what it names, it may not open.
   */
  private static Location ofStandardInput() {
    return Files.isRegularFile(STANDARD_INPUT)
        ? new Location(
            "-",
            "file:" + STANDARD_INPUT,
            "file,crypto,data",
            Optional.of(STANDARD_INPUT),
            Map.of())
        : new Location("-", "pipe:0", "pipe,crypto,data", Optional.empty(), Map.of());
  }

  private static Location ofUrl(String given) {
    String scheme = given.substring(0, given.indexOf("://")).toLowerCase(Locale.ROOT);
    if (scheme.equals("file")) {
      return of(given.substring("file://".length()));
    }
    String protocols =
        switch (scheme) {
          case "http", "https" -> HTTP;
          case "rtsp", "rtsps" -> "rtsp,rtsps,rtp,srtp,udp,tcp,tls";
          case "rtmp", "rtmps" -> "rtmp,rtmps,tcp,tls";
          default -> scheme + ",tcp,udp,tls";
        };
    return new Location(given, given, protocols, Optional.empty(), Map.of());
  }

  private static Path folderOf(String path) {
    Path absolute = Path.of(path).toAbsolutePath();
    Path parent = absolute.getParent();
    return real(parent == null ? absolute : parent);
  }

  boolean isNetwork() {
    return folder.isEmpty() && !isStandardInput();
  }

  boolean isHttp() {
    return protocols.equals(HTTP);
  }

  /** Whether it is standard input, and that no file. */
  boolean isStandardInput() {
    return url.equals("pipe:0");
  }

  /** Whether the input may open this URL while it is read. */
  boolean allows(String nested) {
    if (nested.equals(url)) {
      return true;
    }
    // Hosts are the protocol whitelist's matter; here only local files are judged.
    return folder.map(root -> allowsFile(root, nested)).orElse(!isLocalFile(nested));
  }

  private static boolean allowsFile(Path root, String nested) {
    if (nested.startsWith("data:")) {
      return true;
    }
    // An encrypted segment: what is decrypted is a file like any other.
    String file = nested.startsWith("crypto+") ? nested.substring("crypto+".length()) : nested;
    return isLocalFile(file) && isIn(root, Path.of(withoutScheme(file)));
  }

  /** Whether a file, symbolic links followed, is below a folder. */
  static boolean isIn(Path root, Path file) {
    return real(file.toAbsolutePath()).startsWith(root);
  }

  private static String withoutScheme(String file) {
    return file.startsWith("file:") ? file.substring("file:".length()) : file;
  }

  static String refusal(String nested) {
    return "refused: the input refers to " + nested + ", which it may not reach";
  }

  /** The file itself, when it is one. */
  Optional<Path> file() {
    return folder.map(f -> Path.of(withoutScheme(url)));
  }

  private static boolean isLocalFile(String nested) {
    return nested.startsWith("file:") || !nested.contains(":");
  }

  /** Symbolic links resolved, so that a link does not lead out of the folder. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException missing) {
      Path parent = path.normalize().getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }
}
