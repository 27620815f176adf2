package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.License;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a virtual GPU has its licence. */
record NvVgpu() implements GpuCheck {
  @Override
  public String id() {
    return "nv.vgpu";
  }

  @Override
  public String title() {
    return "vGPU licence";
  }

  @Override
  public String rule() {
    return "A virtual GPU of NVIDIA's vGPU software has a licence. Without one it starts"
        + " at full speed and slows down after 20 minutes.";
  }

  @Override
  public String source() {
    return "NVIDIA, Virtual GPU Client Licensing User Guide; NVML"
        + " nvmlDeviceGetVirtualizationMode, nvmlDeviceGetGridLicensableFeatures_v4";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.modes().virtualization()) {
      case Absent<String> absent -> Nvidia.unread(found, "virtualisation mode", absent);
      case Present<String>(String mode, String source) when mode.equals("vgpu") ->
          licensed(gpu.modes(), found.seen(source, mode));
      case Present<String>(String mode, String source) ->
          found.seen(source, mode).skip("it is no virtual GPU" + kind(mode));
    };
  }

  private static String kind(String mode) {
    return switch (mode) {
      case "passthrough" -> ": it is passed through whole";
      case "host_vgpu", "host_vsga" -> ": it hosts some";
      default -> "";
    };
  }

  private static Finding licensed(NvmlFacts.Modes modes, Found found) {
    if (!(modes.licenses() instanceof Present<List<License>>(List<License> all, String source))) {
      return Nvidia.unread(found, "licence", modes.licenses());
    }
    List<License> enabled = all.stream().filter(License::enabled).toList();
    String lacking =
        enabled.stream()
            .filter(license -> !license.licensed())
            .map(License::product)
            .collect(Collectors.joining(", "));
    found.seen(source, enabled.size() + " features enabled");
    if (lacking.isEmpty()) {
      return found.pass(enabled.isEmpty() ? "no feature needs a licence" : "licensed");
    }
    return found
        .remedy(
            Remedy.command(
                "Put the client token into /etc/nvidia/ClientConfigToken, check"
                    + " /etc/nvidia/gridd.conf, and ask for the licence again.",
                "sudo systemctl restart nvidia-gridd",
                "nvidia-smi -q | grep -A 2 'vGPU Software Licensed Product'"))
        .fail("no licence for " + lacking, "After 20 minutes its clocks and frame rates drop.");
  }
}
