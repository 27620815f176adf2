package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernels that are installed, and for which of them there is an NVIDIA module on disk. */
final class ModuleFiles {
  static final String FOLDER = "/lib/modules";
  private static final String RELEASE = "/proc/sys/kernel/osrelease";

  /** Where DKMS, akmods, the packages of distributions and NVIDIA's own installer put it. */
  static final List<Wanted> WANTED =
      Stream.concat(
              Stream.of(Wanted.text(RELEASE), Wanted.list(FOLDER)),
              Stream.of(
                      "kernel",
                      "updates/dkms/nvidia.ko*",
                      "updates/dkms/nvidia-current.ko*",
                      "extra/nvidia.ko*",
                      "extra/nvidia/nvidia.ko*",
                      "extramodules/nvidia.ko*",
                      "kernel/drivers/video/nvidia.ko*",
                      "kernel/nvidia-*/nvidia.ko*")
                  .map(path -> Wanted.exists(FOLDER + "/*/" + path)))
          .toList();

  private static final Pattern FILE = Pattern.compile(".*/nvidia(-current)?\\.ko[^/]*");

  private ModuleFiles() {}

  static Optional<String> running(Machine machine) {
    return machine.files().text(RELEASE).toOptional();
  }

  /** The module for the running kernel. */
  static Optional<String> ofRunning(Machine machine) {
    return running(machine).flatMap(kernel -> of(machine, kernel));
  }

  static Optional<String> of(Machine machine, String kernel) {
    return machine.files().under(FOLDER + "/" + kernel).stream()
        .filter(path -> FILE.matcher(path).matches())
        .findFirst();
  }

  /** The kernels that could be booted, the newest last; what is left of removed ones is not. */
  static List<String> kernels(Machine machine) {
    return machine.files().names(FOLDER).stream()
        .filter(kernel -> machine.files().has(FOLDER + "/" + kernel + "/kernel"))
        .sorted(VERSIONS)
        .toList();
  }

  /** By their numbers, one after the other. */
  static final Comparator<String> VERSIONS =
      (one, other) -> Arrays.compare(numbers(one), numbers(other));

  private static long[] numbers(String version) {
    return Pattern.compile("\\d{1,15}")
        .matcher(version)
        .results()
        .mapToLong(number -> Long.parseLong(number.group()))
        .toArray();
  }
}
