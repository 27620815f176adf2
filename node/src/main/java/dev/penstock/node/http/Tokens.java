package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may do what: a file with one line for each token, {@code NAME ROLE TENANT SHA256}, where
 * TENANT is {@code *} for an admin of all, and behind it the time from which it is worth nothing.
 * Lines that begin with {@code #} say nothing. A token holds 32 random bytes, so its bare hash
 * tells nobody anything.
 *
 * <p>The file is read again when it has changed. When it is gone nobody is let in; when it has
 * mistakes, those in it before stay. Any thread.
 */
public final class Tokens {
  private static final Logger LOG = Logger.getLogger(Tokens.class.getName());
  private static final String PREFIX = "pst_";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern LINE =
      Pattern.compile(
          "([A-Za-z0-9][A-Za-z0-9._@-]{0,62})\\s+(viewer|operator|admin)\\s+(\\*|"
              + SubmitForm.TENANT
              + ")\\s+([0-9a-f]{64})(?:\\s+(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z))?");

  private final Path file;
  private final InstantSource clock;
  private volatile Read read;

  /** What was in the file when it looked like this. */
  private record Read(Optional<Stamp> stamp, List<Entry> entries) {}

  private record Stamp(long modified, long size, Object key) {}

  private record Entry(Principal principal, Optional<Instant> expires) {
    boolean holds(Instant now) {
      return expires.isEmpty() || now.isBefore(expires.get());
    }
  }

  /**
   * A token, without what it is.
   *
   * @param tenant empty for an admin of all
   * @param expires from when on it is worth nothing; empty for never
   */
  public record Listed(
      String name, Role role, Optional<String> tenant, Optional<Instant> expires) {}

  private Tokens(Path file, InstantSource clock, Read read) {
    this.file = file;
    this.clock = clock;
    this.read = read;
  }

  /**
   * @throws FailureException when it cannot be read, has mistakes, or others may write it
   */
  static Tokens open(Path file, InstantSource clock) {
    Stamp stamp =
        stamp(file)
            .orElseThrow(() ->
                new FailureException(
                    host(
                        file,
                        "is not there",
                        "no token was made yet",
                        "make one: penstock tokens create NAME --tokens " + file)));
    return new Tokens(file, clock, new Read(Optional.of(stamp), entries(file)));
  }

  /**
   * All that are in a file, in its order.
   *
   * @throws FailureException when it cannot be read or has mistakes
   */
  public static List<Listed> list(Path file) {
    return stamp(file).isEmpty()
        ? List.of()
        : entries(file).stream()
            .map(each ->
                new Listed(
                    each.principal().name(),
                    each.principal().role(),
                    each.principal().tenant(),
                    each.expires()))
            .toList();
  }

  /**
   * Takes a token out of a file; what was let in by it ends.
   *
   * @return whether it was there
   */
  public static synchronized boolean revoke(Path file, String name) {
    try {
      if (!Files.exists(file)) {
        return false;
      }
      List<String> lines = Files.readAllLines(file);
      List<String> left = lines.stream().filter(each -> !isOf(each, name)).toList();
      if (left.size() == lines.size()) {
        return false;
      }
      replace(file, left);
      return true;
    } catch (IOException e) {
      throw new FailureException(
          host(file, "cannot be written", String.valueOf(e.getMessage()), "check its folder"), e);
    }
  }

  private static boolean isOf(String line, String name) {
    return line.strip().split("\\s", 2)[0].equals(name);
  }

  /** Whose token it is. Takes the same time whichever it is. */
  Optional<Principal> find(String token) {
    byte[] hash = HexFormat.of().formatHex(sha256(token)).getBytes(StandardCharsets.US_ASCII);
    Principal found = null;
    Instant now = clock.instant();
    for (Entry entry : current().entries()) {
      if (entry.holds(now)
          && MessageDigest.isEqual(
              entry.principal().hash().getBytes(StandardCharsets.US_ASCII), hash)) {
        found = entry.principal();
      }
    }
    return Optional.ofNullable(found);
  }

  /** Whether nobody took it back. */
  boolean has(Principal principal) {
    Instant now = clock.instant();
    return current().entries().stream()
        .anyMatch(each -> each.principal().equals(principal) && each.holds(now));
  }

  /**
   * Adds a token to a file, which is made where there is none.
   *
   * @param tenant empty for an admin of all
   * @return the token, which nobody can read again
   */
  public static String create(
      Path file, String name, Role role, Optional<String> tenant, SecureRandom random) {
    return create(file, new Listed(name, role, tenant, Optional.empty()), random);
  }

  /**
   * Adds a token to a file, which is made where there is none.
   *
   * @return the token, which nobody can read again
   */
  public static synchronized String create(Path file, Listed wanted, SecureRandom random) {
    String name = wanted.name();
    String token = PREFIX + random(random);
    String line =
        String.join(
                " ",
                name,
                wanted.role().label(),
                wanted.tenant().orElse("*"),
                HexFormat.of().formatHex(sha256(token)))
            + wanted.expires().map(each -> " " + each.truncatedTo(ChronoUnit.SECONDS)).orElse("");
    if (wanted.tenant().isEmpty() && wanted.role() != Role.ADMIN) {
      throw new FailureException(
          new Failure.BadRequest(
              new Failure.Diagnosis(
                  "token " + name,
                  Stage.OPEN,
                  "cannot be made",
                  "only an admin is of all tenants",
                  "name a tenant, or make it an admin")));
    }
    if (!LINE.matcher(line).matches()) {
      throw new FailureException(
          new Failure.BadRequest(
              new Failure.Diagnosis(
                  "token " + name,
                  Stage.OPEN,
                  "cannot be made",
                  "names are letters, digits and . _ @ -, tenants the same in lower case",
                  "choose another name")));
    }
    try {
      List<String> lines =
          Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
      if (lines.stream().anyMatch(each -> isOf(each, name))) {
        throw new FailureException(
            new Failure.BadRequest(
                new Failure.Diagnosis(
                    "token " + name,
                    Stage.OPEN,
                    "is there already",
                    file.toString(),
                    "choose another name")));
      }
      lines.add(line);
      replace(file, lines);
    } catch (IOException e) {
      throw new FailureException(
          host(file, "cannot be written", String.valueOf(e.getMessage()), "check its folder"), e);
    }
    return token;
  }

  private static void replace(Path file, List<String> lines) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path part =
        Files.createTempFile(
            folder == null ? Path.of("/") : folder,
            ".tokens",
            ".part",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(part, lines);
    belongTo(part, Files.exists(file) ? file : folder == null ? Path.of("/") : folder);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Made by root for a daemon of another user, it has to be that one's. */
  private static void belongTo(Path part, Path like) {
    try {
      Path _ = Files.setOwner(part, Files.getOwner(like));
    } catch (IOException _) {
      // Only root may give files away, and need to.
    }
  }

  static String random(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Read current() {
    Read last = read;
    Optional<Stamp> now = stamp(file);
    if (now.equals(last.stamp())) {
      return last;
    }
    Read next = new Read(now, now.isEmpty() ? List.of() : entriesOr(last.entries()));
    read = next;
    return next;
  }

  private List<Entry> entriesOr(List<Entry> before) {
    try {
      return entries(file);
    } catch (FailureException e) {
      LOG.log(Level.WARNING, "tokens stay as they were: {0}", e.getMessage());
      return before;
    }
  }

  private static Optional<Stamp> stamp(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = attributes.fileKey();
      return Optional.of(
          new Stamp(
              attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
              attributes.size(),
              key == null ? "" : key));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new FailureException(
          host(file, "cannot be read", String.valueOf(e.getMessage()), "check its permissions"), e);
    }
  }

  private static List<Entry> entries(Path file) {
    try {
      refuseStrangers(file);
      List<Entry> entries = new ArrayList<>();
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          entries.add(entry(file, number, line.strip()));
        }
      }
      return List.copyOf(entries);
    } catch (IOException e) {
      throw new FailureException(
          host(file, "cannot be read", String.valueOf(e.getMessage()), "check its permissions"), e);
    }
  }

  private static void refuseStrangers(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new FailureException(
          host(file, "cannot be trusted", "others may write it", "chmod 600 " + file));
    }
  }

  private static Entry entry(Path file, int number, String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new FailureException(
          host(
              Path.of(file + ":" + number),
              "is no token",
              "a line is NAME ROLE TENANT SHA256 EXPIRES, the last where it expires; the role is viewer,"
                  + " operator or admin",
              "correct it"));
    }
    Role role = Role.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
    Optional<String> tenant = Optional.of(matcher.group(3)).filter(each -> !each.equals("*"));
    if (tenant.isEmpty() && role != Role.ADMIN) {
      throw new FailureException(
          host(
              Path.of(file + ":" + number),
              "is no token",
              "only an admin is of all tenants",
              "name one"));
    }
    return new Entry(
        new Principal(matcher.group(1), role, tenant, matcher.group(4)),
        Optional.ofNullable(matcher.group(5)).map(each -> time(file, number, each)));
  }

  private static Instant time(Path file, int number, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new FailureException(
          host(Path.of(file + ":" + number), "is no token", text + " is no time", "correct it"), e);
    }
  }

  private static Failure host(Path file, String problem, String cause, String next) {
    return new Failure.HostMisconfigured(
        new Failure.Diagnosis(file.toString(), Stage.OPEN, problem, cause, next));
  }
}
