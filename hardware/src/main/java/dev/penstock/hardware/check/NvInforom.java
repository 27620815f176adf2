package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;

/** Whether its non-volatile records are sound. */
record NvInforom() implements GpuCheck {
  @Override
  public String id() {
    return "nv.inforom";
  }

  @Override
  public String title() {
    return "infoROM";
  }

  @Override
  public String rule() {
    return "The records that the board keeps about itself are sound. Its history of memory"
        + " errors stands there.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceValidateInforom, NVML_ERROR_CORRUPTED_INFOROM (14)";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.inforomValid()) {
      case Present<Boolean>(Boolean sound, String source) when sound ->
          found.seen(source, "valid").pass("sound");
      case Present<Boolean>(Boolean _, String source) -> broken(found.seen(source, "not valid"));
      case Absent<Boolean>(Why why, String source, String text)
          when why == Why.FAILED && text.contains("(14)") ->
          broken(found.seen(source, text));
      case Absent<Boolean> absent -> Nvidia.unread(found, "infoROM", absent);
    };
  }

  private static Finding broken(Found found) {
    return found
        .remedy(
            Remedy.command(
                "Collect what NVIDIA or the maker of the machine asks for, and ask them.",
                "sudo nvidia-bug-report.sh"))
        .warn(
            "corrupted",
            "Encoding goes on, but what the board says of its past memory errors is worth nothing.");
  }
}
