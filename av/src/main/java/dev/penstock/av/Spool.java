package dev.penstock.av;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;

/**
 * Reads what {@link SpoolWriter} wrote: the packets of each track, in the order they were coded.
 * For one thread.
 */
public final class Spool implements AutoCloseable {
  private static final int TRAILER = 2 * Long.BYTES + SpoolWriter.MAGIC.length;
  private static final int CHUNK = 1 << 20;

  private final FileChannel file;
  private final Map<Integer, byte[]> parameters = new HashMap<>();
  private final Map<Integer, List<Entry>> packets = new HashMap<>();

  /**
   * A packet without its bytes. Times are in the track's time base.
   *
   * @param sideData where its side data stands in the index
   */
  public record Entry(
      long offset, int size, long pts, long dts, long duration, int flags, int sideData) {
    public boolean isKey() {
      return (flags & avcodec.AV_PKT_FLAG_KEY) != 0;
    }
  }

  private String owner = "";

  private byte[] note = new byte[0];

  private byte[] footer = {};

  private Spool(FileChannel file) {
    this.file = file;
  }

  /**
   * Opens a spool and checks all of its bytes.
   *
   * @throws IOException when it is not whole, or cannot be read
   */
  public static Spool open(Path path) throws IOException {
    Spool spool = new Spool(FileChannel.open(path, StandardOpenOption.READ));
    try {
      spool.load();
      return spool;
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private void load() throws IOException {
    long size = file.size();
    if (size < TRAILER) {
      throw new IOException("it is torn: " + size + " bytes");
    }
    ByteBuffer trailer = read(size - TRAILER, TRAILER);
    long length = trailer.getLong();
    long expected = trailer.getLong();
    byte[] magic = new byte[SpoolWriter.MAGIC.length];
    trailer.get(magic);
    long content = size - TRAILER + Long.BYTES;
    if (!Arrays.equals(magic, SpoolWriter.MAGIC) || length < 0 || length > content - Long.BYTES) {
      throw new IOException("it is torn: its end is missing");
    }
    if (sum(content) != expected) {
      throw new IOException("its checksum is wrong");
    }
    this.footer = read(size - TRAILER - length, Math.toIntExact(length)).array();
    parse();
  }

  private long sum(long length) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (long at = 0; at < length; at += chunk.position()) {
      chunk.clear().limit((int) Math.min(CHUNK, length - at));
      if (file.read(chunk, at) <= 0) {
        throw new IOException("it ends early");
      }
      sum.update(chunk.duplicate().flip());
    }
    return sum.getValue();
  }

  private void parse() throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(footer);
    DataInputStream in = new DataInputStream(bytes);
    owner = new String(in.readNBytes(Math.toIntExact(in.readLong())), StandardCharsets.UTF_8);
    note = in.readNBytes(Math.toIntExact(in.readLong()));
    long tracks = in.readLong();
    for (long i = 0; i < tracks; i++) {
      int track = in.readInt();
      int before = footer.length - bytes.available();
      TrackParameters.readFrom(in, LogScope.silent()).close();
      int after = footer.length - bytes.available();
      parameters.put(track, Arrays.copyOfRange(footer, before, after));
    }
    long count = in.readLong();
    for (long i = 0; i < count; i++) {
      packets.computeIfAbsent(in.readInt(), _ -> new ArrayList<>()).add(entry(in, bytes));
    }
  }

  private Entry entry(DataInputStream in, ByteArrayInputStream bytes) throws IOException {
    long offset = in.readLong();
    int size = in.readInt();
    long pts = in.readLong();
    long dts = in.readLong();
    long duration = in.readLong();
    int flags = in.readInt();
    int sideData = footer.length - bytes.available();
    int elements = in.readInt();
    for (int i = 0; i < elements; i++) {
      int _ = in.readInt();
      byte[] _ = ParametersForm.readBytes(in);
    }
    return new Entry(offset, size, pts, dts, duration, flags, sideData);
  }

  private ByteBuffer read(long offset, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw new IOException("it ends early");
      }
    }
    return bytes.flip();
  }

  /** What was given to {@link SpoolWriter#create}. */
  public String owner() {
    return owner;
  }

  /** What was given to {@link SpoolWriter#finish}. */
  public byte[] note() {
    return note.clone();
  }

  /** What the track is, if anything came of it; the caller closes it. */
  public Optional<TrackParameters> parameters(int track) throws IOException {
    byte[] bytes = parameters.get(track);
    if (bytes == null) {
      return Optional.empty();
    }
    return Optional.of(
        TrackParameters.readFrom(
            new DataInputStream(new ByteArrayInputStream(bytes)), LogScope.silent()));
  }

  /** The track's packets, in the order they were coded. */
  public List<Entry> packets(int track) {
    return packets.getOrDefault(track, List.of());
  }

  /** Reads one packet; the caller closes it. */
  public Packet read(Entry entry) throws IOException {
    Packet packet = Packet.create();
    try {
      AVPacket to = packet.nativePacket();
      AvException.check(
          avcodec.av_new_packet(to, entry.size()), "read", "spool", LogScope.silent());
      fill(to, entry);
      to.pts(entry.pts()).dts(entry.dts()).duration(entry.duration());
      to.flags(entry.flags());
      addSideData(to, entry.sideData());
      return packet;
    } catch (IOException | RuntimeException e) {
      packet.close();
      throw e;
    }
  }

  private void fill(AVPacket to, Entry entry) throws IOException {
    if (entry.size() == 0) {
      return;
    }
    ByteBuffer bytes = to.data().capacity(entry.size()).asByteBuffer();
    while (bytes.hasRemaining()) {
      if (file.read(bytes, entry.offset() + bytes.position()) < 0) {
        throw new IOException("it ends early");
      }
    }
  }

  /** What the encoder of a packet told of it, without reading its bytes. */
  public CodedQuality quality(Entry entry) throws IOException {
    DataInputStream in =
        new DataInputStream(
            new ByteArrayInputStream(footer, entry.sideData(), footer.length - entry.sideData()));
    int elements = in.readInt();
    for (int i = 0; i < elements; i++) {
      int type = in.readInt();
      byte[] bytes = ParametersForm.readBytes(in);
      if (type == avcodec.AV_PKT_DATA_QUALITY_STATS) {
        return CodedQuality.of(ByteBuffer.wrap(bytes));
      }
    }
    return CodedQuality.NONE;
  }

  private void addSideData(AVPacket to, int place) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(footer, place, footer.length - place));
    int elements = in.readInt();
    for (int i = 0; i < elements; i++) {
      int type = in.readInt();
      byte[] bytes = ParametersForm.readBytes(in);
      BytePointer data =
          AvException.requireAllocated(
              avcodec.av_packet_new_side_data(to, type, bytes.length), "side data");
      data.put(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
