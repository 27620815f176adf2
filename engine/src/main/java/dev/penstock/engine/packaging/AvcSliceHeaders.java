package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Of H.264: ISO/IEC 14496-10 7.3.2.1, 7.3.2.2 and 7.3.3. */
final class AvcSliceHeaders implements SliceHeaders {
  private static final int IDR = 5;
  private static final int P = 0;
  private static final int B = 1;
  private static final int I = 2;
  private static final int SP = 3;
  private static final int SI = 4;

  /** Profiles whose parameter sets tell the format of chroma: 7.3.2.1.1. */
  private static final Set<Integer> WITH_CHROMA =
      Set.of(100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135);

  private static final int FULL_CHROMA = 3;

  /**
   * @param chroma ChromaArrayType
   * @param frameBits of frame_num
   * @param orderType how the order of output is told
   * @param orderBits of pic_order_cnt_lsb
   * @param orderInHeaders whether slices say how they differ from the expected order
   */
  private record Sequence(
      int chroma,
      boolean separatePlanes,
      int frameBits,
      int orderType,
      int orderBits,
      boolean orderInHeaders,
      boolean framesOnly) {
    static Sequence read(Bits in) {
      int profile = in.number(8);
      in.skip(16);
      in.skipUnsigned(1);
      int chroma = 1;
      boolean separate = false;
      if (WITH_CHROMA.contains(profile)) {
        chroma = in.unsigned();
        separate = chroma == FULL_CHROMA && in.flag();
        in.skipUnsigned(2);
        in.skip(1);
        if (in.flag()) {
          skipScaling(in, chroma == FULL_CHROMA ? 12 : 8);
        }
      }
      int frameBits = in.unsigned() + 4;
      int orderType = in.unsigned();
      int orderBits = orderType == 0 ? in.unsigned() + 4 : 0;
      boolean orderInHeaders = false;
      if (orderType == 1) {
        orderInHeaders = !in.flag();
        in.skipSigned(2);
        in.skipSigned(in.unsigned());
      }
      in.skipUnsigned(1);
      in.skip(1);
      in.skipUnsigned(2);
      boolean framesOnly = in.flag();
      return new Sequence(
          separate ? 0 : chroma,
          separate,
          frameBits,
          orderType,
          orderBits,
          orderInHeaders,
          framesOnly);
    }

    /** 7.3.2.1.1.1. */
    private static void skipScaling(Bits in, int lists) {
      for (int i = 0; i < lists; i++) {
        int size = i < 6 ? 16 : 64;
        int next = in.flag() ? 8 : 0;
        for (int j = 0; j < size && next != 0; j++) {
          next = (next + in.signed()) & 0xff;
        }
      }
    }
  }

  /**
   * @param orderOfFields whether slices tell the order of both fields
   * @param references0 how many the first list has where slices do not say
   * @param references1 the same of the second
   */
  private record Picture(
      int sequence,
      boolean arithmetic,
      boolean orderOfFields,
      int references0,
      int references1,
      boolean weightedP,
      int weightedB,
      boolean deblocking,
      boolean redundant) {
    static Picture read(Bits in) {
      int sequence = in.unsigned();
      boolean arithmetic = in.flag();
      boolean orderOfFields = in.flag();
      if (in.unsigned() != 0) {
        throw new IllegalStateException("slice groups, which no encoder here writes");
      }
      int references0 = in.unsigned() + 1;
      int references1 = in.unsigned() + 1;
      boolean weightedP = in.flag();
      int weightedB = in.number(2);
      in.skipSigned(3);
      boolean deblocking = in.flag();
      in.skip(1);
      return new Picture(
          sequence,
          arithmetic,
          orderOfFields,
          references0,
          references1,
          weightedP,
          weightedB,
          deblocking,
          in.flag());
    }
  }

  private final Map<Integer, Sequence> sequences = new HashMap<>();
  private final Map<Integer, Picture> pictures = new HashMap<>();

  private AvcSliceHeaders() {}

  /** With the parameter sets of an avcC: ISO/IEC 14496-15 5.3.3.1. */
  static AvcSliceHeaders read(ByteBuffer avcC, NalUnits units) {
    AvcSliceHeaders headers = new AvcSliceHeaders();
    avcC.position(5);
    int sequences = avcC.get() & 0x1f;
    for (int i = 0; i < sequences; i++) {
      headers.addSequence(next(avcC, units));
    }
    int pictures = avcC.get() & 0xff;
    for (int i = 0; i < pictures; i++) {
      headers.addPicture(next(avcC, units));
    }
    return headers;
  }

  private static byte[] next(ByteBuffer box, NalUnits units) {
    byte[] unit = new byte[box.getShort() & 0xffff];
    box.get(unit);
    return units.unescaped(unit, new NalUnits.Unit(0, unit.length));
  }

  private void addSequence(byte[] unit) {
    Bits id = new Bits(unit);
    id.skip(8 + 24);
    Bits in = new Bits(unit);
    in.skip(8);
    sequences.put(id.unsigned(), Sequence.read(in));
  }

  private void addPicture(byte[] unit) {
    Bits in = new Bits(unit);
    in.skip(8);
    pictures.put(in.unsigned(), Picture.read(in));
  }

  @Override
  public int bits(byte[] slice) {
    Bits in = new Bits(slice);
    in.skip(1);
    boolean reference = in.number(2) != 0;
    boolean idr = in.number(5) == IDR;
    in.skipUnsigned(1);
    int type = in.unsigned() % 5;
    Picture picture = set(pictures, in.unsigned());
    Sequence sequence = set(sequences, picture.sequence());
    skipOrder(in, idr, picture, sequence);
    if (type == B) {
      in.skip(1);
    }
    int[] references = {picture.references0(), picture.references1()};
    if (lists(type) > 0 && in.flag()) {
      for (int list = 0; list < lists(type); list++) {
        references[list] = in.unsigned() + 1;
      }
    }
    skipReferences(in, lists(type));
    if (type == B ? picture.weightedB() == 1 : lists(type) == 1 && picture.weightedP()) {
      skipWeights(in, sequence.chroma() != 0, lists(type), references);
    }
    if (reference) {
      skipMarking(in, idr);
    }
    return end(in, type, picture);
  }

  private static <T> T set(Map<Integer, T> sets, int id) {
    T set = sets.get(id);
    if (set == null) {
      throw new IllegalStateException("a slice refers to parameter set " + id);
    }
    return set;
  }

  /** How many lists of references a slice has. */
  private static int lists(int type) {
    return switch (type) {
      case P, SP -> 1;
      case B -> 2;
      default -> 0;
    };
  }

  private static void skipOrder(Bits in, boolean idr, Picture picture, Sequence sequence) {
    in.skip(sequence.separatePlanes() ? 2 : 0);
    in.skip(sequence.frameBits());
    boolean field = !sequence.framesOnly() && in.flag();
    in.skip(field ? 1 : 0);
    in.skipUnsigned(idr ? 1 : 0);
    boolean both = picture.orderOfFields() && !field;
    if (sequence.orderType() == 0) {
      in.skip(sequence.orderBits());
      in.skipSigned(both ? 1 : 0);
    } else if (sequence.orderInHeaders()) {
      in.skipSigned(both ? 2 : 1);
    }
    in.skipUnsigned(picture.redundant() ? 1 : 0);
  }

  /** 7.3.3.1. */
  private static void skipReferences(Bits in, int lists) {
    for (int list = 0; list < lists; list++) {
      if (in.flag()) {
        while (in.unsigned() != 3) {
          in.skipUnsigned(1);
        }
      }
    }
  }

  /** 7.3.3.2. */
  private static void skipWeights(Bits in, boolean chroma, int lists, int[] references) {
    in.skipUnsigned(chroma ? 2 : 1);
    for (int list = 0; list < lists; list++) {
      for (int i = 0; i < references[list]; i++) {
        in.skipSigned(in.flag() ? 2 : 0);
        if (chroma) {
          in.skipSigned(in.flag() ? 4 : 0);
        }
      }
    }
  }

  /** 7.3.3.3. */
  private static void skipMarking(Bits in, boolean idr) {
    if (idr) {
      in.skip(2);
    } else if (in.flag()) {
      for (int operation = in.unsigned(); operation != 0; operation = in.unsigned()) {
        in.skipUnsigned(
            switch (operation) {
              case 3 -> 2;
              case 5 -> 0;
              default -> 1;
            });
      }
    }
  }

  private static int end(Bits in, int type, Picture picture) {
    boolean intra = type == I || type == SI;
    in.skipUnsigned(picture.arithmetic() && !intra ? 1 : 0);
    in.skipSigned(1);
    if (type == SP || type == SI) {
      in.skip(type == SP ? 1 : 0);
      in.skipSigned(1);
    }
    if (picture.deblocking() && in.unsigned() != 1) {
      in.skipSigned(2);
    }
    // 7.3.4: arithmetic coding begins with a byte.
    return picture.arithmetic() ? Math.ceilDiv(in.read(), 8) * 8 : in.read();
  }
}
