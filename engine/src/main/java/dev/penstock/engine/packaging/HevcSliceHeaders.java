package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Of HEVC: ISO/IEC 23008-2 7.3.6. */
final class HevcSliceHeaders implements SliceHeaders {
  private static final int SEQUENCE_SET = 33;
  private static final int PICTURE_SET = 34;
  private static final int FIRST_IRAP = 16;
  private static final int LAST_IRAP = 23;
  private static final int FIRST_IDR = 19;
  private static final int LAST_IDR = 20;
  private static final int B = 0;
  private static final int P = 1;

  private final Map<Integer, HevcSequence> sequences = new HashMap<>();
  private final Map<Integer, HevcPicture> pictures = new HashMap<>();

  private HevcSliceHeaders() {}

  /** With the parameter sets of an hvcC: ISO/IEC 14496-15 8.3.3.1. */
  static HevcSliceHeaders read(ByteBuffer hvcC, NalUnits units) {
    HevcSliceHeaders headers = new HevcSliceHeaders();
    hvcC.position(22);
    int kinds = hvcC.get() & 0xff;
    for (int i = 0; i < kinds; i++) {
      int type = hvcC.get() & 0x3f;
      int count = hvcC.getShort() & 0xffff;
      for (int j = 0; j < count; j++) {
        byte[] unit = new byte[hvcC.getShort() & 0xffff];
        hvcC.get(unit);
        headers.add(type, units.unescaped(unit, new NalUnits.Unit(0, unit.length)));
      }
    }
    return headers;
  }

  private void add(int type, byte[] unit) {
    Bits in = new Bits(unit);
    in.skip(16);
    if (type == SEQUENCE_SET) {
      HevcSequence sequence = HevcSequence.read(in);
      sequences.put(sequence.id(), sequence);
    } else if (type == PICTURE_SET) {
      HevcPicture picture = HevcPicture.read(in);
      pictures.put(picture.id(), picture);
    }
  }

  @Override
  public int bits(byte[] slice) {
    return new Reading(new Bits(slice)).bits();
  }

  private static <T> T set(Map<Integer, T> sets, int id) {
    return Optional.ofNullable(sets.get(id))
        .orElseThrow(() -> new IllegalStateException("a slice refers to parameter set " + id));
  }

  /** Of one slice. */
  private final class Reading {
    private final Bits in;
    private final int unit;
    private final HevcPicture picture;
    private final HevcSequence sequence;
    private final boolean first;
    private final int[] references;

    /** Up to what says which parameter sets hold. */
    Reading(Bits in) {
      this.in = in;
      in.skip(1);
      this.unit = in.number(6);
      in.skip(9);
      this.first = in.flag();
      in.skip(unit >= FIRST_IRAP && unit <= LAST_IRAP ? 1 : 0);
      this.picture = set(pictures, in.unsigned());
      this.sequence = set(sequences, picture.sequence());
      this.references = new int[] {picture.references0(), picture.references1()};
    }

    int bits() {
      boolean dependent = !first && picture.dependentSlices() && in.flag();
      in.skip(first ? 0 : sequence.addressBits());
      if (!dependent) {
        independent();
      }
      if (picture.entryPoints()) {
        int points = in.unsigned();
        if (points > 0) {
          int size = in.unsigned() + 1;
          for (int i = 0; i < points; i++) {
            in.skip(size);
          }
        }
      }
      if (picture.extensions()) {
        int bytes = in.unsigned();
        in.skip(8 * bytes);
      }
      // 7.3.2.12: one bit, and what fills the byte.
      return Math.ceilDiv(in.read() + 1, 8) * 8;
    }

    private void independent() {
      in.skip(picture.extraBits());
      int type = in.unsigned();
      in.skip(picture.outputFlag() ? 1 : 0);
      in.skip(sequence.separatePlanes() ? 2 : 0);
      int used = 0;
      boolean motion = false;
      if (unit < FIRST_IDR || unit > LAST_IDR) {
        in.skip(sequence.orderBits());
        used = pictureReferences();
        motion = sequence.motion() && in.flag();
      }
      boolean offset = false;
      if (sequence.sampleOffset()) {
        offset = in.flag();
        offset |= sequence.chroma() && in.flag();
      }
      if (type == P || type == B) {
        predicted(type, used, motion);
      }
      end(offset);
    }

    /** How many pictures this one refers to, NumPicTotalCurr. */
    private int pictureReferences() {
      int count = sequence.references().size();
      HevcReferences near;
      if (in.flag()) {
        int bits = HevcSequence.bitsOf(count);
        near = sequence.references().get(bits == 0 ? 0 : in.number(bits));
      } else {
        near = HevcReferences.read(in, count, sequence.references());
      }
      return near.used() + (sequence.longTerm().isPresent() ? far() : 0);
    }

    private int far() {
      HevcSequence.LongTerm listed = sequence.longTerm().orElseThrow();
      int fromList = listed.count() > 0 ? in.unsigned() : 0;
      int own = in.unsigned();
      int used = 0;
      for (int i = 0; i < fromList + own; i++) {
        if (i < fromList) {
          int bits = HevcSequence.bitsOf(listed.count());
          used += listed.used(bits == 0 ? 0 : in.number(bits)) ? 1 : 0;
        } else {
          in.skip(sequence.orderBits());
          used += in.flag() ? 1 : 0;
        }
        in.skipUnsigned(in.flag() ? 1 : 0);
      }
      return used;
    }

    private void predicted(int type, int used, boolean motion) {
      int lists = type == B ? 2 : 1;
      if (in.flag()) {
        for (int list = 0; list < lists; list++) {
          references[list] = in.unsigned() + 1;
        }
      }
      if (picture.changedLists() && used > 1) {
        for (int list = 0; list < lists; list++) {
          in.skip(in.flag() ? references[list] * HevcSequence.bitsOf(used) : 0);
        }
      }
      in.skip(type == B ? 1 : 0);
      in.skip(picture.cabacInit() ? 1 : 0);
      if (motion) {
        int from = type == B && !in.flag() ? 1 : 0;
        in.skipUnsigned(references[from] > 1 ? 1 : 0);
      }
      if (type == P ? picture.weightedP() : picture.weightedB()) {
        weights(lists);
      }
      in.skipUnsigned(1);
    }

    /** 7.3.6.3. */
    private void weights(int lists) {
      in.skipUnsigned(1);
      in.skipSigned(sequence.chroma() ? 1 : 0);
      for (int list = 0; list < lists; list++) {
        int[] values = new int[references[list]];
        for (int i = 0; i < values.length; i++) {
          values[i] = in.flag() ? 2 : 0;
        }
        for (int i = 0; sequence.chroma() && i < values.length; i++) {
          values[i] += in.flag() ? 4 : 0;
        }
        for (int value : values) {
          in.skipSigned(value);
        }
      }
    }

    private void end(boolean offset) {
      in.skipSigned(1);
      in.skipSigned(picture.chromaQuantizers() ? 2 : 0);
      in.skip(picture.chromaQuantizerLists() ? 1 : 0);
      boolean deblocked = picture.deblocked();
      if (picture.deblockingOverride() && in.flag()) {
        deblocked = !in.flag();
        in.skipSigned(deblocked ? 2 : 0);
      }
      in.skip(picture.filtersAcross() && (offset || deblocked) ? 1 : 0);
    }
  }
}
