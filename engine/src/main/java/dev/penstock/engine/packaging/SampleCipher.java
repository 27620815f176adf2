package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.Fragment.Sample;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The scheme {@code cbcs} of ISO/IEC 23001-7 (10.4): AES-CBC with a constant initialization vector.
 *
 * <p>Of H.264 and HEVC the slices are encrypted, one block of sixteen bytes in ten (9.6.1), and
 * nothing else: the lengths of NAL units, parameter sets, SEI and the headers of slices stay clear,
 * because decryptors hand them to hardware that must read them. Sound is encrypted in all its whole
 * blocks (9.7).
 */
final class SampleCipher implements SegmentCipher {
  private static final int BLOCK = 16;

  /** In blocks. */
  private static final int CRYPT = 1;

  private static final int SKIP = 9;

  /** What fits into the 16 bits a subsample has for its clear bytes. */
  private static final int MAX_CLEAR = 0xffff;

  private static final int USES_SUBSAMPLES = 2;

  private final ContentKey key;
  private Track track = new Sound();

  /** What is encrypted of a sample. */
  private sealed interface Track {}

  private record Sound() implements Track {}

  private record Video(NalUnits units, SliceHeaders headers) implements Track {}

  /** So many clear bytes, and so many by the pattern. */
  private record Subsample(int clear, int encrypted) {}

  SampleCipher(ContentKey key) {
    this.key = key;
  }

  @Override
  public boolean keepsStructure() {
    return true;
  }

  /** The sample entry becomes {@code encv} or {@code enca} and says how it is encrypted. */
  @Override
  public byte[] init(byte[] clear) {
    Box all = Box.all(clear);
    Box trak = all.get("moov", "trak");
    Box entry = InitSegment.sampleEntry(trak);
    boolean video = InitSegment.isVideo(trak);
    if (video) {
      track = video(entry.type(), InitSegment.inside(entry, true));
    }
    byte[] sinf = sinf(entry.type(), video);
    byte[] bytes =
        new BoxWriter()
            .raw(Arrays.copyOfRange(clear, 0, entry.end()))
            .raw(sinf)
            .raw(Arrays.copyOfRange(clear, entry.end(), clear.length))
            .bytes();
    BoxWriter.patch(bytes, entry.start() + 4, video ? fourCc("encv") : fourCc("enca"));
    List<Box> around =
        List.of(
            all.get("moov"),
            trak,
            trak.get("mdia"),
            trak.get("mdia", "minf"),
            trak.get("mdia", "minf", "stbl"),
            trak.get("mdia", "minf", "stbl", "stsd"),
            entry);
    around.forEach(box -> BoxWriter.patch(bytes, box.start(), box.size() + sinf.length));
    return bytes;
  }

  private static int fourCc(String text) {
    return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).getInt();
  }

  private static Video video(String type, Box boxes) {
    NalUnits units =
        NalUnits.of(type, boxes)
            .orElseThrow(() ->
                new FailureException(
                    new Failure.Unsupported(
                        new Diagnosis(
                            type,
                            Stage.MUX,
                            "cannot be encrypted by samples",
                            "of video, H.264 and HEVC can",
                            "choose one of them, or encrypt whole segments"))));
    return new Video(units, SliceHeaders.of(units, boxes));
  }

  /** ISO/IEC 14496-12 8.12 and ISO/IEC 23001-7 8.2. */
  private byte[] sinf(String originalType, boolean video) {
    byte[] tenc =
        BoxWriter.fullBox(
            "tenc",
            1,
            0,
            new BoxWriter()
                .int8(0)
                .int8(video ? CRYPT << 4 | SKIP : 0)
                .int8(1)
                .int8(0)
                .raw(key.id())
                .int8(BLOCK)
                .raw(key.constantIv())
                .bytes());
    return BoxWriter.box(
        "sinf",
        new BoxWriter()
            .raw(BoxWriter.box("frma", new BoxWriter().text(originalType).bytes()))
            .raw(
                BoxWriter.fullBox(
                    "schm", 0, 0, new BoxWriter().text("cbcs").int32(0x10000).bytes()))
            .raw(BoxWriter.box("schi", tenc))
            .bytes());
  }

  @Override
  public byte[] fragment(byte[] clear) {
    Fragment fragment = Fragment.read(clear);
    byte[] bytes = clear.clone();
    return switch (track) {
      case Sound _ -> {
        fragment.samples().forEach(s -> encryptSound(bytes, s));
        yield bytes;
      }
      case Video video -> {
        List<List<Subsample>> maps = new ArrayList<>();
        for (Sample sample : fragment.samples()) {
          List<Subsample> map = subsamples(bytes, sample, video);
          encryptVideo(bytes, sample, map);
          maps.add(map);
        }
        yield withMaps(bytes, maps);
      }
    };
  }

  private void encryptSound(byte[] bytes, Sample sample) {
    Cipher cipher = cipher();
    crypt(cipher, bytes, sample.offset(), sample.size() / BLOCK * BLOCK);
  }

  /** The chain begins anew with each subsample, and so does the pattern: 10.4.2. */
  private void encryptVideo(byte[] bytes, Sample sample, List<Subsample> map) {
    int at = sample.offset();
    for (Subsample part : map) {
      at += part.clear;
      Cipher cipher = cipher();
      int end = at + part.encrypted;
      for (int block = at; block + BLOCK <= end; block += (CRYPT + SKIP) * BLOCK) {
        crypt(cipher, bytes, block, CRYPT * BLOCK);
      }
      at = end;
    }
  }

  private static List<Subsample> subsamples(byte[] bytes, Sample sample, Video video) {
    List<Subsample> map = new ArrayList<>();
    NalUnits units = video.units;
    int clear = 0;
    for (NalUnits.Unit unit : units.in(bytes, sample)) {
      int lead = unit.length();
      if (units.isSlice(bytes, unit)) {
        lead = SliceHeaders.clearBytes(video.headers, units, bytes, unit);
      }
      clear += units.lengthBytes() + lead;
      // What is no whole block is not encrypted either.
      if (unit.length() - lead >= BLOCK) {
        add(map, clear, unit.length() - lead);
        clear = 0;
      } else {
        clear += unit.length() - lead;
      }
    }
    if (clear > 0) {
      add(map, clear, 0);
    }
    return map;
  }

  private static void add(List<Subsample> map, int clear, int encrypted) {
    int rest = clear;
    while (rest > MAX_CLEAR) {
      map.add(new Subsample(MAX_CLEAR, 0));
      rest -= MAX_CLEAR;
    }
    map.add(new Subsample(rest, encrypted));
  }

  private Cipher cipher() {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key.bytes(), "AES"),
          new IvParameterSpec(key.constantIv()));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES", e);
    }
  }

  private static void crypt(Cipher cipher, byte[] bytes, int at, int count) {
    byte[] done = cipher.update(bytes, at, count);
    if (done != null) {
      System.arraycopy(done, 0, bytes, at, done.length);
    }
  }

  /**
   * Adds what says where the clear bytes are: {@code senc} (ISO/IEC 23001-7 7.2), and {@code saiz}
   * and {@code saio} (ISO/IEC 14496-12 8.7.8 and 8.7.9) that point into it.
   */
  private static byte[] withMaps(byte[] bytes, List<List<Subsample>> maps) {
    BoxWriter sizes = new BoxWriter().int8(0).int32(maps.size());
    BoxWriter content = new BoxWriter().int32(maps.size());
    for (List<Subsample> map : maps) {
      sizes.int8(2 + 6 * map.size());
      content.int16(map.size());
      map.forEach(part -> content.int16(part.clear).int32(part.encrypted));
    }
    Box moof = Box.all(bytes).get("moof");
    Box traf = moof.get("traf");
    byte[] saiz = BoxWriter.fullBox("saiz", 0, 0, sizes.bytes());
    byte[] senc = BoxWriter.fullBox("senc", 0, USES_SUBSAMPLES, content.bytes());
    int saioBytes = BoxWriter.fullBox("saio", 0, 0, new byte[8]).length;
    // From the moof to the first map: behind senc's header, version, flags and count.
    int first = traf.end() - moof.start() + saiz.length + saioBytes + 16;
    byte[] saio = BoxWriter.fullBox("saio", 0, 0, new BoxWriter().int32(1).int32(first).bytes());
    int added = saiz.length + saio.length + senc.length;
    for (Box run : traf.children(0)) {
      if (run.type().equals("trun")) {
        // Version and flags, and the count, come before.
        int offset = run.body() + 8;
        BoxWriter.patch(bytes, offset, ByteBuffer.wrap(bytes).getInt(offset) + added);
      }
    }
    BoxWriter.patch(bytes, moof.start(), moof.size() + added);
    BoxWriter.patch(bytes, traf.start(), traf.size() + added);
    return new BoxWriter()
        .raw(Arrays.copyOfRange(bytes, 0, traf.end()))
        .raw(saiz)
        .raw(saio)
        .raw(senc)
        .raw(Arrays.copyOfRange(bytes, traf.end(), bytes.length))
        .bytes();
  }
}
