package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether nouveau is in the way. */
record NvidiaNouveau() implements Check {
  private static final Pattern LINE =
      Pattern.compile("(modprobe\\.|rd\\.driver\\.|module_)blacklist=\\S*\\bnouveau\\b");
  private static final Pattern BLACKLIST =
      Pattern.compile(
          "(?m)^\\s*(blacklist\\s+nouveau|install\\s+nouveau\\s+/bin/(false|true))\\s*$");
  private static final Pattern FEDORA =
      Pattern.compile("(?m)^ID(_LIKE)?=.*\\b(fedora|rhel|centos)\\b");

  @Override
  public String id() {
    return "nv.nouveau";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "nouveau";
  }

  @Override
  public String rule() {
    return "With an NVIDIA GPU, the module nouveau is not loaded, and when NVIDIA's own is not"
        + " loaded either, something keeps nouveau from coming first at the next boot. nouveau"
        + " holds the GPU and cannot encode.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, Known Issues, Interaction with the Nouveau Driver;"
        + " modprobe.d(5)";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        LoadedModules.WANTED,
        Wanted.text("/proc/cmdline"),
        Wanted.text("/etc/os-release"),
        Wanted.text("/etc/modprobe.d/*.conf"),
        Wanted.text("/usr/lib/modprobe.d/*.conf"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    Reading<String> nouveau = LoadedModules.state(machine, "nouveau");
    Found found = Found.by(this).seen(nouveau);
    if (nouveau instanceof Reading.Absent<String>(Why why, String _, String _)
        && why != Why.MISSING) {
      return List.of(found.without(nouveau, ""));
    }
    boolean loaded = nouveau.toOptional().isPresent();
    if (!loaded && LoadedModules.has(machine, "nvidia")) {
      return List.of(found.pass("nouveau is not loaded"));
    }
    Optional<String> kept = keptOut(machine);
    kept.ifPresent(where -> found.seen(where, "keeps nouveau out"));
    if (!loaded) {
      return List.of(
          kept.isPresent()
              ? found.pass("nouveau is not loaded, and is kept out")
              : found
                  .remedy(banished(machine, kept))
                  .warn(
                      "nothing keeps nouveau from taking the GPU at the next boot",
                      "NVIDIA's driver then finds the GPU taken."));
    }
    return List.of(
        found
            .remedy(banished(machine, kept))
            .fail(
                "nouveau is loaded",
                "It holds the GPU, so that NVIDIA's driver cannot; nouveau itself cannot encode."));
  }

  private static Remedy banished(Machine machine, Optional<String> kept) {
    boolean dracut =
        FEDORA.matcher(machine.files().text("/etc/os-release").toOptional().orElse("")).find();
    String image = dracut ? "dracut --force" : "update-initramfs -u";
    return kept.isPresent()
        ? Remedy.command(
            "It is kept out already: rebuild the initial file system, and reboot.", image, "reboot")
        : Remedy.command(
            "Keep it out, and reboot.",
            "printf 'blacklist nouveau\\noptions nouveau modeset=0\\n'"
                + " > /etc/modprobe.d/blacklist-nouveau.conf",
            image,
            "reboot");
  }

  private static Optional<String> keptOut(Machine machine) {
    if (LINE.matcher(machine.files().text("/proc/cmdline").toOptional().orElse("")).find()) {
      return Optional.of("/proc/cmdline");
    }
    return Stream.of("/etc/modprobe.d", "/usr/lib/modprobe.d")
        .flatMap(folder -> machine.files().under(folder).stream())
        .filter(
            path -> BLACKLIST.matcher(machine.files().text(path).toOptional().orElse("")).find())
        .findFirst();
  }
}
