package dev.penstock.hardware;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the dynamic loader looks for libraries without being told more: the folders that {@code
 * /etc/ld.so.conf} and the files it includes name, then the trusted ones (ld.so.conf(5),
 * ldconfig(8), parse_conf in elf/ldconfig.c of glibc). What ldconfig found in them stands in a
 * cache, which is not read here.
 *
 * @param files the files of the configuration, in the order in which they are read
 * @param folders in the order in which the loader looks
 */
public record LoaderPath(List<String> files, List<String> folders) {
  private static final String CONFIGURATION = "/etc/ld.so.conf";

  /** Of x86-64: those of Debian's loader, and of others'. */
  private static final List<String> TRUSTED =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib");

  /** Most distributions have these in {@code /usr} only. */
  private static final List<String> MOVED = List.of("/lib", "/lib64");

  /** A configuration of that many files leads in circles. */
  private static final int MOST_FILES = 200;

  public LoaderPath {
    files = List.copyOf(files);
    folders = List.copyOf(folders);
  }

  /** What {@link #of(Tree)} looks at. */
  public static List<Wanted> wanted() {
    return Stream.concat(
            Stream.of(Wanted.text(CONFIGURATION), Wanted.text("{loader-file}")),
            MOVED.stream().map(Wanted::link))
        .toList();
  }

  /** That of a machine whose files were read. */
  public static LoaderPath of(Tree tree) {
    return of(
        new Source() {
          @Override
          public Optional<String> text(String path) {
            return tree.text(path).toOptional();
          }

          @Override
          public Optional<String> linkName(String path) {
            return tree.linkName(path);
          }

          @Override
          public List<String> matching(String pattern) {
            return tree.nodes().keySet().stream().filter(Glob.of(pattern)).toList();
          }
        });
  }

  static LoaderPath of(Source source) {
    Set<String> files = new LinkedHashSet<>();
    Set<String> folders = new LinkedHashSet<>();
    read(CONFIGURATION, source, files, folders);
    folders.addAll(TRUSTED);
    List<String> real = folders.stream().map(folder -> real(folder, source)).distinct().toList();
    return new LoaderPath(new ArrayList<>(files), real);
  }

  /** Whence the configuration is read. */
  interface Source {
    Optional<String> text(String path);

    /** The last name of where a link points. */
    Optional<String> linkName(String path);

    /** The paths that there are of a pattern, in order. */
    List<String> matching(String pattern);
  }

  private static void read(String file, Source source, Set<String> files, Set<String> folders) {
    if (files.size() == MOST_FILES || !files.add(file)) {
      return;
    }
    for (String line : source.text(file).orElse("").lines().toList()) {
      String said = line.replaceFirst("#.*", "").strip();
      if (said.matches("include\\s.*")) {
        Stream.of(said.split("\\s+"))
            .skip(1)
            .map(pattern -> beside(file, pattern))
            .flatMap(pattern -> source.matching(pattern).stream())
            .forEach(each -> read(each, source, files, folders));
      } else if (said.startsWith("/")) {
        // What stands after = told kinds of libraries apart that are no more.
        folders.add(said.replaceFirst("=.*", "").strip().replaceFirst("(?<=.)/+$", ""));
      }
    }
  }

  private static String beside(String file, String pattern) {
    return pattern.startsWith("/")
        ? pattern
        : file.substring(0, file.lastIndexOf('/') + 1) + pattern;
  }

  /** A folder under the name it has where {@code /lib} is a link into {@code /usr}. */
  private static String real(String folder, Source source) {
    return MOVED.stream()
        .filter(moved -> (folder + "/").startsWith(moved + "/"))
        .filter(moved -> source.linkName(moved).filter(moved.substring(1)::equals).isPresent())
        .findFirst()
        .map(_ -> "/usr" + folder)
        .orElse(folder);
  }
}
