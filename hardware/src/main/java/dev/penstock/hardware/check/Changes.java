package dev.penstock.hardware.check;

import dev.penstock.model.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What is otherwise than when a machine was examined before. */
public final class Changes {
  private Changes() {}

  /**
   * One thing that changed.
   *
   * @param before empty when there was no such finding
   * @param after empty when there is none any more
   */
  public record Change(
      String check, Optional<String> subject, Optional<Finding> before, Optional<Finding> after) {}

  private record Key(String check, Optional<String> subject) {}

  /**
   * Compares two examinations. Findings of checks that were made only once are left out, and so are
   * mere figures: a status that changed counts always, words only where the check says that they
   * are steady.
   *
   * @param steady whether the words of a check change only with the machine
   */
  public static List<Change> between(
      Examination before, Examination after, Predicate<String> steady) {
    Map<Key, Finding> old = byKey(before);
    Map<Key, Finding> now = byKey(after);
    List<Change> changes = new ArrayList<>();
    now.forEach((key, finding) -> {
      Optional<Finding> was = Optional.ofNullable(old.get(key));
      if (wasMade(before, key.check()) && was.stream().noneMatch(o -> same(o, finding, steady))) {
        changes.add(new Change(key.check(), key.subject(), was, Optional.of(finding)));
      }
    });
    old.forEach((key, finding) -> {
      if (wasMade(after, key.check()) && !now.containsKey(key)) {
        changes.add(new Change(key.check(), key.subject(), Optional.of(finding), Optional.empty()));
      }
    });
    return changes;
  }

  private static boolean same(Finding before, Finding after, Predicate<String> steady) {
    return before.status() == after.status()
        && (!steady.test(after.check()) || before.summary().equals(after.summary()));
  }

  private static boolean wasMade(Examination examination, String check) {
    return examination.findings().stream().anyMatch(finding -> finding.check().equals(check));
  }

  /** Of several findings of a check on one subject the worst, which comes first. */
  private static Map<Key, Finding> byKey(Examination examination) {
    Map<Key, Finding> findings = new LinkedHashMap<>();
    for (Finding finding : examination.findings()) {
      findings.putIfAbsent(new Key(finding.check(), finding.subject()), finding);
    }
    return findings;
  }
}
