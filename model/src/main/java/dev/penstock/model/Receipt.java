package dev.penstock.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a plan is what it is: every choice, what else was considered, and what the user should know.
 *
 * @param perTitle how the rungs were found, where they were found by measuring
 */
public record Receipt(List<Decision> decisions, List<String> notes, Optional<PerTitle> perTitle) {
  public Receipt {
    decisions = List.copyOf(decisions);
    notes = List.copyOf(notes);
  }

  /** Of choices that took no measuring. */
  public Receipt(List<Decision> decisions, List<String> notes) {
    this(decisions, notes, Optional.empty());
  }

  /** The same with how the rungs were found. */
  public Receipt withPerTitle(PerTitle found) {
    return new Receipt(decisions, notes, Optional.of(found));
  }

  /** The same with one more note. */
  public Receipt noting(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Receipt(decisions, more, perTitle);
  }

  /**
   * One choice.
   *
   * @param subject what was decided, such as {@code video track 0}
   * @param choice the outcome
   * @param because the reason
   * @param dropped candidates that were considered and why each was not taken
   */
  public record Decision(String subject, String choice, String because, List<Rejected> dropped) {
    public Decision {
      dropped = List.copyOf(dropped);
    }
  }

  /** A candidate not taken. */
  public record Rejected(String candidate, String because) {}
}
