package dev.penstock.node.text;

import dev.penstock.planner.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong with a text, so that its writer is told all of it at once. */
public final class Mistakes {
  private static final int MOST_NAMED = 12;

  private final String docs;
  private final List<Mistake> found = new ArrayList<>();

  /**
   * @param docs the page that describes such texts
   */
  public Mistakes(String docs) {
    this.docs = "see " + docs;
  }

  /**
   * Adds one.
   *
   * @param line from 1
   * @param key as in {@link Mistake}
   */
  public void add(int line, String key, String problem, String next) {
    found.add(new Mistake(line, key, problem, next));
  }

  /** One of which the docs say more. */
  public void add(int line, String key, String problem) {
    add(line, key, problem, docs);
  }

  /**
   * A key that is not known where it stands.
   *
   * @param place the key with those above it
   * @param known those that may stand there
   */
  public void unknown(int line, String place, String key, List<String> known) {
    String next =
        Spelling.nearest(key, known)
            .map(near -> "did you mean " + near + "? " + docs)
            .orElse(
                known.size() > MOST_NAMED
                    ? docs
                    : "known here: " + String.join(", ", known) + "; " + docs);
    add(line, place, "no such key", next);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /** All, in the order of the lines. */
  public List<Mistake> all() {
    return found.stream().sorted(Comparator.comparingInt(Mistake::line)).toList();
  }
}
