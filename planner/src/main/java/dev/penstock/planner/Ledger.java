package dev.penstock.planner;

import dev.penstock.model.Failure;
import dev.penstock.model.PerTitle;
import dev.penstock.model.Receipt;
import dev.penstock.model.Receipt.Decision;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what was decided, what the user should know, and what cannot be done. */
final class Ledger {
  private final List<Decision> decisions = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Failure> refusals = new ArrayList<>();
  private Optional<String> chapter = Optional.empty();
  private Optional<PerTitle> perTitle = Optional.empty();

  void decide(String subject, String choice, String because, Rejected... dropped) {
    decide(subject, choice, because, List.of(dropped));
  }

  void decide(String subject, String choice, String because, List<Rejected> dropped) {
    decisions.add(
        new Decision(chapter.map(c -> c + ", ").orElse("") + subject, choice, because, dropped));
  }

  /** What follows, up to {@link #end}, is about this. */
  void begin(String about) {
    chapter = Optional.of(about);
  }

  void end() {
    chapter = Optional.empty();
  }

  /** Said once, however often it is noted: rungs of a ladder have much in common. */
  void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  /** Records that the job cannot be done as asked; planning goes on, to find the other reasons. */
  void refuse(String subject, String problem, String likelyCause, String nextStep) {
    add(
        new Failure.Unsupported(
            new Failure.Diagnosis(subject, Stage.PLAN, problem, likelyCause, nextStep)));
  }

  /** Records that the request makes no sense in itself, whatever the input and the build. */
  void refuseRequest(String subject, String problem, String likelyCause, String nextStep) {
    add(
        new Failure.BadRequest(
            new Failure.Diagnosis(subject, Stage.PLAN, problem, likelyCause, nextStep)));
  }

  /** Records that the input is to blame, whatever is asked for. */
  void refuseInput(String subject, String problem, String likelyCause, String nextStep) {
    add(
        new Failure.BadInput(
            new Failure.Diagnosis(subject, Stage.PLAN, problem, likelyCause, nextStep)));
  }

  private void add(Failure refusal) {
    if (!refusals.contains(refusal)) {
      refusals.add(refusal);
    }
  }

  List<Failure> refusals() {
    return refusals;
  }

  /** How rungs were found by measuring. */
  void found(PerTitle rungs) {
    perTitle = Optional.of(rungs);
  }

  Receipt receipt() {
    return new Receipt(decisions, notes, perTitle);
  }
}
