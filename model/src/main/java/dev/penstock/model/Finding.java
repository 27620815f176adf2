package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * What one check found on one subject.
 *
 * @param check the check's name, such as {@code nv.mismatch}
 * @param subject the device or thing it is about, by PCI address, UUID or path; empty when it is
 *     about the whole machine
 * @param summary one clause: what is so, with the figures; for SKIP and UNKNOWN the reason
 * @param evidence what was read to say so
 * @param meaning what follows from it for encoding; empty when all is well
 * @param remedies what helps, the least drastic first
 */
public record Finding(
    String check,
    Optional<String> subject,
    Status status,
    String summary,
    List<Evidence> evidence,
    String meaning,
    List<Remedy> remedies) {
  public Finding {
    evidence = List.copyOf(evidence);
    remedies = List.copyOf(remedies);
  }

  /** From best to worst; UNKNOWN stands between, since nobody may take it for well. */
  public enum Status {
    PASS,
    SKIP,
    UNKNOWN,
    WARN,
    FAIL
  }

  /**
   * One thing that was read.
   *
   * @param source a path, a function or a command an operator can look at
   */
  public record Evidence(String source, String value) {}

  /**
   * One thing to do.
   *
   * @param text what it does, one sentence
   * @param commands to type, in this order; empty when it is done by hand
   * @param safe whether it may stand in a script without being thought over: it loses no work and
   *     no data and can be undone
   */
  public record Remedy(String text, List<String> commands, boolean safe) {
    public Remedy {
      commands = List.copyOf(commands);
    }

    public static Remedy byHand(String text) {
      return new Remedy(text, List.of(), false);
    }

    public static Remedy command(String text, String... commands) {
      return new Remedy(text, List.of(commands), false);
    }

    public static Remedy safe(String text, String... commands) {
      return new Remedy(text, List.of(commands), true);
    }
  }
}
