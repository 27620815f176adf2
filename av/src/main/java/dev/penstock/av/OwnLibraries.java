package dev.penstock.av;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.BadRequest;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Failure.HostMisconfigured;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/**
 * A folder with shared libraries of FFmpeg that the user has built or downloaded.
 *
 * <p>The bindings have the layout of FFmpeg's structs compiled in. FFmpeg keeps it within a major
 * version, but for fields that a minor version adds at the end: so another major version is
 * refused, and so is an older minor one, whose structs would be read past their end. What is found
 * out without loading is found out first: loading runs code of the library.
 *
 * @param folder absolute
 */
record OwnLibraries(Path folder) {
  /** In dependency order. */
  static final List<Library> ALL =
      List.of(
          new Library("avutil", avutil.LIBAVUTIL_VERSION_MAJOR, avutil.LIBAVUTIL_VERSION_MINOR),
          new Library(
              "swresample",
              swresample.LIBSWRESAMPLE_VERSION_MAJOR,
              swresample.LIBSWRESAMPLE_VERSION_MINOR),
          new Library(
              "swscale", swscale.LIBSWSCALE_VERSION_MAJOR, swscale.LIBSWSCALE_VERSION_MINOR),
          new Library(
              "avcodec", avcodec.LIBAVCODEC_VERSION_MAJOR, avcodec.LIBAVCODEC_VERSION_MINOR),
          new Library(
              "avformat", avformat.LIBAVFORMAT_VERSION_MAJOR, avformat.LIBAVFORMAT_VERSION_MINOR),
          new Library(
              "avfilter", avfilter.LIBAVFILTER_VERSION_MAJOR, avfilter.LIBAVFILTER_VERSION_MINOR));

  /** The release of FFmpeg whose libavutil is 52 + this. */
  private static final int UTIL_BEFORE_RELEASE = 52;

  private static final Pattern VERSIONED = Pattern.compile("lib(av|sw)[a-z]+\\.so\\.[0-9]+");

  private static final String INSTEAD =
      "or use the libraries that come with Penstock: without --ffmpeg-libs and PENSTOCK_FFMPEG_LIBS";

  /**
   * A library of FFmpeg, in the version that the bindings were made for.
   *
   * @param name without {@code lib}
   */
  record Library(String name, int major, int minor) {
    String soname() {
      return unversioned() + major;
    }

    /** As the names of all its versions begin. */
    String unversioned() {
      return "lib" + name + ".so.";
    }
  }

  static OwnLibraries in(Path folder) {
    return new OwnLibraries(folder);
  }

  /**
   * Checks and loads all. Loading them again does nothing.
   *
   * @throws FailureException which says why they cannot be used
   */
  void load() {
    check();
    SystemLibraries.loadFallback();
    for (Library library : ALL) {
      loadWithNeeded(library.soname(), new ArrayList<>());
      requireVersion(library);
    }
  }

  /**
   * Has JavaCPP take them for loaded. It would search its own folders, and load by path a second
   * copy of what is loaded by another. The folder is none of those: it may hold bindings too, of
   * another version.
   */
  void register() {
    for (Library library : ALL) {
      try {
        URL file = file(library).toUri().toURL();
        Loader.loadLibrary(
            OwnLibraries.class, new URL[] {file}, library.name() + "@." + library.major());
      } catch (MalformedURLException e) {
        throw new IllegalStateException("a file has no URL", e);
      }
    }
  }

  /** Size and time of each library. */
  String stamps() {
    return ALL.stream()
        .map(library -> library.soname() + " " + Libraries.stamp(file(library)))
        .collect(Collectors.joining("\n"));
  }

  /**
   * What can be told without loading.
   *
   * @throws FailureException which says why they cannot be used
   */
  void check() {
    requireFolder();
    requireAll();
    ALL.forEach(this::requireFit);
  }

  private Path file(Library library) {
    return folder.resolve(library.soname());
  }

  private void requireFolder() {
    if (!Files.isDirectory(folder)) {
      throw new FailureException(
          new BadRequest(
              new Diagnosis(
                  folder.toString(),
                  Stage.OPEN,
                  "is no folder with libraries of FFmpeg",
                  Files.exists(folder) ? "it is a file" : "there is no such folder",
                  "name the folder that holds " + sonames() + ", " + INSTEAD)));
    }
  }

  private void requireAll() {
    List<String> missing =
        ALL.stream()
            .filter(library -> !Files.isRegularFile(file(library)))
            .map(Library::soname)
            .toList();
    if (!missing.isEmpty()) {
      throw new FailureException(
          misfit(
              folder,
              "lacks " + String.join(", ", missing),
              found(),
              nextFolder()
                  .map(other -> "name " + other + ", " + INSTEAD)
                  .orElse(
                      "name a folder with the shared libraries of FFmpeg "
                          + release(ALL.getFirst().major())
                          + " (configured with --enable-shared), "
                          + INSTEAD)));
    }
  }

  private String found() {
    List<String> all = names();
    List<String> versions = all.stream().filter(name -> VERSIONED.matcher(name).matches()).toList();
    if (versions.isEmpty()) {
      return all.stream().anyMatch(name -> name.equals("libavutil.a"))
          ? "its libraries of FFmpeg are static ones, and shared ones are needed"
          : "it holds no shared libraries of FFmpeg";
    }
    return "it holds " + String.join(", ", versions) + otherRelease(versions);
  }

  private static String otherRelease(List<String> versions) {
    Library util = ALL.getFirst();
    return versions.stream()
        .filter(name -> name.startsWith(util.unversioned()))
        .map(name -> Integer.parseInt(name.substring(util.unversioned().length())))
        .filter(major -> major != util.major())
        .findFirst()
        .map(major ->
            ": FFmpeg " + release(major) + ", and Penstock is made for " + release(util.major()))
        .orElse("");
  }

  private static int release(int utilMajor) {
    return utilMajor - UTIL_BEFORE_RELEASE;
  }

  /** Where FFmpeg was installed, the libraries are one folder below. */
  private Optional<Path> nextFolder() {
    return Stream.of("lib", "lib64", "lib/x86_64-linux-gnu")
        .map(folder::resolve)
        .filter(other -> Files.exists(other.resolve(ALL.getFirst().soname())))
        .findFirst();
  }

  private List<String> names() {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "lib{av,sw}*")) {
      List<String> names = new ArrayList<>();
      all.forEach(path -> names.add(String.valueOf(path.getFileName())));
      return names.stream().sorted().toList();
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
  }

  private void requireFit(Library library) {
    Path file = file(library);
    SharedObject object = read(file);
    if (!object.soname().equals(library.soname())) {
      throw new FailureException(
          misfit(
              file,
              "is "
                  + (object.soname().isEmpty() ? "a library without a name" : object.soname())
                  + ", and "
                  + library.soname()
                  + " is needed",
              "it was renamed, or a link leads to another version",
              "put the right library there, " + INSTEAD));
    }
    stranger(object)
        .ifPresent(other -> {
          throw new FailureException(
              misfit(
                  file,
                  "is linked against " + other + ", and is to work with " + expected(other),
                  "the folder holds libraries of two versions of FFmpeg",
                  "take all six libraries from one build, " + INSTEAD));
        });
  }

  private static SharedObject read(Path file) {
    try {
      return SharedObject.read(file);
    } catch (FileSystemException e) {
      throw new FailureException(
          misfit(
              file,
              "cannot be read",
              Optional.ofNullable(e.getReason()).orElse(e.getClass().getSimpleName()),
              "let the user who runs Penstock read it, " + INSTEAD),
          e);
    } catch (IOException e) {
      throw new FailureException(
          misfit(
              file,
              String.valueOf(e.getMessage()),
              "it was downloaded or copied in part, or something else has its name",
              "put the library there again, " + INSTEAD),
          e);
    }
  }

  /** A library of another version of FFmpeg that one is linked against. */
  private static Optional<String> stranger(SharedObject object) {
    return object.needed().stream()
        .filter(needed ->
            ALL.stream()
                .anyMatch(library ->
                    needed.startsWith(library.unversioned()) && !needed.equals(library.soname())))
        .findFirst();
  }

  private static String expected(String other) {
    return ALL.stream()
        .filter(library -> other.startsWith(library.unversioned()))
        .findFirst()
        .orElseThrow()
        .soname();
  }

  /**
   * Loads a library of the folder, and before it what it is linked against and only the folder has:
   * the dynamic loader does not look there by itself.
   *
   * @param loading those that wait for this one; a circle ends there
   */
  private void loadWithNeeded(String name, List<String> loading) {
    Path file = folder.resolve(name);
    loading.add(name);
    for (String needed : read(file).needed()) {
      if (!loading.contains(needed)
          && Files.exists(folder.resolve(needed))
          && ALL.stream().noneMatch(library -> library.soname().equals(needed))
          && !SystemLibraries.has(needed)) {
        loadWithNeeded(needed, loading);
      }
    }
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      throw new FailureException(
          misfit(
              file,
              "cannot be loaded",
              String.valueOf(e.getMessage()),
              "install what it lacks, put it into the same folder or name its folder in"
                  + " LD_LIBRARY_PATH, "
                  + INSTEAD),
          e);
    }
  }

  private void requireVersion(Library library) {
    int version = version(library);
    int major = version >>> 16;
    int minor = version >>> 8 & 0xff;
    if (major != library.major() || minor < library.minor()) {
      throw new FailureException(
          misfit(
              file(library),
              "is version "
                  + major
                  + "."
                  + minor
                  + "."
                  + (version & 0xff)
                  + ", and "
                  + library.major()
                  + "."
                  + library.minor()
                  + " or a later "
                  + library.major()
                  + " is needed",
              "its data may be laid out otherwise than Penstock reads it, which ends in crashes or"
                  + " wrong pictures",
              "use FFmpeg "
                  + release(ALL.getFirst().major())
                  + ".0.1 or a later "
                  + release(ALL.getFirst().major())
                  + ", "
                  + INSTEAD));
    }
  }

  @SuppressWarnings("CatchThrowable") // invokeExact declares it
  private int version(Library library) {
    String function = library.name() + "_version";
    Optional<MemorySegment> address =
        SymbolLookup.libraryLookup(file(library), Arena.global()).find(function);
    if (address.isEmpty()) {
      throw new FailureException(
          misfit(
              file(library),
              "is no library of FFmpeg",
              "it has no " + function,
              "put the right library there, " + INSTEAD));
    }
    MethodHandle version =
        Linker.nativeLinker()
            .downcallHandle(address.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
    try {
      return (int) version.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + function, e);
    }
  }

  private static String sonames() {
    return ALL.stream().map(Library::soname).collect(Collectors.joining(", "));
  }

  private static Failure misfit(Path subject, String problem, String cause, String next) {
    return new HostMisconfigured(
        new Diagnosis(subject.toString(), Stage.OPEN, problem, cause, next));
  }
}
