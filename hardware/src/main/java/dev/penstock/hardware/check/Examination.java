package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the doctor found.
 *
 * @param fitness empty where not all checks were made that it follows from
 * @param findings worst first within their group
 */
public record Examination(
    Machine.Origin origin, Optional<Fitness> fitness, List<Finding> findings) {
  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing((Finding finding) -> group(finding.check()))
          .thenComparing(Finding::status, Comparator.reverseOrder());

  public Examination {
    findings = List.copyOf(findings);
  }

  /** Whether a machine can encode on hardware. */
  public enum Fitness {
    FIT,
    /** It can, and something is wrong. */
    DEGRADED,
    /** It cannot. */
    UNFIT
  }

  /**
   * Examines a machine.
   *
   * @param wanted which checks are made
   */
  public static Examination of(Machine machine, Predicate<Check> wanted) {
    List<Finding> findings = new ArrayList<>();
    for (Check check : Checks.ALL) {
      if (wanted.test(check)) {
        findings.addAll(examined(check, machine));
      }
    }
    findings.sort(WORST_FIRST);
    return new Examination(machine.origin(), fitness(findings), findings);
  }

  /** One check that goes wrong must not take the others with it; it is never a PASS. */
  private static List<Finding> examined(Check check, Machine machine) {
    try {
      return check.examine(machine);
    } catch (RuntimeException e) {
      return List.of(
          Found.by(check)
              .seen(check.getClass().getSimpleName(), String.valueOf(e))
              .unknown(
                  "the check itself failed on what was read",
                  "This is a fault in Penstock; please report it with a support bundle."));
    }
  }

  private static Check.Group group(String id) {
    return find(id).map(Check::group).orElse(Check.Group.HOST);
  }

  /** The check of this name. */
  public static Optional<Check> find(String id) {
    return Checks.ALL.stream().filter(check -> check.id().equals(id)).findFirst();
  }

  /** Unfit is what has no GPU, or GPUs that all cannot encode; what is not known is not fit. */
  private static Optional<Fitness> fitness(List<Finding> findings) {
    boolean none =
        findings.stream()
            .anyMatch(finding ->
                finding.check().equals("pci.enum")
                    && finding.subject().isEmpty()
                    && finding.status() == Status.FAIL);
    Set<Status> encoding =
        findings.stream()
            .filter(finding -> finding.check().equals("encode.hardware"))
            .map(Finding::status)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Status.class)));
    if (encoding.isEmpty() || findings.stream().noneMatch(Examination::isOfTheBus)) {
      return Optional.empty();
    }
    if (none || (encoding.contains(Status.FAIL) && !encoding.contains(Status.PASS))) {
      return Optional.of(Fitness.UNFIT);
    }
    boolean well =
        findings.stream().allMatch(finding -> finding.status().compareTo(Status.WARN) < 0);
    return Optional.of(well && encoding.contains(Status.PASS) ? Fitness.FIT : Fitness.DEGRADED);
  }

  /**
   * The same, with what was found earlier where that was not looked at again.
   *
   * @param again whether a check was made again
   */
  public Examination completed(Examination earlier, Predicate<Check> again) {
    Predicate<Finding> isNew = finding -> find(finding.check()).map(again::test).orElse(true);
    List<Finding> all = new ArrayList<>(findings.stream().filter(isNew).toList());
    earlier.findings().stream().filter(isNew.negate()).forEach(all::add);
    all.sort(WORST_FIRST);
    return new Examination(origin, fitness(all), all);
  }

  private static boolean isOfTheBus(Finding finding) {
    return finding.check().equals("pci.enum");
  }

  /** Whether something is wrong. */
  public boolean isWorrying() {
    return findings.stream().anyMatch(finding -> finding.status().compareTo(Status.WARN) >= 0);
  }
}
