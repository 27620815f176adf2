package dev.penstock.av;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;

/**
 * Writes a spool: the coded packets of some tracks in a file, as they come, followed by what the
 * tracks are and where each packet lies. Complete only after {@link #finish}; {@link Spool} tells a
 * torn or altered one by its checksum.
 *
 * <pre>
 *   packet bytes ... | owner | note | tracks | index | u64 length from the owner on | u64 CRC32C | "PNSTKSP2"
 * </pre>
 *
 * <p>For one thread.
 */
public final class SpoolWriter implements AutoCloseable {
  static final byte[] MAGIC = "PNSTKSP2".getBytes(StandardCharsets.US_ASCII);

  private final FileChannel file;
  private final String owner;
  private final ByteArrayOutputStream tracks = new ByteArrayOutputStream();
  private final ByteArrayOutputStream index = new ByteArrayOutputStream();
  private final DataOutputStream tracksOut = new DataOutputStream(tracks);
  private final DataOutputStream indexOut = new DataOutputStream(index);
  private final CRC32C sum = new CRC32C();
  private int trackCount;
  private int packetCount;
  private long position;

  private SpoolWriter(FileChannel file, String owner) {
    this.file = file;
    this.owner = owner;
  }

  /**
   * Creates the file, replacing what is there.
   *
   * @param owner what it is a part of, and which
   */
  public static SpoolWriter create(Path path, String owner) throws IOException {
    return new SpoolWriter(
        FileChannel.open(
            path,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING),
        owner);
  }

  /** Says what a track is; {@code track} is the caller's number for it. */
  public void describe(int track, TrackParameters parameters) throws IOException {
    tracksOut.writeInt(track);
    parameters.writeTo(tracksOut);
    trackCount++;
  }

  /** Appends a packet, which stays the caller's. */
  public void write(int track, Packet packet) throws IOException {
    AVPacket from = packet.nativePacket();
    indexOut.writeInt(track);
    indexOut.writeLong(position);
    indexOut.writeInt(from.size());
    indexOut.writeLong(from.pts());
    indexOut.writeLong(from.dts());
    indexOut.writeLong(from.duration());
    indexOut.writeInt(from.flags());
    indexOut.writeInt(from.side_data_elems());
    for (int i = 0; i < from.side_data_elems(); i++) {
      AVPacketSideData data = from.side_data().getPointer(i);
      indexOut.writeInt(data.type());
      ParametersForm.writeBytes(data.data(), data.size(), indexOut);
    }
    packetCount++;
    if (from.size() > 0) {
      append(from.data().capacity(from.size()).asByteBuffer());
    }
  }

  /** Bytes written so far. */
  public long bytes() {
    return position;
  }

  private void append(ByteBuffer bytes) throws IOException {
    sum.update(bytes.duplicate());
    position += bytes.remaining();
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /**
   * Writes the index and the checksum, and makes the file durable.
   *
   * @param note kept with it, for the caller
   */
  public void finish(byte[] note) throws IOException {
    long before = position;
    byte[] owned = owner.getBytes(StandardCharsets.UTF_8);
    append(number(owned.length));
    append(ByteBuffer.wrap(owned));
    append(number(note.length));
    append(ByteBuffer.wrap(note));
    append(number(trackCount));
    append(ByteBuffer.wrap(tracks.toByteArray()));
    append(number(packetCount));
    append(ByteBuffer.wrap(index.toByteArray()));
    append(number(position - before));
    long value = sum.getValue();
    append(number(value));
    append(ByteBuffer.wrap(MAGIC));
    file.force(true);
    file.close();
  }

  private static ByteBuffer number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
