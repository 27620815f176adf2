package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.OwnLibraries.Library;
import dev.penstock.lab.Lab;
import dev.penstock.model.Failure.BadRequest;
import dev.penstock.model.Failure.HostMisconfigured;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnLibrariesTest {
  private static final Library UTIL = OwnLibraries.ALL.getFirst();

  @TempDir Path folder;

  @Test
  void theBindings_workWithThem_andNoOthersAreLoaded() throws Exception {
    embedded();
    List<String> said = trial("bindings");
    assertThat(said.getFirst()).startsWith("FFmpeg ").endsWith(", in " + folder);
    assertThat(said.stream().filter(line -> line.matches("/.*/lib(av|sw).*")))
        .containsExactlyInAnyOrderElementsOf(
            OwnLibraries.ALL.stream()
                .map(library -> folder.resolve(library.soname()).toString())
                .toList());
    assertThat(names()).hasSize(OwnLibraries.ALL.size());
  }

  @Test
  void linksAsFfmpegInstallsThem_areFollowed() throws Exception {
    embedded();
    for (Library library : OwnLibraries.ALL) {
      Path link = folder.resolve(library.soname());
      Path versioned = folder.resolve(library.soname() + ".99.100");
      Files.move(link, versioned);
      Files.createSymbolicLink(link, versioned.getFileName());
    }
    assertThat(trial("bindings"))
        .filteredOn(line -> line.matches("/.*/lib(av|sw).*"))
        .hasSize(OwnLibraries.ALL.size())
        .allMatch(line -> isIn(line) && line.endsWith(".99.100"));
  }

  @Test
  void noFolder_isRefused() {
    Path none = folder.resolve("none");
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(OwnLibraries.in(none)::check)
        .satisfies(e -> assertThat(e.failure()).isInstanceOf(BadRequest.class))
        .withMessageStartingWith(none + ": is no folder with libraries of FFmpeg")
        .withMessageContaining("there is no such folder");
  }

  @Test
  void bindingsInTheFolder_areNotTaken() throws Exception {
    embedded();
    for (Library library : OwnLibraries.ALL) {
      String binding = "libjni" + library.name() + ".so";
      Files.copy(embeddedFile(binding), folder.resolve(binding));
    }
    List<String> said = trial("bindings");
    assertThat(said)
        .filteredOn(line -> line.contains("/libjni"))
        .isNotEmpty()
        .noneMatch(line -> isIn(line));
    assertThat(said).filteredOn(line -> isIn(line)).hasSize(OwnLibraries.ALL.size());
  }

  @Test
  void aFolderWithColonsAndBlanks_willDo() throws Exception {
    folder = Files.createDirectory(folder.resolve("8:0 #1%20"));
    embedded();
    assertThat(trial("bindings")).filteredOn(line -> isIn(line)).hasSize(OwnLibraries.ALL.size());
  }

  @Test
  void aMissingLibrary_isNamed() throws IOException {
    embedded();
    Files.delete(folder.resolve("libavfilter.so.11"));
    refuses(folder, "lacks libavfilter.so.11 ", "it holds libavcodec.so.62, libavformat.so.62");
  }

  @Test
  void anotherRelease_isNamed() throws IOException {
    for (String name : List.of("libavutil.so.57", "libavcodec.so.59", "libavcodec.so.59.37.100")) {
      Files.createFile(folder.resolve(name));
    }
    refuses(
        folder,
        "it holds libavcodec.so.59, libavutil.so.57: FFmpeg 5, and Penstock is made for 8",
        "name a folder with the shared libraries of FFmpeg 8");
  }

  @Test
  void staticLibraries_areToldFromNone() throws IOException {
    refuses(folder, "it holds no shared libraries of FFmpeg");
    Files.createFile(folder.resolve("libavutil.a"));
    refuses(folder, "its libraries of FFmpeg are static ones");
  }

  @Test
  void theFolderAbove_isToldWhereTheyAre() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Files.createFile(lib.resolve(UTIL.soname()));
    refuses(folder, "name " + lib);
  }

  @Test
  void whatIsNoLibrary_isRefused() throws IOException {
    embedded();
    Path file = folder.resolve("libswscale.so.9");
    byte[] whole = Files.readAllBytes(file);
    Files.writeString(file, "INPUT(libswscale.so.9.1.100)\n".repeat(10));
    refuses(folder, file + ": is no shared library");
    Files.write(file, Arrays.copyOf(whole, 0));
    refuses(folder, file + ": is no shared library");
    Files.write(file, Arrays.copyOf(whole, 2000));
    refuses(folder, file + ": is cut off or damaged");
    byte[] arm = whole.clone();
    arm[18] = (byte) 183;
    Files.write(file, arm);
    refuses(folder, file + ": is a library for another processor than x86-64");
    Files.delete(file);
    Files.createDirectory(file);
    refuses(folder, "lacks libswscale.so.9 ");
  }

  @Test
  void noisyBytes_neverCrashTheReader() throws IOException {
    byte[] whole = Files.readAllBytes(embeddedFile("libswresample.so.6"));
    Random random = new Random(7);
    Path file = folder.resolve("noisy.so");
    for (int i = 0; i < 200; i++) {
      byte[] noisy = whole.clone();
      for (int n = 0; n < 40; n++) {
        noisy[random.nextInt(20, 800)] = (byte) random.nextInt();
      }
      Files.write(file, noisy);
      try {
        assertThat(SharedObject.read(file).needed()).isNotNull();
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("is .*");
      }
    }
  }

  @Test
  void whatALibrarySaysOfItself_isRead() throws IOException {
    SharedObject object = SharedObject.read(embeddedFile("libswresample.so.6"));
    assertThat(object.soname()).isEqualTo("libswresample.so.6");
    assertThat(object.needed()).contains("libavutil.so.60", "libc.so.6");
  }

  @Test
  void anotherName_isRefused() throws IOException {
    stubs();
    stub(UTIL.soname(), "libavutil.so.59", "avutil", UTIL.major(), UTIL.minor(), List.of());
    refuses(folder, "libavutil.so.60: is libavutil.so.59, and libavutil.so.60 is needed");
  }

  @Test
  void librariesOfTwoReleases_areRefused() throws IOException {
    stubs();
    Path old = stub("libavutil.so.59", "libavutil.so.59", "old", 59, 0, List.of());
    stub("libswresample.so.6", "libswresample.so.6", "swresample", 6, 1, linked(old));
    refuses(folder, "libswresample.so.6: is linked against libavutil.so.59");
  }

  @Test
  void stubsOfTheRightVersion_pass() throws Exception {
    stubs();
    assertThat(trial("none")).hasSize(OwnLibraries.ALL.size()).allMatch(line -> isIn(line));
  }

  @Test
  void aLaterMinorVersion_passes() throws Exception {
    stubs();
    stub(UTIL.soname(), UTIL.soname(), "avutil", UTIL.major(), UTIL.minor() + 20, List.of());
    assertThat(trial("none")).hasSize(OwnLibraries.ALL.size()).allMatch(line -> isIn(line));
  }

  @Test
  void anEarlierMinorVersion_isRefused() throws Exception {
    stubs();
    stub(UTIL.soname(), UTIL.soname(), "avutil", UTIL.major(), UTIL.minor() - 1, List.of());
    assertThat(trial("none"))
        .singleElement()
        .asString()
        .startsWith("refused: " + folder.resolve("libavutil.so.60") + ": is version 60.7.100,")
        .contains("60.8 or a later 60 is needed", "laid out", "use FFmpeg 8.0.1 or a later 8");
  }

  @Test
  void anotherMajorVersionUnderTheRightName_isRefused() throws Exception {
    stubs();
    stub(UTIL.soname(), UTIL.soname(), "avutil", 59, 39, List.of());
    assertThat(trial("none"))
        .singleElement()
        .asString()
        .contains("is version 59.39.100, and 60.8 or a later 60 is needed");
  }

  @Test
  void aStrangerUnderTheRightName_isRefused() throws Exception {
    stubs();
    stub("libavfilter.so.11", "libavfilter.so.11", "stranger", 11, 4, List.of());
    assertThat(trial("none"))
        .singleElement()
        .asString()
        .contains("libavfilter.so.11: is no library of FFmpeg", "it has no avfilter_version");
  }

  @Test
  void whatOnlyTheFolderHas_isLoadedToo() throws Exception {
    stubs();
    Path extra = stub("libpenstockextra.so.1", "libpenstockextra.so.1", "extra", 1, 0, List.of());
    stub("libavcodec.so.62", "libavcodec.so.62", "avcodec", 62, 11, linked(extra));
    assertThat(trial("none")).hasSize(OwnLibraries.ALL.size()).allMatch(line -> isIn(line));
    Files.delete(extra);
    assertThat(trial("none"))
        .singleElement()
        .asString()
        .contains("libavcodec.so.62: cannot be loaded", "libpenstockextra.so.1", "LD_LIBRARY_PATH");
  }

  private boolean isIn(String line) {
    return line.startsWith(folder + "/");
  }

  private static void refuses(Path folder, String... said) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(OwnLibraries.in(folder)::check)
        .satisfies(
            e -> assertThat(e.failure()).isInstanceOfAny(HostMisconfigured.class, BadRequest.class))
        .satisfies(e -> assertThat(e.getMessage()).contains(said).contains("--ffmpeg-libs"));
  }

  /** Copies of the libraries that the tests run with. */
  private void embedded() throws IOException {
    for (Library library : OwnLibraries.ALL) {
      Files.copy(embeddedFile(library.soname()), folder.resolve(library.soname()));
    }
  }

  private static Path embeddedFile(String soname) {
    return Path.of(System.getProperty("org.bytedeco.javacpp.platform.preloadpath"), soname);
  }

  /** Libraries that know their version and nothing else. */
  private void stubs() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    for (Library library : OwnLibraries.ALL) {
      stub(
          library.soname(),
          library.soname(),
          library.name(),
          library.major(),
          library.minor(),
          List.of());
    }
  }

  private static List<String> linked(Path library) {
    return List.of("-Wl,--no-as-needed", library.toString());
  }

  private Path stub(
      String file, String soname, String name, int major, int minor, List<String> linked)
      throws IOException {
    Path source = folder.resolve("stub.c");
    Files.writeString(
        source,
        "unsigned %s_version(void);%nunsigned %s_version(void) { return %d << 16 | %d << 8 | 100; }%n"
            .formatted(name, name, major, minor));
    List<String> options = new ArrayList<>(List.of("-shared", "-fPIC", "-Wl,-soname," + soname));
    options.addAll(List.of("-o", folder.resolve(file).toString(), source.toString()));
    options.addAll(linked);
    Lab.compile(options);
    Files.delete(source);
    return folder.resolve(file);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(Path::toString).toList();
    }
  }

  private List<String> trial(String mode) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent"))
        .forEach(command::add);
    Optional.ofNullable(System.getProperty("penstock.natives.fallback"))
        .ifPresent(fallback -> command.add("-Dpenstock.natives.fallback=" + fallback));
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", classPath)));
    command.addAll(List.of(OwnLibrariesTrial.class.getName(), folder.toString(), mode));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }
}
