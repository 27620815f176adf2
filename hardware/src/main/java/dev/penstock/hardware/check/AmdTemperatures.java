package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How hot AMD GPUs are. */
record AmdTemperatures() implements Check {
  /** Thousandths of a degree. */
  private static final long MARGIN = 5000;

  @Override
  public String id() {
    return "amd.hwmon";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "temperatures of AMD GPUs";
  }

  @Override
  public String rule() {
    return "Each temperature of an AMD GPU (edge, junction, memory) is at least 5 degrees"
        + " below the limit that the GPU itself gives for it; at the limit it fails.";
  }

  @Override
  public String source() {
    return "Documentation/gpu/amdgpu/thermal.rst of the Linux kernel, hwmon interfaces";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.text(Gpu.DEVICES + "/{gpu}/hwmon/hwmon*/temp*_label"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/hwmon/hwmon*/temp*_input"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/hwmon/hwmon*/temp*_crit"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Set.of(Maker.AMD), gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address());
    List<String> inputs =
        machine.files().under(gpu.path("hwmon")).stream()
            .filter(path -> path.matches(".*/temp\\d+_input"))
            .toList();
    List<String> told = new ArrayList<>();
    long closest = Long.MAX_VALUE;
    for (String input : inputs) {
      Reading<Long> now = machine.files().number(input);
      Reading<Long> limit = machine.files().number(input.replaceFirst("_input$", "_crit"));
      found.seen(now).seen(limit);
      // The driver gives 0 for a limit that it does not know.
      if (now.toOptional().isPresent() && limit.toOptional().filter(most -> most > 0).isPresent()) {
        long degrees = now.toOptional().orElseThrow();
        long most = limit.toOptional().orElseThrow();
        closest = Math.min(closest, most - degrees);
        told.add(label(input, machine) + " " + degrees / 1000 + " of " + most / 1000 + " °C");
      }
    }
    if (inputs.isEmpty()) {
      return found.skip("its temperatures are not told");
    }
    if (told.isEmpty()) {
      return found.skip("no limit of its temperatures is told");
    }
    String summary = String.join(", ", told);
    if (closest >= MARGIN) {
      return found.pass(summary);
    }
    found.remedy(
        Remedy.byHand(
            "See that its fans turn and air gets through; clean it; lower its power cap."));
    String meaning = "The GPU slows its clocks down, and encoding with them.";
    return closest <= 0 ? found.fail(summary, meaning) : found.warn(summary, meaning);
  }

  private static String label(String input, Machine machine) {
    return machine
        .files()
        .text(input.replaceFirst("_input$", "_label"))
        .toOptional()
        .orElseGet(() -> input.replaceFirst(".*/", "").replaceFirst("_input$", ""));
  }
}
