package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How processors choose their clock. */
record HostGovernor() implements Check {
  private static final String FOLDER = "/sys/devices/system/cpu/cpufreq";

  @Override
  public String id() {
    return "host.governor";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "frequency governor";
  }

  @Override
  public String rule() {
    return "Processors under the driver acpi-cpufreq do not run with the governor powersave,"
        + " which holds them at their lowest clock. With intel_pstate and amd-pstate a"
        + " governor of that name is an ordinary one.";
  }

  @Override
  public String source() {
    return "Documentation/admin-guide/pm/cpufreq.rst and intel_pstate.rst of the Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return List.of(
        Wanted.list(FOLDER),
        Wanted.text(FOLDER + "/policy*/scaling_governor"),
        Wanted.text(FOLDER + "/policy*/scaling_driver"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    List<String> policies =
        machine.files().names(FOLDER).stream().filter(name -> name.startsWith("policy")).toList();
    if (policies.isEmpty()) {
      return List.of(
          machine.files().at(FOLDER).isEmpty()
              ? Found.by(this).unknown(FOLDER + " was not looked at", "")
              : Found.by(this).skip("the clocks of the processors are not in this system's hands"));
    }
    Set<String> pairs = new TreeSet<>();
    policies.forEach(policy -> pairs.add(pair(machine, FOLDER + "/" + policy + "/")));
    Found found = Found.by(this).seen(FOLDER, String.join(", ", pairs));
    if (pairs.stream().anyMatch(pair -> pair.contains("not told"))) {
      return List.of(found.unknown("the governor could not be read", ""));
    }
    if (!pairs.contains("powersave (acpi-cpufreq)")) {
      return List.of(found.pass("governor " + String.join(", ", pairs)));
    }
    return List.of(
        found
            .remedy(
                Remedy.safe(
                    "Let the load decide, until the next boot.",
                    "echo schedutil | tee " + FOLDER + "/policy*/scaling_governor"))
            .warn(
                "governor " + String.join(", ", pairs),
                "Processors stay at their lowest clock: what feeds the encoders is slow."));
  }

  private static String pair(Machine machine, String policy) {
    return machine.files().text(policy + "scaling_governor").toOptional().orElse("not told")
        + " ("
        + machine.files().text(policy + "scaling_driver").toOptional().orElse("not told")
        + ")";
  }
}
