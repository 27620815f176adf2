package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What encryption makes of the pieces of a rendition. */
sealed interface SegmentCipher permits SegmentCipher.Clear, SegmentCipher.Whole, SampleCipher {
  static SegmentCipher of(Protection protection) {
    return switch (protection) {
      case Protection.None _ -> new Clear();
      case Protection.WholeSegments whole -> new Whole(whole.key());
      case Protection.Samples samples -> new SampleCipher(samples.key());
    };
  }

  /** Whether boxes can still be found in a segment without the key. */
  boolean keepsStructure();

  default byte[] init(byte[] clear) {
    return clear;
  }

  default byte[] fragment(byte[] clear) {
    return clear;
  }

  /**
   * A complete segment.
   *
   * @param sequence the segment's media sequence number in its playlist
   */
  default byte[] segment(byte[] bytes, int sequence) {
    return bytes;
  }

  record Clear() implements SegmentCipher {
    @Override
    public boolean keepsStructure() {
      return true;
    }
  }

  /**
   * RFC 8216bis 4.4.4.4, METHOD=AES-128: CBC over the whole segment with PKCS #7 padding. No IV
   * attribute is written, so the IV is the media sequence number, big-endian (5.2). The
   * initialization segment stays clear: it stands before the EXT-X-KEY tag.
   */
  record Whole(ContentKey key) implements SegmentCipher {
    @Override
    public boolean keepsStructure() {
      return false;
    }

    @Override
    public byte[] segment(byte[] bytes, int sequence) {
      byte[] iv = ByteBuffer.allocate(ContentKey.BYTES).putLong(0).putLong(sequence).array();
      try {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
            Cipher.ENCRYPT_MODE, new SecretKeySpec(key.bytes(), "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(bytes);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has AES", e);
      }
    }
  }
}
