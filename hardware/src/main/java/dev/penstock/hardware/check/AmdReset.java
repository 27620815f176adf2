package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** Whether amdgpu resets a GPU that hangs. */
record AmdReset() implements Check {
  private static final String FOLDER = "/sys/module/amdgpu/parameters/";
  private static final String RECOVERY = FOLDER + "gpu_recovery";
  private static final String TIMEOUT = FOLDER + "lockup_timeout";

  @Override
  public String id() {
    return "amd.reset";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "recovery of AMD GPUs";
  }

  @Override
  public String rule() {
    return "amdgpu recovers a GPU whose ring hangs (gpu_recovery is -1, automatic, or 1). With"
        + " 0 a hang lasts until the next boot.";
  }

  @Override
  public String source() {
    return "Documentation/gpu/amdgpu/module-parameters.rst of the Linux kernel, gpu_recovery,"
        + " lockup_timeout";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Wanted.texts(RECOVERY, TIMEOUT));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine).stream().noneMatch(gpu -> gpu.isDrivenBy("amdgpu"))) {
      return List.of(Found.by(this).skip("no GPU has the driver amdgpu"));
    }
    Reading<Long> recovery = machine.files().number(RECOVERY);
    Found found = Found.by(this).seen(recovery).seen(machine.files().text(TIMEOUT));
    if (!(recovery instanceof Reading.Present<Long>(Long value, String _))) {
      return List.of(found.without(recovery, "this amdgpu knows no recovery"));
    }
    return List.of(
        value != 0
            ? found.pass("a GPU that hangs is reset")
            : found
                .remedy(
                    Remedy.safe(
                        "Have it reset from the next boot on; take amdgpu.gpu_recovery=0 out of the"
                            + " kernel command line if it is there.",
                        "echo 'options amdgpu gpu_recovery=1' > /etc/modprobe.d/amdgpu-recovery.conf"))
                .warn(
                    "a GPU that hangs is not reset (gpu_recovery=0)",
                    "One bad picture can take the encoder away until the next boot."));
  }
}
