package dev.penstock.engine;

import dev.penstock.model.Failure;
import java.util.List;
import java.util.Set;

/** No GPU of a plan can do its work; another way may be tried. */
final class NoGpuLeft extends RuntimeException {
  private final transient Failure last;
  private final transient List<String> story;
  private final transient Set<String> hung;

  /**
   * @param last the failure that ended it
   * @param story all that failed, and what was done about it
   */
  NoGpuLeft(Failure last, List<String> story) {
    this(last, story, Set.of());
  }

  private NoGpuLeft(Failure last, List<String> story, Set<String> hung) {
    super(last.diagnosis().line());
    this.last = last;
    this.story = List.copyOf(story);
    this.hung = Set.copyOf(hung);
  }

  Failure last() {
    return last;
  }

  List<String> story() {
    return story;
  }

  /** The same, with the keys of seats that do not answer: no way through them is to be tried. */
  NoGpuLeft withHung(Set<String> keys) {
    return new NoGpuLeft(last, story, keys);
  }

  Set<String> hung() {
    return hung;
  }
}
