package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files jobs may touch. A path counts as what it leads to once all symbolic links are
 * followed. What was allowed may have been moved by the time it is opened, so whoever opens it asks
 * again.
 *
 * @param reads folders that inputs may lie in; what may be written may be read
 * @param writes folders that outputs may lie in
 * @param schemes of URLs that may be read, in lower case, such as {@code https}
 * @param hosts that URLs may name, in lower case; {@code *.example.org} for all below it; none for
 *     any, of which those of HTTP have to have public addresses
 */
public record Roots(List<Path> reads, List<Path> writes, Set<String> schemes, Set<String> hosts) {
  /** FFmpeg takes a comma for part of a scheme, as in {@code subfile,,start,0,end,9,,:}. */
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z0-9+.,_-]*):.*", Pattern.DOTALL);

  /** These open files whatever comes after them. */
  private static final Set<String> NEVER =
      Set.of(
          "file",
          "concat",
          "concatf",
          "subfile",
          "pipe",
          "fd",
          "data",
          "crypto",
          "cache",
          "async",
          "tee",
          "md5",
          "unix",
          "lavfi",
          "concat+file");

  private static final Set<String> WEB = Set.of("http", "https");
  private static final Destinations ANY =
      new Destinations(List.of(), false, InetAddress::getAllByName);

  /** From any host. */
  public Roots(List<Path> reads, List<Path> writes, Set<String> schemes) {
    this(reads, writes, schemes, Set.of());
  }

  public Roots {
    hosts = Set.copyOf(hosts);
    reads = reads.stream().map(Roots::real).toList();
    writes = writes.stream().map(Roots::real).toList();
    schemes = Set.copyOf(schemes);
    for (String each : schemes) {
      if (NEVER.contains(each) || !each.equals(each.toLowerCase(Locale.ROOT))) {
        throw new FailureException(
            refusal(
                "scheme " + each,
                "cannot be allowed",
                "it reaches files of this machine",
                "leave it out; files are named by their path"));
      }
    }
  }

  /**
   * What a job may read.
   *
   * @return the file; empty for a URL
   * @throws FailureException when it may not
   */
  public Optional<Path> toRead(String location) {
    Matcher matcher = SCHEME.matcher(location);
    if (matcher.matches() && !location.startsWith("/")) {
      return allowUrl(location, matcher.group(1).toLowerCase(Locale.ROOT));
    }
    Path path = path(location);
    Path real = real(path);
    if (isWithin(real, reads) || isWithin(real, writes)) {
      return Optional.of(real);
    }
    throw outside(location, "read", reads);
  }

  /**
   * What a job may write; it need not be there yet.
   *
   * @throws FailureException when it may not
   */
  public Path toWrite(String location) {
    if (SCHEME.matcher(location).matches() && !location.startsWith("/")) {
      throw new FailureException(
          refusal(location, "cannot be written", "it is no path", "name a file by its full path"));
    }
    Path real = real(path(location));
    // A root itself is no output.
    if (isWithin(real, writes) && !writes.contains(real)) {
      return real;
    }
    throw outside(location, "written", writes);
  }

  /** Whether a file that a job made may be shown; follows links. */
  boolean mayShow(Path path) {
    return isWithin(real(path), writes);
  }

  private Optional<Path> allowUrl(String location, String scheme) {
    if (schemes.contains(scheme) && location.regionMatches(scheme.length(), "://", 0, 3)) {
      String host = host(location.substring(scheme.length() + "://".length()));
      if (hosts.isEmpty()) {
        refuseOwnNetworks(scheme, host);
        return Optional.empty();
      }
      if (hosts.stream().anyMatch(each -> isOf(host, each))) {
        return Optional.empty();
      }
      throw new FailureException(
          refusal(
              "host " + host,
              "may not be read from",
              "this server reads from " + String.join(", ", hosts.stream().sorted().toList()),
              "have it added to the server's http.sources.hosts"));
    }
    throw new FailureException(
        refusal(
            location,
            "may not be read",
            schemes.isEmpty()
                ? "this server reads files only"
                : "this server reads files and "
                    + String.join(", ", schemes.stream().sorted().toList()),
            "name a file by its full path"));
  }

  /** Whoever may submit must not have this machine ask where only it can. */
  private static void refuseOwnNetworks(String scheme, String host) {
    if (WEB.contains(scheme)
        && ANY.verdict(host) instanceof Destinations.Verdict.Refused(String why)) {
      throw new FailureException(
          refusal(
              "host " + host,
              "may not be read from",
              why,
              "have it named in the server's http.sources.hosts, with all others that are wanted"));
    }
  }

  /**
   * As libav divides it: behind the last {@code @} before the path, up to the first colon; as
   * everything else, in brackets.
   */
  private static String host(String rest) {
    String authority = rest.split("[/?#]", 2)[0];
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    return (end > 0 || host.startsWith(":") ? host.substring(0, end) : host)
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isOf(String host, String allowed) {
    return allowed.startsWith("*.") ? host.endsWith(allowed.substring(1)) : host.equals(allowed);
  }

  private static Path path(String location) {
    try {
      Path path = Path.of(location);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new FailureException(
          refusal(
              "a path", "is none", String.valueOf(e.getReason()), "name a file by its full path"),
          e);
    }
    throw new FailureException(
        refusal(
            location.isEmpty() ? "an empty path" : location,
            "is no full path",
            "a server has no folder that it could be seen from",
            "begin it with /"));
  }

  private static boolean isWithin(Path real, List<Path> roots) {
    return roots.stream().anyMatch(real::startsWith);
  }

  /**
   * Where it leads. Follows the links of the part that is there, also one that leads to nothing;
   * {@code ..} means the folder above where a link led, as it does to the kernel.
   */
  private static Path real(Path path) {
    Path at = Path.of("/");
    int links = 0;
    var todo = new java.util.ArrayDeque<Path>();
    path.toAbsolutePath().forEach(todo::add);
    while (!todo.isEmpty()) {
      Path name = todo.poll();
      if (name.toString().equals("..")) {
        at = at.getParent() == null ? at : at.getParent();
        continue;
      }
      if (name.toString().equals(".") || name.toString().isEmpty()) {
        continue;
      }
      Path next = at.resolve(name);
      if (!Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      if (++links > 40) {
        throw new FailureException(
            refusal(
                path.toString(), "leads nowhere", "its links go in circles", "name another file"));
      }
      Path target = target(next);
      at = target.isAbsolute() ? Path.of("/") : at;
      var ahead = new java.util.ArrayList<Path>();
      target.forEach(ahead::add);
      ahead.reversed().forEach(todo::addFirst);
    }
    return at;
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new FailureException(
          refusal(
              link.toString(),
              "cannot be followed",
              String.valueOf(e.getMessage()),
              "name another file"),
          e);
    }
  }

  private static FailureException outside(String location, String verb, List<Path> roots) {
    return new FailureException(
        refusal(
            location,
            "may not be " + verb,
            roots.isEmpty()
                ? "this server has no folder for it"
                : "it leads outside "
                    + String.join(", ", roots.stream().map(Path::toString).toList()),
            "put it there, or have that folder added to the server's roots"));
  }

  private static Failure refusal(String subject, String problem, String cause, String next) {
    return new Failure.BadRequest(new Failure.Diagnosis(subject, Stage.OPEN, problem, cause, next));
  }
}
