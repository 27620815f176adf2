package dev.penstock.hardware.check;

import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Evidence;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a finding together. */
final class Found {
  private final Check check;
  private final Optional<String> subject;
  private final List<Evidence> evidence = new ArrayList<>();
  private final List<Remedy> remedies = new ArrayList<>();

  private Found(Check check, Optional<String> subject) {
    this.check = check;
    this.subject = subject;
  }

  /** About the whole machine. */
  static Found by(Check check) {
    return new Found(check, Optional.empty());
  }

  /** About one device or thing. */
  static Found by(Check check, String subject) {
    return new Found(check, Optional.of(subject));
  }

  /** What it follows from. */
  Found seen(Reading<?> reading) {
    String value =
        switch (reading) {
          case Reading.Present<?>(Object present, String _) -> String.valueOf(present);
          case Reading.Absent<?>(Reading.Why _, String _, String text) -> text;
        };
    return seen(reading.source(), value);
  }

  Found seen(String source, String value) {
    evidence.add(new Evidence(source, value));
    return this;
  }

  /** What helps; of several, the least drastic first. */
  Found remedy(Remedy remedy) {
    remedies.add(remedy);
    return this;
  }

  Finding pass(String summary) {
    return of(Status.PASS, summary, "");
  }

  /**
   * Nothing to judge.
   *
   * @param reason why
   */
  Finding skip(String reason) {
    return of(Status.SKIP, reason, "");
  }

  /**
   * It could not be told.
   *
   * @param reason why
   */
  Finding unknown(String reason, String meaning) {
    return of(Status.UNKNOWN, reason, meaning);
  }

  /**
   * There is no value: nothing to judge where there is no such thing, else it could not be told.
   *
   * @param missing why there is nothing to judge then
   */
  Finding without(Reading<?> reading, String missing) {
    return switch (reading) {
      case Reading.Absent<?>(Reading.Why why, String source, String text) ->
          why == Reading.Why.MISSING
              ? skip(missing)
              : unknown(said(source, "could not be read", text), "");
      case Reading.Present<?>(Object value, String source) ->
          unknown(source + " makes no sense: " + value, "");
    };
  }

  /** That somebody gave no answer, and why. */
  static String silent(String who, Reading.Absent<?> absent) {
    return said(who, "gave no answer", absent.text());
  }

  /** Some reasons say all of it: it was not asked, or did not answer in time. */
  private static String said(String who, String what, String reason) {
    return reason.startsWith("was not ") || reason.startsWith("did not ")
        ? who + " " + reason
        : who + " " + what + ": " + reason;
  }

  Finding warn(String summary, String meaning) {
    return of(Status.WARN, summary, meaning);
  }

  Finding fail(String summary, String meaning) {
    return of(Status.FAIL, summary, meaning);
  }

  private Finding of(Status status, String summary, String meaning) {
    return new Finding(check.id(), subject, status, summary, evidence, meaning, remedies);
  }
}
