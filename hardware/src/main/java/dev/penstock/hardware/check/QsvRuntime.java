package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.runtime.QsvProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;

/** Whether Intel's oneVPL, which QSV is encoded through, is there. */
record QsvRuntime() implements Check {
  @Override
  public String id() {
    return "qsv.runtime";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "oneVPL runtime (QSV)";
  }

  @Override
  public String rule() {
    return "With an Intel GPU, libvpl.so.2 can be loaded and lists an implementation: libmfx-gen for"
        + " Tiger Lake and newer, libmfxhw64 for older ones. VA-API encodes without it.";
  }

  @Override
  public String source() {
    return "mfxdispatcher.h of libvpl 2; QSVEnc's lists of features";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(QsvProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(
        Runtimes.judged(
            this,
            machine,
            Maker.INTEL,
            machine.answer(QsvProbe.class, RuntimeFacts.class),
            Remedy.command(
                "Install oneVPL and its runtime (Debian and Ubuntu); before Tiger Lake libmfx1.",
                "apt install libvpl2 libmfx-gen1.2"),
            "oneVPL"));
  }
}
