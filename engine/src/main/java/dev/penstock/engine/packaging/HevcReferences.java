package dev.penstock.engine.packaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A short-term reference picture set of HEVC: ISO/IEC 23008-2 7.3.7. The nearest come first.
 *
 * @param before pictures shown earlier
 * @param after pictures shown later
 */
record HevcReferences(List<Reference> before, List<Reference> after) {
  /**
   * @param distance in the order of output
   * @param used by the picture itself, and not only by later ones
   */
  record Reference(int distance, boolean used) {}

  /** How many the picture refers to. */
  int used() {
    return (int)
        (before.stream().filter(Reference::used).count()
            + after.stream().filter(Reference::used).count());
  }

  /**
   * Reads a set.
   *
   * @param index its number in the sequence; of one in a slice, how many the sequence has
   * @param known those of the sequence that were read
   */
  static HevcReferences read(Bits in, int index, List<HevcReferences> known) {
    return read(in, index, known, /* inSlice= */ true);
  }

  /** Reads those of a sequence. */
  static List<HevcReferences> ofSequence(Bits in) {
    int count = in.unsigned();
    List<HevcReferences> sets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sets.add(read(in, i, sets, /* inSlice= */ false));
    }
    return sets;
  }

  private static HevcReferences read(
      Bits in, int index, List<HevcReferences> known, boolean inSlice) {
    if (index > 0 && in.flag()) {
      int back = inSlice ? in.unsigned() + 1 : 1;
      return known.get(index - back).moved(in);
    }
    int before = in.unsigned();
    int after = in.unsigned();
    return new HevcReferences(listed(in, before, -1), listed(in, after, 1));
  }

  private static List<Reference> listed(Bits in, int count, int sign) {
    List<Reference> listed = new ArrayList<>();
    int distance = 0;
    for (int i = 0; i < count; i++) {
      distance += sign * (in.unsigned() + 1);
      listed.add(new Reference(distance, in.flag()));
    }
    return listed;
  }

  /** 7.4.8, (7-61) and (7-62): these and the picture they were of, seen from another. */
  private HevcReferences moved(Bits in) {
    boolean back = in.flag();
    int shift = in.unsigned() + 1;
    List<Reference> all = new ArrayList<>(before);
    all.addAll(after);
    all.add(new Reference(0, true));
    List<Reference> moved = new ArrayList<>();
    for (Reference reference : all) {
      boolean used = in.flag();
      if (used || in.flag()) {
        moved.add(new Reference(reference.distance() + (back ? -shift : shift), used));
      }
    }
    Comparator<Reference> nearest = Comparator.comparingInt(r -> Math.abs(r.distance()));
    return new HevcReferences(
        moved.stream().filter(r -> r.distance() < 0).sorted(nearest).toList(),
        moved.stream().filter(r -> r.distance() > 0).sorted(nearest).toList());
  }
}
