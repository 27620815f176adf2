package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;

/** Whether AMD's AMF is there. */
record AmfRuntime() implements Check {
  @Override
  public String id() {
    return "amf.runtime";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "AMF runtime";
  }

  @Override
  public String rule() {
    return "With an AMD GPU, libamfrt64.so.1 can be loaded and AMFQueryVersion succeeds. VA-API"
        + " encodes without it.";
  }

  @Override
  public String source() {
    return "amf/public/include/core/Factory.h of AMD's AMF 1.4";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(AmfProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(
        Runtimes.judged(
            this,
            machine,
            Maker.AMD,
            machine.answer(AmfProbe.class, RuntimeFacts.class),
            Remedy.command(
                "Install AMF; since release 25.20 it is a package of its own.",
                "amdgpu-install --usecase=amf"),
            "AMF"));
  }
}
