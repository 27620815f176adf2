package dev.penstock.engine.packaging;

/**
 * Where bytes lie.
 *
 * @param uri of the file, relative to the manifests
 * @param offset of the first byte in the file
 * @param bytes how many
 * @param whole whether they are all of the file
 */
public record Span(String uri, long offset, long bytes, boolean whole) {
  /** The file's name and nothing else in it. */
  public static Span file(String uri, long bytes) {
    return new Span(uri, 0, bytes, true);
  }

  /** Some bytes of this, counted from its first. */
  public Span part(long from, long count) {
    return new Span(uri, offset + from, count, whole && from == 0 && count == bytes);
  }

  /** {@code first-last}, as in HTTP and MPDs. */
  public String range() {
    return offset + "-" + (offset + bytes - 1);
  }
}
