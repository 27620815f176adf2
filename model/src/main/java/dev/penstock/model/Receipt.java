package dev.penstock.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a plan is what it is: every choice, what else was considered, and what the user should know.
 */
public record Receipt(List<Decision> decisions, List<String> notes) {
  public Receipt {
    decisions = List.copyOf(decisions);
    notes = List.copyOf(notes);
  }

  /** The same with one more note. */
  public Receipt noting(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Receipt(decisions, more);
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
