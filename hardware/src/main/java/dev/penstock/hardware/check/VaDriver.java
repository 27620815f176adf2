package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Whether libva finds a driver for each render node of AMD and Intel. */
record VaDriver() implements Check {
  @Override
  public String id() {
    return "va.driver";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "VA-API driver of each render node";
  }

  @Override
  public String rule() {
    return "libva.so.2 and libva-drm.so.2 can be loaded, and vaInitialize succeeds on each render"
        + " node whose kernel driver is amdgpu, radeon, i915 or xe. libva picks the driver by the"
        + " kernel's: i915 and xe take iHD, amdgpu takes radeonsi; LIBVA_DRIVER_NAME overrides it.";
  }

  @Override
  public String source() {
    return "va/drm/va_drm_utils.c and va/va.h of libva 2.22";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(VaapiProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!VaNodes.wanted(machine)) {
      return List.of(Gpu.none(this, machine, VaNodes.VENDORS));
    }
    return switch (machine.answer(VaapiProbe.class, VaFacts.class)) {
      case Reading.Present<VaFacts>(VaFacts facts, String _) -> judged(facts);
      case Reading.Absent<VaFacts> absent ->
          List.of(
              absent.why() == Why.NOT_ASKED
                  ? Found.by(this).seen(absent).unknown("VA-API was not asked", "")
                  : Found.by(this)
                      .seen(absent)
                      .fail(
                          "VA-API could not be asked: " + absent.text(),
                          "What hangs or brings down this process does so to encodes."));
    };
  }

  private List<Finding> judged(VaFacts facts) {
    if (VaNodes.encoding(facts).isEmpty()) {
      return VaNodes.each(this, facts, this::judged);
    }
    for (Reading<String> library : List.of(facts.library(), facts.drm())) {
      if (library instanceof Reading.Absent<String> absent) {
        return List.of(
            Found.by(this)
                .seen(absent)
                .remedy(
                    Remedy.command(
                        "Install libva (Debian and Ubuntu).", "apt install libva2 libva-drm2"))
                .fail(
                    NvidiaGpus.missing(absent.source(), absent),
                    "Nothing encodes or decodes with VA-API."));
      }
    }
    return VaNodes.each(this, facts, this::judged);
  }

  private Finding judged(VaNode node) {
    Found found = Found.by(this, node.path()).seen(node.version());
    return switch (node.version()) {
      case Reading.Present<String>(String version, String _) ->
          found
              .seen(node.vendor())
              .pass(
                  "VA-API " + version + ", " + node.vendor().toOptional().orElse("unnamed driver"));
      case Reading.Absent<String>(Why why, String _, String text) ->
          why == Why.DENIED
              ? found
                  .remedy(
                      Remedy.command(
                          "Put the user into the groups of the node, and log in anew.",
                          "usermod -aG render,video $USER"))
                  .fail(
                      "the render node cannot be opened: " + text,
                      "Nothing encodes or decodes with VA-API for this user.")
              : found
                  .remedy(packages(node))
                  .fail(
                      "VA-API cannot be initialised: " + text,
                      "The driver's library is missing, or of another version than libva.");
    };
  }

  private static Remedy packages(VaNode node) {
    return node.kernel().toOptional().orElse("").startsWith("amd")
        ? Remedy.command(
            "Install Mesa's drivers (Debian and Ubuntu; Fedora's mesa-va-drivers-freeworld has the"
                + " codecs that its own lacks).",
            "apt install mesa-va-drivers")
        : Remedy.command(
            "Install Intel's media driver (Debian and Ubuntu, non-free).",
            "apt install intel-media-va-driver-non-free");
  }
}
