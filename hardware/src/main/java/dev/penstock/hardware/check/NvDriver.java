package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.NvmlSystem;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;

/** Whether NVML answers, and for every GPU on the bus. */
record NvDriver() implements NvmlCheck {
  private static final int NO_PERMISSION = 4;
  private static final int NOT_LOADED = 9;
  private static final int OPERATING_SYSTEM = 17;
  private static final int MISMATCH = 18;
  private static final int UNKNOWN = 999;
  private static final String NOTHING = "Nothing encodes or decodes on NVIDIA's GPUs.";

  @Override
  public String id() {
    return "nv.driver";
  }

  @Override
  public String title() {
    return "the driver answers";
  }

  @Override
  public String rule() {
    return "NVML can be loaded and initialised, shows every NVIDIA GPU that is on the bus,"
        + " and none of them is lost or waits for a reset. Without that nothing of"
        + " NVIDIA's encodes or decodes.";
  }

  @Override
  public String source() {
    return "NVML nvmlInitWithFlags, nvmlReturn_t";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files();
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Nvidia.isHere(machine)) {
      return List.of(Nvidia.none(this, machine));
    }
    return switch (Nvidia.facts(machine)) {
      case Absent<NvmlFacts> absent ->
          List.of(
              Found.by(this)
                  .seen(absent)
                  .unknown(
                      Found.silent("NVML", absent), "Whether the driver works cannot be told."));
      case Present<NvmlFacts>(NvmlFacts facts, String _) -> answered(facts, machine);
    };
  }

  private List<Finding> answered(NvmlFacts facts, Machine machine) {
    NvmlSystem system = facts.system();
    return switch (system.init()) {
      case Present<Integer>(Integer code, String _) when code == 0 -> gpus(facts, machine);
      case Present<Integer>(Integer code, String source) ->
          List.of(refused(code, Found.by(this).seen(source, Integer.toString(code))));
      case Absent<Integer>(Why why, String _, String _) when why == Why.HUNG ->
          List.of(
              Found.by(this)
                  .seen(system.init())
                  .unknown("NVML does not come back; see nv.hang", ""));
      case Absent<Integer> _ -> List.of(noLibrary(machine, Found.by(this).seen(system.library())));
    };
  }

  private static Finding noLibrary(Machine machine, Found found) {
    String branch =
        NvMismatch.module(machine).map(version -> version.replaceFirst("\\..*", "")).orElse("");
    return found
        .remedy(
            branch.isEmpty()
                ? Remedy.command(
                    "Install the driver (Ubuntu; elsewhere its own way).",
                    "sudo ubuntu-drivers install")
                : Remedy.command(
                    "Install the libraries of the driver that the kernel runs (Ubuntu and Debian;"
                        + " with -server at the end where that one is installed).",
                    "sudo apt install libnvidia-compute-"
                        + branch
                        + " libnvidia-encode-"
                        + branch
                        + " libnvidia-decode-"
                        + branch))
        .remedy(
            Remedy.byHand(
                "In a container: start it with --gpus all and"
                    + " NVIDIA_DRIVER_CAPABILITIES=compute,video,utility."))
        .fail(
            "libnvidia-ml.so.1 cannot be loaded",
            "The driver's part outside the kernel is missing or not visible here; encoders are part"
                + " of it.");
  }

  /** NVML's own answers to being initialised. */
  private static Finding refused(int code, Found found) {
    return switch (code) {
      case NOT_LOADED ->
          found
              .remedy(Remedy.safe("Load it.", "sudo modprobe nvidia", "sudo modprobe nvidia_uvm"))
              .remedy(
                  Remedy.command(
                      "When that fails, read why.", "sudo dmesg | grep -i -e nvrm -e nvidia"))
              .fail("no driver is loaded (9)", NOTHING);
      case MISMATCH ->
          found
              .remedy(Reset.REBOOT)
              .fail(
                  "driver and library are of different versions (18)",
                  NOTHING + " What is loaded and what is installed, nv.mismatch shows.");
      case NO_PERMISSION, OPERATING_SYSTEM ->
          found
              .remedy(
                  Remedy.command(
                      "See whose the device nodes are; in a container they must be handed in.",
                      "ls -l /dev/nvidia*"))
              .fail("the device nodes may not be used (" + code + ")", NOTHING);
      case UNKNOWN ->
          found
              .remedy(
                  Remedy.command(
                      "See whether the device nodes can be opened, and what the driver says.",
                      "ls -l /dev/nvidia*",
                      "sudo dmesg | grep NVRM | tail -n 20"))
              .fail(
                  "NVML answers: unknown error (999)",
                  NOTHING
                      + " In a container this is mostly access that was taken away while it ran"
                      + " (c.daemonreload), elsewhere a GPU that the driver cannot initialise.");
      default ->
          found
              .remedy(
                  Remedy.command(
                      "Read what the driver says.", "sudo dmesg | grep NVRM | tail -n 20"))
              .fail("NVML cannot be initialised (" + code + ")", NOTHING);
    };
  }

  private List<Finding> gpus(NvmlFacts facts, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    List<String> known = facts.gpus().stream().map(Nvidia::address).toList();
    Gpu.of(machine, Maker.NVIDIA).stream()
        .filter(gpu -> !known.contains(gpu.address()) && !isLent(gpu))
        .forEach(gpu -> findings.add(unseen(Found.by(this, gpu.address()))));
    facts.gpus().stream()
        .filter(gpu -> gpu.fault().isPresent())
        .forEach(gpu -> findings.add(failed(gpu, Found.by(this, Nvidia.address(gpu)))));
    long well = facts.gpus().stream().filter(Nvidia::isUp).count();
    if (well > 0) {
      NvmlSystem system = facts.system();
      findings.add(
          Found.by(this)
              .seen(system.driver())
              .seen(system.gpus())
              .pass(
                  "driver "
                      + system.driver().toOptional().orElse("of unknown version")
                      + system.cuda().toOptional().map(cuda -> ", CUDA " + cuda).orElse("")
                      + (well == 1 ? ", 1 GPU answers" : ", " + well + " GPUs answer")));
    } else if (findings.isEmpty()) {
      findings.add(
          facts.gpus().isEmpty()
              ? unseen(Found.by(this).seen(facts.system().gpus()))
              : Found.by(this).unknown("no GPU answers; see nv.hang", ""));
    }
    return findings;
  }

  /** Handed to a virtual machine, or driven by something else, which pci.driver is about. */
  private static boolean isLent(Gpu gpu) {
    return gpu.driver().isPresent() && !gpu.isDrivenBy("nvidia");
  }

  private static Finding unseen(Found found) {
    return found
        .remedy(
            Remedy.command(
                "Read why the driver could not initialise it.",
                "sudo dmesg | grep NVRM | tail -n 20"))
        .fail("it is on the bus, and the driver does not show it", "Nothing encodes on it.");
  }

  private static Finding failed(NvmlFacts.Gpu gpu, Found found) {
    String fault = gpu.fault().orElseThrow();
    found.seen("NVML", fault);
    return fault.endsWith("(16)")
        ? found
            .remedy(Reset.WHEN_IDLE)
            .remedy(Reset.of(gpu))
            .fail("it must be reset (16)", "Its sessions are over; no new one can be opened.")
        : found
            .remedy(
                Remedy.command(
                    "Collect what the driver knows before the restart.",
                    "sudo nvidia-bug-report.sh"))
            .remedy(Reset.REBOOT)
            .remedy(
                Remedy.byHand(
                    "When it comes back and is lost again: check its power plugs, its seat and the"
                        + " power supply."))
            .fail(
                "it has fallen off the bus: GPU is lost (15)",
                "Its sessions are over; it comes back with a restart, or not at all.");
  }
}
