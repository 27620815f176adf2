package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;

/** Errors of its memories. */
record NvEcc() implements GpuCheck {
  @Override
  public String id() {
    return "nv.ecc";
  }

  @Override
  public String title() {
    return "memory errors";
  }

  @Override
  public String rule() {
    return "Since the driver was loaded no memory error stayed uncorrected, and the errors"
        + " in its caches are below the threshold at which NVIDIA replaces a board.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetTotalEccErrors, nvmlDeviceGetSramEccErrorStatus; NVIDIA, GPU"
        + " Memory Error Management";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.Ecc ecc = gpu.ecc();
    if (ecc.sramThresholdExceeded().toOptional().orElse(false)) {
      return found
          .seen(ecc.sramThresholdExceeded())
          .remedy(Reset.REPLACE)
          .fail(
              "errors in its caches exceed NVIDIA's threshold",
              "Jobs on it end with errors, more and more often.");
    }
    if (ecc.enabled() instanceof Present<Boolean>(Boolean on, String source) && !on) {
      boolean pending = ecc.pending().toOptional().orElse(false);
      return found
          .seen(source, "off")
          .skip("error correction is off" + (pending ? ", and on after the next restart" : ""));
    }
    return switch (ecc.uncorrected()) {
      case Absent<Long> absent -> Nvidia.unread(found, "count of memory errors", absent);
      case Present<Long>(Long errors, String source) when errors > 0 ->
          found
              .seen(source, errors.toString())
              .remedy(Reset.WHEN_IDLE)
              .remedy(Reset.of(gpu))
              .fail(
                  errors + (errors == 1 ? " error" : " errors") + " that could not be corrected",
                  "Whatever used that memory is over or damaged; a reset takes the memory out of"
                      + " use.");
      case Present<Long>(Long errors, String source) ->
          found.seen(source, errors.toString()).pass("no uncorrected error" + history(ecc));
    };
  }

  private static String history(NvmlFacts.Ecc ecc) {
    long corrected = ecc.corrected().toOptional().orElse(0L);
    long ever = ecc.uncorrectedEver().toOptional().orElse(0L);
    return (corrected > 0 ? ", " + corrected + " corrected" : "")
        + (ever > 0 ? ", " + ever + " uncorrected in its life" : "");
  }
}
