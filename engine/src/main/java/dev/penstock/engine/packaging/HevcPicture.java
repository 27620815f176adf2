package dev.penstock.engine.packaging;

/**
 * What a picture parameter set of HEVC (ISO/IEC 23008-2 7.3.2.3) says of the headers of slices.
 *
 * @param sequence its parameter set
 * @param extraBits of no meaning yet
 * @param references0 how many the first list has where a slice does not say
 * @param references1 the same of the second
 * @param chromaQuantizers whether slices shift them
 * @param entryPoints whether slices say where their rows or tiles begin
 * @param filtersAcross whether slices say if their edges are filtered
 * @param deblockingOverride whether slices say how edges of blocks are
 * @param deblocked whether they are where a slice does not say
 * @param changedLists whether slices may change the order of references
 * @param chromaQuantizerLists whether blocks may shift quantizers of chroma
 */
record HevcPicture(
    int id,
    int sequence,
    boolean dependentSlices,
    boolean outputFlag,
    int extraBits,
    boolean cabacInit,
    int references0,
    int references1,
    boolean chromaQuantizers,
    boolean weightedP,
    boolean weightedB,
    boolean entryPoints,
    boolean filtersAcross,
    boolean deblockingOverride,
    boolean deblocked,
    boolean changedLists,
    boolean extensions,
    boolean chromaQuantizerLists) {
  /** Reads one, behind the header of its NAL unit. */
  static HevcPicture read(Bits in) {
    int id = in.unsigned();
    int sequence = in.unsigned();
    boolean dependentSlices = in.flag();
    boolean outputFlag = in.flag();
    int extraBits = in.number(3);
    in.skip(1);
    boolean cabacInit = in.flag();
    int references0 = in.unsigned() + 1;
    int references1 = in.unsigned() + 1;
    in.skipSigned(1);
    in.skip(1);
    boolean transformSkip = in.flag();
    in.skipUnsigned(in.flag() ? 1 : 0);
    in.skipSigned(2);
    boolean chromaQuantizers = in.flag();
    boolean weightedP = in.flag();
    boolean weightedB = in.flag();
    in.skip(1);
    boolean tiles = in.flag();
    boolean rows = in.flag();
    if (tiles) {
      skipTiles(in);
    }
    boolean filtersAcross = in.flag();
    boolean override = false;
    boolean deblocked = true;
    if (in.flag()) {
      override = in.flag();
      deblocked = !in.flag();
      in.skipSigned(deblocked ? 2 : 0);
    }
    if (in.flag()) {
      HevcSequence.skipScaling(in);
    }
    boolean changedLists = in.flag();
    in.skipUnsigned(1);
    boolean extensions = in.flag();
    return new HevcPicture(
        id,
        sequence,
        dependentSlices,
        outputFlag,
        extraBits,
        cabacInit,
        references0,
        references1,
        chromaQuantizers,
        weightedP,
        weightedB,
        tiles || rows,
        filtersAcross,
        override,
        deblocked,
        changedLists,
        extensions,
        in.flag() && quantizerLists(in, transformSkip));
  }

  private static void skipTiles(Bits in) {
    int columns = in.unsigned();
    int rows = in.unsigned();
    if (!in.flag()) {
      in.skipUnsigned(columns + rows);
    }
    in.skip(1);
  }

  /** 7.3.2.3.1 and 7.3.2.3.2. */
  private static boolean quantizerLists(Bits in, boolean transformSkip) {
    boolean range = in.flag();
    if (in.number(7) != 0) {
      throw new IllegalStateException("layers or screen content, which no encoder here writes");
    }
    if (!range) {
      return false;
    }
    in.skipUnsigned(transformSkip ? 1 : 0);
    in.skip(1);
    return in.flag();
  }
}
