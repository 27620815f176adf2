package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Receipt;
import java.util.stream.Collectors;

/** What is told when the GPUs of a plan cannot do it, and another way is taken. */
final class Detour {
  private static final String STAYED = " before stayed, as encoding is the same";

  private Detour() {}

  /**
   * Says what becomes of the work that is done.
   *
   * @param left the plan that was worked by
   * @param taken the one that is, from here on
   * @param done how many segments were done by the first
   * @param way in words, the other
   */
  static String words(Plan left, Plan taken, int done, String way) {
    boolean cut = left.segmentation().isPresent();
    if (!cut || done == 0) {
      return "all of it was done again, another way: " + way;
    }
    String segments = done + (done == 1 ? " segment that was" : " segments that were") + " done";
    return left.encodesLike(taken)
        ? "the rest was done another way: " + way + "; " + segments + STAYED
        : "all of it was done again, another way: "
            + way
            + "; "
            + segments
            + " before had to be made again, as "
            + why(left, taken);
  }

  /** Without what was said to have stayed, which it has not: all of it is done again after all. */
  static Receipt withoutStaying(Receipt told) {
    return new Receipt(
        told.decisions(),
        told.notes().stream().filter(note -> !note.endsWith(STAYED)).toList(),
        told.perTitle());
  }

  /** One output never holds the streams of two encoders. */
  private static String why(Plan left, Plan taken) {
    if (!left.segmentation().equals(taken.segmentation())) {
      return "it is cut otherwise";
    }
    if (!encoders(left).equals(encoders(taken))) {
      return encoders(taken) + " encodes, and not " + encoders(left);
    }
    return left.acceleration().equals(taken.acceleration())
        ? "the options of " + encoders(taken) + " are others"
        : encoders(taken) + " is told other things, or runs on other GPUs";
  }

  private static String encoders(Plan plan) {
    return plan.tracks().stream()
        .filter(EncodeVideo.class::isInstance)
        .map(track -> ((EncodeVideo) track).encoder())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
