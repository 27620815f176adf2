package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;

/** What the driver itself says must be done. */
record NvRecovery() implements GpuCheck {
  private static final Remedy LOOK =
      Remedy.command("See what the driver says of it.", "nvidia-smi -q", "sudo dmesg | grep NVRM");

  @Override
  public String id() {
    return "nv.recovery";
  }

  @Override
  public String title() {
    return "recovery action";
  }

  @Override
  public String rule() {
    return "The driver asks for no recovery. It is a state, not an event: it also shows"
        + " what went wrong while nobody watched the kernel log.";
  }

  @Override
  public String source() {
    return "NVML, field 230 NVML_FI_DEV_GET_GPU_RECOVERY_ACTION";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.recovery()) {
      case Absent<RecoveryAction> absent -> Nvidia.unread(found, "recovery action", absent);
      case Present<RecoveryAction>(RecoveryAction action, String source) ->
          judged(gpu, action, found.seen(source, action.label()));
    };
  }

  private static Finding judged(NvmlFacts.Gpu gpu, RecoveryAction action, Found found) {
    String summary = "the driver asks to " + action.label();
    return switch (action) {
      case NONE -> found.pass("the driver asks for nothing");
      case RESET, DRAIN_AND_RESET ->
          found
              .remedy(Reset.WHEN_IDLE)
              .remedy(Reset.of(gpu))
              .fail(summary, "Work on this GPU fails, or will, until it is reset.");
      case REBOOT ->
          found.remedy(Reset.REBOOT).fail(summary, "Nothing encodes on this GPU until then.");
      case DRAIN_P2P, RECOVER_IMEX ->
          found.remedy(LOOK).warn(summary, "Encoding goes on; copies between GPUs may fail.");
      case OTHER ->
          found
              .remedy(LOOK)
              .warn(
                  "the driver asks for " + action.label(),
                  "Something is wrong with this GPU; what, only a newer version can say.");
    };
  }
}
