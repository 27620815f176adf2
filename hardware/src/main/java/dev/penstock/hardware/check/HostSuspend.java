package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the NVIDIA driver keeps its memory over a suspend. */
record HostSuspend() implements Check {
  private static final String PARAMETERS = "/proc/driver/nvidia/params";
  private static final String CHASSIS = "/sys/class/dmi/id/chassis_type";
  private static final Pattern PRESERVE =
      Pattern.compile("(?m)^PreserveVideoMemoryAllocations: (\\d)");

  /** Desktop, low profile, mini tower, tower, portables of all kinds, all in one. */
  private static final Set<Integer> PERSONAL =
      Set.of(3, 4, 6, 7, 8, 9, 10, 13, 14, 30, 31, 32, 35, 36);

  @Override
  public String id() {
    return "host.suspend";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "suspend";
  }

  @Override
  public String rule() {
    return "On a laptop or desktop that can suspend, the NVIDIA driver preserves the memory of"
        + " the GPU (NVreg_PreserveVideoMemoryAllocations=1). Otherwise every session is lost"
        + " at resume, and CUDA answers with unknown errors until the module is loaded anew."
        + " Servers do not suspend.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, Configuring Power Management Support; SMBIOS Specification,"
        + " 7.4.1 System Enclosure or Chassis Types";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Wanted.texts(PARAMETERS, CHASSIS, "/sys/power/state"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> parameters = machine.files().text(PARAMETERS);
    Reading<String> states = machine.files().text("/sys/power/state");
    Found found = Found.by(this).seen(machine.files().text(CHASSIS)).seen(states);
    if (!(parameters instanceof Reading.Present<String>(String text, String _))) {
      return List.of(found.without(parameters, "the NVIDIA driver is not loaded"));
    }
    boolean sleeps = states.toOptional().filter(names -> names.contains("mem")).isPresent();
    if (!sleeps || !isPersonal(machine)) {
      return List.of(found.skip("this machine is no laptop or desktop that suspends"));
    }
    Matcher preserve = PRESERVE.matcher(text);
    if (!preserve.find()) {
      return List.of(found.unknown("the driver does not say what it preserves", ""));
    }
    if (preserve.group(1).equals("1")) {
      return List.of(found.pass("the driver preserves the GPU's memory over a suspend"));
    }
    return List.of(
        found
            .remedy(
                Remedy.safe(
                    "Have it preserved from the next boot on.",
                    "echo 'options nvidia NVreg_PreserveVideoMemoryAllocations=1'"
                        + " > /etc/modprobe.d/nvidia-suspend.conf",
                    "systemctl enable nvidia-suspend.service nvidia-resume.service"
                        + " nvidia-hibernate.service"))
            .remedy(
                Remedy.command(
                    "After a resume that went wrong, with nothing running on the GPU.",
                    "modprobe -r nvidia_uvm",
                    "modprobe nvidia_uvm"))
            .warn(
                "the driver does not preserve the GPU's memory over a suspend",
                "After a resume sessions are lost and CUDA answers with unknown errors."));
  }

  private static boolean isPersonal(Machine machine) {
    return machine
        .files()
        .number(CHASSIS)
        .toOptional()
        .filter(type -> PERSONAL.contains(type.intValue()))
        .isPresent();
  }
}
