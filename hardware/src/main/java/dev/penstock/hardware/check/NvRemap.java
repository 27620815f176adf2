package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.RemappedRows;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;

/** Rows of memory that were replaced, from Ampere on. */
record NvRemap() implements GpuCheck {
  private static final long MOST = 512;

  @Override
  public String id() {
    return "nv.remap";
  }

  @Override
  public String title() {
    return "remapped rows";
  }

  @Override
  public String rule() {
    return "No row waits to be replaced, none could not be, fewer than 512 were after"
        + " errors that could not be corrected, and every bank has spare rows left.";
  }

  @Override
  public String source() {
    return "NVIDIA, GPU Memory Error Management, row remapping; the limit of 512 rows is"
        + " that of DCGM";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.remappedRows()) {
      case Absent<RemappedRows> absent -> Nvidia.unread(found, "row remapping", absent);
      case Present<RemappedRows>(RemappedRows rows, String source) ->
          judged(gpu, rows, found.seen(source, words(rows)));
    };
  }

  private static Finding judged(NvmlFacts.Gpu gpu, RemappedRows rows, Found found) {
    if (rows.failure()) {
      return found
          .remedy(Reset.REPLACE)
          .fail("a row could not be replaced", "Jobs that get this memory end with errors.");
    }
    if (rows.uncorrected() >= MOST) {
      return found
          .remedy(Reset.REPLACE)
          .fail(
              rows.uncorrected() + " rows were replaced after uncorrected errors",
              "Its memory is failing.");
    }
    if (rows.pending()) {
      return found
          .remedy(Reset.WHEN_IDLE)
          .remedy(Reset.of(gpu))
          .warn(
              "a row waits to be replaced",
              "Until a reset, jobs still use memory that is known to be bad.");
    }
    long scarce = gpu.rowHistogram().toOptional().map(each -> each.low() + each.none()).orElse(0L);
    if (scarce > 0) {
      return found
          .seen(gpu.rowHistogram())
          .remedy(Remedy.command("Watch whether it goes on.", "nvidia-smi -q -d ROW_REMAPPER"))
          .warn(
              scarce
                  + (scarce == 1 ? " bank has" : " banks have")
                  + " few spare rows left, or none",
              "More errors there cannot be repaired.");
    }
    return found.pass(words(rows));
  }

  private static String words(RemappedRows rows) {
    long all = rows.corrected() + rows.uncorrected();
    return all == 0
        ? "no row was replaced"
        : all + (all == 1 ? " row was" : " rows were") + " replaced";
  }
}
