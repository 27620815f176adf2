package dev.penstock.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Builds the native libraries of the lab, with gcc. */
public final class Lab {
  private static final String MISSING = "missing ";

  private static final List<String> VIDEO =
      List.of(
          "script.c",
          "cuda.c",
          "ptx.c",
          "nvenc.c",
          "encoder.c",
          "received.c",
          "session.c",
          "nvdec.c",
          "decoder.c",
          "libav.c",
          "layout.c",
          "drm.c",
          "vadriver.c",
          "vaencode.c",
          "vabits.c",
          "vareceived.c",
          "vadecode.c",
          "vaprocess.c",
          "valayout.c");

  private static final List<String> HEADERS =
      List.of("video.h", "lab.h", "libav.h", "script.h", "va.h", "vadriver.h", "vabits.h");

  /** All that the libraries of a fleet are made from. */
  static final List<String> SOURCES =
      Stream.of(VIDEO, HEADERS, List.of("nvml.c", "nvml.h")).flatMap(List::stream).toList();

  /** By the functions that are missing, or the name: compiling takes longer than most tests. */
  private static final Map<List<String>, byte[]> LIBRARIES = new ConcurrentHashMap<>();

  private Lab() {}

  /** Whether there is a gcc and the headers of the C library. */
  public static boolean hasCompiler() {
    return Files.exists(Path.of("/usr/include/dlfcn.h"))
        && Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
  }

  /**
   * A libnvidia-ml.so.1 that plays a scenario. Each call makes another one, which a process may
   * load beside the others.
   *
   * @param folder of its own, where it is put with its scenario
   * @return the library's path
   */
  public static Path nvml(Path folder, String scenario) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("scenario"), scenario);
      Path library = folder.resolve("libnvidia-ml.so.1");
      return Files.write(library, LIBRARIES.computeIfAbsent(missing(scenario), Lab::library));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> missing(String scenario) {
    return scenario
        .lines()
        .filter(line -> line.startsWith(MISSING))
        .map(line -> line.substring(MISSING.length()).strip())
        .sorted()
        .toList();
  }

  /** Compiled with other names for the functions that are to be missing. */
  private static byte[] library(List<String> missing) {
    List<String> options = new ArrayList<>();
    missing.forEach(function -> options.add("-D" + function + "=missing_" + function));
    return compiled(options, List.of("nvml.c"), List.of("nvml.h", "script.h"));
  }

  private static byte[] compiled(List<String> how, List<String> sources, List<String> headers) {
    try {
      Path folder = Files.createTempDirectory("lab");
      Path library = folder.resolve("library");
      List<Path> files = new ArrayList<>(List.of(library));
      List<String> options = new ArrayList<>(how);
      options.addAll(List.of("-O1", "-shared", "-fPIC", "-o", library.toString()));
      for (String header : headers) {
        files.add(source(folder, header));
      }
      for (String name : sources) {
        Path source = source(folder, name);
        files.add(source);
        options.add(source.toString());
      }
      options.addAll(List.of("-ldl", "-lpthread", "-lm"));
      compile(options);
      byte[] bytes = Files.readAllBytes(library);
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The libraries of CUDA, NVENC, NVDEC and VA-API, playing a scenario of video.
   *
   * @param folder of its own, for {@code LD_LIBRARY_PATH}
   * @param names those that are there, such as {@code libcuda.so.1}
   */
  public static void video(Path folder, String scenario, String... names) {
    libraries(folder, scenario, names);
  }

  /** Several names of one library, which plays the file of its own name. */
  private static void libraries(Path folder, String scenario, String... names) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("video"), scenario);
      Path library = folder.resolve("video.so");
      Files.write(library, LIBRARIES.computeIfAbsent(List.of("video.so"), key -> built()));
      for (String each : names) {
        Path named = folder.resolve(each);
        Files.write(
            named, LIBRARIES.computeIfAbsent(List.of("video", each), key -> named(library, each)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A library without anything of its own: who opens it by its name finds what the other one has,
   * and so does who asks for that name once it was opened by its path.
   */
  private static byte[] named(Path library, String name) {
    try {
      Path folder = Files.createTempDirectory("lab");
      Path stub = folder.resolve(name);
      compile(
          List.of(
              "-shared",
              "-o",
              stub.toString(),
              "-Wl,-soname," + name,
              "-Wl,--no-as-needed",
              "-L" + library.getParent(),
              "-l:" + library.getFileName(),
              "-Wl,-rpath,$ORIGIN"));
      byte[] bytes = Files.readAllBytes(stub);
      Files.delete(stub);
      Files.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] built() {
    return compiled(List.of("-Wl,-soname,video.so"), VIDEO, HEADERS);
  }

  /** A text of this package: a scenario, or a header. */
  public static String text(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs gcc.
   *
   * @throws IllegalStateException with its words when it fails
   */
  public static void compile(List<String> options) {
    List<String> command = new ArrayList<>(List.of("gcc", "-Wall", "-Wextra", "-Werror"));
    command.addAll(options);
    try {
      Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (gcc.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while compiling", e);
    }
  }

  private static Path source(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = open(name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Lab.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("the lab has no " + name);
    }
    return in;
  }
}
