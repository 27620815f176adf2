package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.Set;

/** Judges the runtimes of vendors' own interfaces. */
final class Runtimes {
  private Runtimes() {}

  /**
   * Judges one.
   *
   * @param vendor whose GPUs it is for
   */
  static Finding judged(
      Check check,
      Machine machine,
      Maker vendor,
      Reading<RuntimeFacts> answer,
      Remedy remedy,
      String name) {
    if (Gpu.of(machine, vendor).isEmpty()) {
      return Gpu.none(check, machine, Set.of(vendor));
    }
    return switch (answer) {
      case Reading.Present<RuntimeFacts>(RuntimeFacts facts, String _) ->
          judged(Found.by(check).seen(facts.library()), facts, remedy, name);
      case Reading.Absent<RuntimeFacts> absent ->
          Found.by(check).seen(absent).unknown(Found.silent(name, absent), "");
    };
  }

  private static Finding judged(Found found, RuntimeFacts facts, Remedy remedy, String name) {
    if (facts.library() instanceof Reading.Absent<String> absent) {
      return found
          .remedy(remedy)
          .warn(
              NvidiaGpus.missing(absent.source(), absent),
              "Encoders of " + name + " do not work; those of VA-API do without it.");
    }
    found.seen(facts.version());
    return switch (facts.version()) {
      case Reading.Present<String>(String version, String _) -> found.pass(name + " " + version);
      case Reading.Absent<String>(Reading.Why _, String _, String text) ->
          found
              .remedy(remedy)
              .warn(
                  name + " is there and not usable: " + text,
                  "Encoders of " + name + " do not work; those of VA-API do without it.");
    };
  }
}
