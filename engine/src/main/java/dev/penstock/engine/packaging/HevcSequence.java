package dev.penstock.engine.packaging;

import java.util.List;
import java.util.Optional;

/**
 * What a sequence parameter set of HEVC (ISO/IEC 23008-2 7.3.2.2) says of the headers of slices.
 *
 * @param chroma whether pictures have it, in the planes of one
 * @param addressBits of the number of a block
 * @param orderBits of slice_pic_order_cnt_lsb
 * @param sampleOffset whether that filter is in use
 * @param longTerm empty where nothing further off is referred to
 * @param motion whether it may be predicted from other pictures
 */
record HevcSequence(
    int id,
    boolean chroma,
    boolean separatePlanes,
    int addressBits,
    int orderBits,
    boolean sampleOffset,
    List<HevcReferences> references,
    Optional<LongTerm> longTerm,
    boolean motion) {
  private static final int FULL_CHROMA = 3;

  /** What profile_tier_level (7.3.3) says of a layer, without its level. */
  private static final int PROFILE_BITS = 88;

  /** References by their number, and whether the picture itself refers to them. */
  record LongTerm(List<Boolean> all) {
    int count() {
      return all.size();
    }

    boolean used(int number) {
      return all.get(number);
    }
  }

  /** Bits of a number below {@code count}. */
  static int bitsOf(int count) {
    return count <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(count - 1);
  }

  /** Reads one, behind the header of its NAL unit. */
  static HevcSequence read(Bits in) {
    in.skip(4);
    int layers = in.number(3);
    in.skip(1);
    skipProfile(in, layers);
    int id = in.unsigned();
    int format = in.unsigned();
    boolean separate = format == FULL_CHROMA && in.flag();
    int width = in.unsigned();
    int height = in.unsigned();
    in.skipUnsigned(in.flag() ? 4 : 0);
    in.skipUnsigned(2);
    int orderBits = in.unsigned() + 4;
    in.skipUnsigned(3 * (in.flag() ? layers + 1 : 1));
    int smallest = in.unsigned() + 3;
    int block = 1 << (smallest + in.unsigned());
    in.skipUnsigned(4);
    boolean scaled = in.flag();
    if (scaled && in.flag()) {
      skipScaling(in);
    }
    in.skip(1);
    boolean sampleOffset = in.flag();
    if (in.flag()) {
      in.skip(8);
      in.skipUnsigned(2);
      in.skip(1);
    }
    return new HevcSequence(
        id,
        format != 0 && !separate,
        separate,
        bitsOf(Math.ceilDiv(width, block) * Math.ceilDiv(height, block)),
        orderBits,
        sampleOffset,
        HevcReferences.ofSequence(in),
        longTerm(in, orderBits),
        in.flag());
  }

  private static Optional<LongTerm> longTerm(Bits in, int orderBits) {
    if (!in.flag()) {
      return Optional.empty();
    }
    int count = in.unsigned();
    Boolean[] used = new Boolean[count];
    for (int i = 0; i < count; i++) {
      in.skip(orderBits);
      used[i] = in.flag();
    }
    return Optional.of(new LongTerm(List.of(used)));
  }

  private static void skipProfile(Bits in, int layers) {
    in.skip(PROFILE_BITS + 8);
    boolean[] profiles = new boolean[layers];
    boolean[] levels = new boolean[layers];
    for (int i = 0; i < layers; i++) {
      profiles[i] = in.flag();
      levels[i] = in.flag();
    }
    in.skip(layers > 0 ? 2 * (8 - layers) : 0);
    for (int i = 0; i < layers; i++) {
      in.skip((profiles[i] ? PROFILE_BITS : 0) + (levels[i] ? 8 : 0));
    }
  }

  /** 7.3.4. */
  static void skipScaling(Bits in) {
    for (int size = 0; size < 4; size++) {
      for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
        if (in.flag()) {
          in.skipSigned((size > 1 ? 1 : 0) + Math.min(64, 1 << (4 + 2 * size)));
        } else {
          in.skipUnsigned(1);
        }
      }
    }
  }
}
