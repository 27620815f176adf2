package dev.penstock.engine;

import dev.penstock.model.Failure;
import java.util.List;

/** No GPU of a plan can do its work; another way may be tried. */
final class NoGpuLeft extends RuntimeException {
  private final transient Failure last;
  private final transient List<String> story;

  /**
   * @param last the failure that ended it
   * @param story all that failed, and what was done about it
   */
  NoGpuLeft(Failure last, List<String> story) {
    super(last.diagnosis().line());
    this.last = last;
    this.story = List.copyOf(story);
  }

  Failure last() {
    return last;
  }

  List<String> story() {
    return story;
  }
}
