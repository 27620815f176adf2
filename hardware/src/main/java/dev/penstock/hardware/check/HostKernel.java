package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the kernel. */
record HostKernel() implements Check {
  private static final String RELEASE = "/proc/sys/kernel/osrelease";
  private static final Pattern VERSION = Pattern.compile("^(\\d+)\\.(\\d+)");
  private static final Remedy NEWER =
      Remedy.command(
          "Install a newer kernel of the distribution and reboot (Ubuntu; elsewhere its own way).",
          "apt install linux-generic-hwe-22.04");

  @Override
  public String id() {
    return "host.kernel";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "kernel version";
  }

  @Override
  public String rule() {
    return "The kernel is 5.15 or newer; with an amdgpu device 5.19 or newer. Older ones lack the"
        + " telemetry of DRM clients in fdinfo, and the drivers of Intel DG2 and of AMD Navi 3x.";
  }

  @Override
  public String source() {
    return "Documentation/gpu/drm-usage-stats.rst of the Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Wanted.text(RELEASE));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> release = machine.files().text(RELEASE);
    Found found = Found.by(this).seen(release);
    Matcher version = VERSION.matcher(release.toOptional().orElse(""));
    if (!version.find()) {
      return List.of(found.unknown("the version of the kernel could not be read", ""));
    }
    int number = 1000 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
    String name = "kernel " + release.toOptional().orElseThrow();
    if (number < 5015) {
      return List.of(
          found
              .remedy(NEWER)
              .fail(
                  name + " is older than 5.15",
                  "Drivers of newer GPUs and the telemetry of their engines are missing."));
    }
    return List.of(number < 5019 ? judged(found, name, machine) : found.pass(name));
  }

  /** One that is new enough for all but AMD's telemetry. */
  private static Finding judged(Found found, String name, Machine machine) {
    if (Gpu.of(machine).stream().anyMatch(gpu -> gpu.isDrivenBy("amdgpu"))) {
      return found
          .remedy(NEWER)
          .warn(
              name + " is older than 5.19, and there is an AMD device",
              "What each process uses of the AMD device cannot be told.");
    }
    return Gpu.areAllKnown(machine)
        ? found.pass(name)
        : found.unknown(
            name + " is older than 5.19, and whether there is an AMD device cannot be told", "");
  }
}
