package dev.penstock.hardware;

import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the files of a machine that are wanted. Any of it may block for ever where a driver is
 * wedged, so it runs in a child process that says what it is about to read.
 */
final class Capture {
  /** Kernel files of interest are short; what is longer is cut. */
  private static final int MOST_TEXT = 64 * 1024;

  private static final int HEADER = 256;
  private static final int PAGE = 4096;

  /** The root and what engines mount over a container's own files (proc_pid_mountinfo(5)). */
  private static final Pattern MOUNT =
      Pattern.compile("^(?:\\S+ ){4}/(?:etc/(?:hosts|hostname|resolv\\.conf))? ");

  private final Root root;
  private final Consumer<String> beginning;
  private final BiConsumer<String, Node> found;
  private final Set<String> done = new LinkedHashSet<>();

  /**
   * @param beginning told of each path before it is touched
   * @param found told of each path and what is there
   */
  Capture(Root root, Consumer<String> beginning, BiConsumer<String, Node> found) {
    this.root = root;
    this.beginning = beginning;
    this.found = found;
  }

  /**
   * Reads them.
   *
   * @param skipped paths not to touch again, since nothing came back from them
   */
  void read(Collection<Wanted> wanted, Set<String> skipped) {
    done.addAll(skipped);
    Map<String, List<String>> names = names(wanted);
    for (Wanted each : wanted) {
      for (String pattern : filled(each.pattern(), names)) {
        for (String path : expanded(pattern)) {
          if (done.add(path + " " + each.how())) {
            beginning.accept(path);
            found.accept(path, read(path, each.how()));
          }
        }
      }
    }
  }

  private Map<String, List<String>> names(Collection<Wanted> wanted) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    if (has(wanted, "{gpu}") || has(wanted, "{port}")) {
      List<String> gpus = displays();
      names.put("{gpu}", gpus);
      names.put("{port}", ports(gpus));
    }
    if (has(wanted, "{loader}") || has(wanted, "{loader-file}")) {
      LoaderPath loader = LoaderPath.of(new Disk());
      names.put("{loader}", loader.folders());
      names.put("{loader-file}", loader.files());
    }
    return names;
  }

  private static boolean has(Collection<Wanted> wanted, String name) {
    return wanted.stream().anyMatch(each -> each.pattern().contains(name));
  }

  /** The configuration of the loader, but for what did not come back. */
  private final class Disk implements LoaderPath.Source {
    @Override
    public Optional<String> text(String path) {
      return node(path, Wanted.How.TEXT) instanceof Node.Text(String text)
          ? Optional.of(text)
          : Optional.empty();
    }

    @Override
    public Optional<String> linkName(String path) {
      return node(path, Wanted.How.LINK) instanceof Node.Link(String target)
          ? Optional.of(target.substring(target.lastIndexOf('/') + 1))
          : Optional.empty();
    }

    @Override
    public List<String> matching(String pattern) {
      return expanded(pattern);
    }

    private Node node(String path, Wanted.How how) {
      if (done.contains(path + " " + how)) {
        return new Node.Missing();
      }
      beginning.accept(path);
      return read(path, how);
    }
  }

  private static List<String> filled(String pattern, Map<String, List<String>> names) {
    for (Map.Entry<String, List<String>> each : names.entrySet()) {
      if (pattern.contains(each.getKey())) {
        return each.getValue().stream().map(name -> pattern.replace(each.getKey(), name)).toList();
      }
    }
    return List.of(pattern);
  }

  /** Display devices: PCI class 03. */
  private List<String> displays() {
    return list(PciBus.DEVICES).stream()
        .filter(device ->
            read(PciBus.folder(device) + "/class", Wanted.How.TEXT)
                    instanceof Node.Text(String text)
                && text.startsWith("0x03"))
        .toList();
  }

  /** The bridges above them, the nearest first, as their folder's path names them. */
  private List<String> ports(List<String> gpus) {
    Set<String> ports = new LinkedHashSet<>();
    for (String gpu : gpus) {
      if (read(PciBus.folder(gpu), Wanted.How.LINK) instanceof Node.Link(String target)) {
        ports.addAll(bridges(target));
      }
    }
    return List.copyOf(ports);
  }

  /** PCI addresses in the path of a device, but for its own, the nearest first. */
  static List<String> bridges(String devicePath) {
    List<String> addresses = PciAddress.in(devicePath);
    return addresses.isEmpty() ? addresses : addresses.subList(0, addresses.size() - 1).reversed();
  }

  /** The paths a pattern stands for; one without {@code *} stands for itself, there or not. */
  private List<String> expanded(String pattern) {
    List<String> paths = List.of("");
    for (String part : pattern.substring(1).split("/", -1)) {
      List<String> longer = new ArrayList<>();
      for (String path : paths) {
        if (Glob.isOne(part)) {
          Predicate<String> name = Glob.of(part);
          beginning.accept(path.isEmpty() ? "/" : path);
          list(path.isEmpty() ? "/" : path).stream()
              .filter(name)
              .forEach(each -> longer.add(path + "/" + each));
        } else {
          longer.add(path + "/" + part);
        }
      }
      paths = longer;
    }
    return paths;
  }

  private List<String> list(String path) {
    return read(path, Wanted.How.LIST) instanceof Node.Folder(List<String> names)
        ? names
        : List.of();
  }

  private Node read(String path, Wanted.How how) {
    Path file = root.resolve(path);
    try {
      return switch (how) {
        case TEXT ->
            new Node.Text(kept(path, new String(bytes(file, MOST_TEXT), StandardCharsets.UTF_8)));
        case HEX -> new Node.Hex(HexFormat.of().formatHex(bytes(file, HEADER)));
        case PAGE -> new Node.Hex(HexFormat.of().formatHex(bytes(file, PAGE)));
        case LINK -> new Node.Link(Files.readSymbolicLink(file).toString());
        case LIST -> folder(file);
        case EXISTS -> new Node.Exists(owner(file));
        case OPEN -> root.standsIn(file) ? described(file) : device(file);
        case SPACE -> space(file);
      };
    } catch (IOException | UncheckedIOException e) {
      return unreadable(e);
    }
  }

  /**
   * Environments hold secrets and mounts the names of users and servers, and what is read ends up
   * in captures: of these only that is taken which tells a container.
   */
  private static String kept(String path, String text) {
    if (path.matches("/proc/[^/]+/environ")) {
      return kept(text, "\0", entry -> entry.startsWith("container="));
    }
    return path.matches("/proc/[^/]+/mountinfo")
        ? kept(text, "\n", line -> MOUNT.matcher(line).find())
        : text;
  }

  private static String kept(String text, String separator, Predicate<String> wanted) {
    return Stream.of(text.split(separator, -1))
        .filter(wanted)
        .map(part -> part + "\n")
        .collect(Collectors.joining());
  }

  private static byte[] bytes(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }

  private static Node folder(Path file) throws IOException {
    try (Stream<Path> names = Files.list(file)) {
      return new Node.Folder(names.map(name -> name.getFileName().toString()).sorted().toList());
    }
  }

  private static Node.Owner owner(Path file) throws IOException {
    return new Node.Owner(
        (int) number(file, "mode") & 07777, (int) number(file, "uid"), (int) number(file, "gid"));
  }

  /** A number of {@code stat}. */
  private static long number(Path file, String name) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + name)).longValue();
  }

  private static Node space(Path file) throws IOException {
    FileStore store = Files.getFileStore(file);
    return new Node.Space(store.getTotalSpace(), store.getUsableSpace());
  }

  private static Node device(Path file) throws IOException {
    int type = (int) number(file, "mode") & 0170000;
    long number = number(file, "rdev");
    if (type != 0020000 && type != 0060000) {
      return new Node.Exists(owner(file));
    }
    // glibc's gnu_dev_major and gnu_dev_minor, sys/sysmacros.h
    int major = (int) (((number >>> 8) & 0xfff) | ((number >>> 32) & 0xfffff000L));
    int minor = (int) ((number & 0xff) | ((number >>> 12) & 0xffffff00L));
    return new Node.Device(type == 0020000 ? 'c' : 'b', major, minor, owner(file), opened(file));
  }

  /** Nobody but root can make a device; {@code c 195 255} stands in for one. */
  private static Node described(Path file) throws IOException {
    String[] words = Files.readString(file).strip().split(" ", 3);
    return new Node.Device(
        words[0].charAt(0),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        owner(file),
        "ok");
  }

  private static String opened(Path file) {
    try (FileChannel _ =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      return "ok";
    } catch (IOException e) {
      return error(e);
    }
  }

  private static Node unreadable(Exception error) {
    return switch (error) {
      // What a listing throws while it goes on.
      case UncheckedIOException wrapped when wrapped.getCause() != null ->
          unreadable(wrapped.getCause());
      case NoSuchFileException _ -> new Node.Missing();
      case NotLinkException _ -> new Node.Unreadable(Why.FAILED, "is no link");
      case NotDirectoryException _ -> new Node.Unreadable(Why.FAILED, "is no folder");
      case AccessDeniedException _ -> new Node.Unreadable(Why.DENIED, "EACCES");
      case IOException io when error(io).equals("EPERM") ->
          new Node.Unreadable(Why.DENIED, "EPERM");
      case IOException io when error(io).equals("ENODEV") -> new Node.Missing();
      default -> new Node.Unreadable(Why.FAILED, error(error));
    };
  }

  /** The name of the error, of which Java gives the C library's words. */
  private static String error(Throwable error) {
    if (error instanceof AccessDeniedException) {
      return "EACCES";
    }
    String words =
        error instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : String.valueOf(error.getMessage());
    return switch (words.toLowerCase(Locale.ROOT)) {
      case "permission denied" -> "EACCES";
      case "operation not permitted" -> "EPERM";
      case "input/output error" -> "EIO";
      case "no such device" -> "ENODEV";
      case "no such device or address" -> "ENXIO";
      case "device or resource busy" -> "EBUSY";
      case "invalid argument" -> "EINVAL";
      default -> words;
    };
  }
}
