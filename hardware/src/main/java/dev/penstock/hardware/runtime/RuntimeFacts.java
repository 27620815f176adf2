package dev.penstock.hardware.runtime;

import dev.penstock.model.Reading;
import java.util.List;

/**
 * What a runtime says about a machine.
 *
 * @param library that was loaded
 * @param version of the runtime; absent where it finds no device, with its answer
 * @param implementations those it finds, where it lists them: names with versions
 */
public record RuntimeFacts(
    Reading<String> library, Reading<String> version, List<String> implementations) {
  public RuntimeFacts {
    implementations = List.copyOf(implementations);
  }
}
