package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether the firmware for low-power encoding is loaded. */
record IntelFirmware() implements Check {
  private static final String PARAMETER = "/sys/module/i915/parameters/enable_guc";
  private static final String FIRMWARE = "/lib/firmware/";
  private static final int LOAD_HUC = 2;

  /** The states of a firmware that is not there, as intel_uc_fw.h names them. */
  private static final Pattern BROKEN =
      Pattern.compile("status: (N/A|DISABLED|MISSING|ERROR|INIT FAIL|LOAD FAIL)");

  private static final String LOST =
      "Low-power encoding, the only kind of Arc, fails with constant and variable bit rate.";

  @Override
  public String id() {
    return "intel.guc";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "HuC firmware of Intel GPUs";
  }

  @Override
  public String rule() {
    return "The HuC firmware of an Intel GPU is not switched off (i915.enable_guc has its"
        + " second bit, or is automatic) and is loaded. Arc and other newer GPUs encode"
        + " through low-power entry points only, whose rate control runs in it. xe always"
        + " loads it.";
  }

  @Override
  public String source() {
    return "drivers/gpu/drm/i915/i915_params.c and gt/uc/intel_uc.c of the Linux kernel;"
        + " README of intel/media-driver, HuC firmware";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.text(PARAMETER),
        Wanted.text("/sys/kernel/debug/dri/*/gt0/uc/huc_info"),
        Wanted.exists(FIRMWARE + "i915/*huc*"),
        Wanted.exists(FIRMWARE + "xe/*huc*"),
        Wanted.list("/lib/firmware/i915"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Set.of(Maker.INTEL), gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address());
    Optional<String> status = status(machine, gpu);
    status.ifPresent(said -> found.seen("huc_info", said));
    if (status.filter(said -> BROKEN.matcher(said).find()).isPresent()) {
      return install(found)
          .fail(
              "the HuC firmware is not loaded: "
                  + status.get().lines().skip(1).findFirst().orElse("").strip(),
              LOST);
    }
    if (gpu.isDrivenBy("xe")) {
      return files(found, machine, "xe loads the HuC firmware");
    }
    if (!gpu.isDrivenBy("i915")) {
      return found.skip("its driver is not i915 or xe");
    }
    Reading<Long> parameter = machine.files().number(PARAMETER);
    found.seen(parameter);
    if (!(parameter instanceof Reading.Present<Long>(Long value, String _))) {
      return found.without(parameter, "this i915 loads no firmware");
    }
    if (value >= 0 && (value & LOAD_HUC) == 0) {
      return found
          .remedy(
              Remedy.safe(
                  "Have it loaded from the next boot on (2 in place of 3 for GPUs before Alder Lake).",
                  "echo 'options i915 enable_guc=3' > /etc/modprobe.d/penstock-i915.conf"))
          .warn("the HuC firmware is not loaded: enable_guc=" + value, LOST);
    }
    return files(
        found,
        machine,
        value < 0 ? "i915 decides about the HuC firmware" : "i915 loads the HuC firmware");
  }

  private static Finding files(Found found, Machine machine, String summary) {
    if (machine.files().at("/lib/firmware/i915").isEmpty()) {
      return found.unknown(FIRMWARE + "i915 was not looked at", "");
    }
    boolean there =
        Stream.of("i915", "xe")
            .anyMatch(folder ->
                machine.files().under(FIRMWARE + folder).stream()
                    .anyMatch(path -> path.contains("huc")));
    if (there) {
      return found.pass(summary + ", and it is installed");
    }
    return machine.files().has("/lib/firmware") || machine.files().has("/lib/firmware/i915")
        ? install(found).warn("the HuC firmware is not installed", LOST)
        : found.skip(summary + "; the firmware of the host is not seen from here");
  }

  private static Found install(Found found) {
    return found.remedy(
        Remedy.command(
            "Install it (Ubuntu; on Debian firmware-misc-nonfree), and reboot.",
            "apt-get install -y linux-firmware",
            "reboot"));
  }

  /** Only root may read it; older kernels number the folders, which is of use with one GPU. */
  private static Optional<String> status(Machine machine, Gpu gpu) {
    boolean alone = Gpu.of(machine).size() == 1;
    return machine.files().under("/sys/kernel/debug/dri").stream()
        .filter(path -> path.endsWith("/huc_info"))
        .filter(path -> alone || path.contains("/" + gpu.address() + "/"))
        .flatMap(path -> machine.files().text(path).toOptional().stream())
        .findFirst();
  }
}
