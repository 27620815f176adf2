package dev.penstock.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Files no program would write. */
final class Crafted {
  private Crafted() {}

  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      switch (part) {
        case byte[] array -> out.writeBytes(array);
        case String text -> out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        case Integer number -> out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
        case Short number -> out.writeBytes(ByteBuffer.allocate(2).putShort(number).array());
        case Byte number -> out.write(number);
        default -> throw new IllegalArgumentException(part.toString());
      }
    }
    return out.toByteArray();
  }

  static byte[] png(int width, int height) {
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[1000]);
    deflater.finish();
    byte[] data = new byte[100];
    int length = deflater.deflate(data);
    deflater.end();
    byte[] header = bytes(width, height, (byte) 8, (byte) 2, (byte) 0, (byte) 0, (byte) 0);
    return bytes(
        "\u0089PNG\r\n\u001a\n",
        pngChunk("IHDR", header),
        pngChunk("IDAT", Arrays.copyOf(data, length)),
        pngChunk("IEND", new byte[0]));
  }

  private static byte[] pngChunk(String type, byte[] data) {
    byte[] body = bytes(type, data);
    CRC32 crc = new CRC32();
    crc.update(body);
    return bytes(data.length, body, (int) crc.getValue());
  }

  static byte[] bmp(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(54 + 1000).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 'B').put((byte) 'M').putInt(1054).putInt(0).putInt(54);
    header.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
    return header.array();
  }

  /** VP8 key frames. */
  static byte[] ivf(int width, int height, int frames) {
    ByteBuffer file = ByteBuffer.allocate(32 + frames * 522).order(ByteOrder.LITTLE_ENDIAN);
    file.put("DKIF".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0).putShort((short) 32);
    file.put("VP80".getBytes(StandardCharsets.US_ASCII));
    file.putShort((short) width).putShort((short) height).putInt(30).putInt(1).putInt(frames);
    for (int i = 0; i < frames; i++) {
      file.position(32 + i * 522);
      file.putInt(510).putLong(i);
      file.put(new byte[] {(byte) 0x90, 0x3e, 0, (byte) 0x9d, 1, 0x2a});
      file.putShort((short) width).putShort((short) height);
    }
    return file.array();
  }

  /** Three IDR slices of a picture of this size, with little in them. */
  static byte[] h264(int width, int height) {
    Bits sps = new Bits().u(8, 66).u(8, 0xc0).u(8, 62).ue(0, 0, 2, 1).u(1, 0);
    sps.ue((width + 15) / 16 - 1, (height + 15) / 16 - 1).u(4, 0b1100);
    Bits pps = new Bits().ue(0, 0).u(2, 0).ue(0, 0, 0).u(3, 0).ue(0, 0, 0).u(3, 0);
    Bits slice = new Bits().ue(0, 7, 0).u(4, 0).ue(0).u(2, 0).ue(0);
    byte[] data = new byte[300];
    Arrays.fill(data, (byte) 0x55);
    byte[] idr = bytes(1, "e", slice.bytes(), data);
    return bytes(1, "g", sps.bytes(), 1, "h", pps.bytes(), idr, idr, idr);
  }

  private static final class Bits {
    private final StringBuilder bits = new StringBuilder();

    Bits u(int width, int value) {
      String digits = Integer.toBinaryString(value);
      bits.append("0".repeat(width - digits.length())).append(digits);
      return this;
    }

    Bits ue(int... values) {
      for (int value : values) {
        String digits = Integer.toBinaryString(value + 1);
        bits.append("0".repeat(digits.length() - 1)).append(digits);
      }
      return this;
    }

    byte[] bytes() {
      String padded = bits + "1";
      padded += "0".repeat((8 - padded.length() % 8) % 8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int zeros = 0;
      for (int i = 0; i < padded.length(); i += 8) {
        int value = Integer.parseInt(padded.substring(i, i + 8), 2);
        if (zeros >= 2 && value <= 3) {
          out.write(3);
          zeros = 0;
        }
        out.write(value);
        zeros = value == 0 ? zeros + 1 : 0;
      }
      return out.toByteArray();
    }
  }

  /** An MP4 with so many picture tracks, each of one sample that is not there. */
  static byte[] mp4(int tracks) {
    byte[] movie = bytes(new byte[4], new byte[8], 1000, 1000, 0x10000, new byte[76], tracks + 1);
    return bytes(
        box("ftyp", "isom\0\0\2\0isomiso2mp41"),
        box("mdat", new byte[1000]),
        box("moov", box("mvhd", movie), repeat(tracks, i -> track(i + 1))));
  }

  private static byte[] track(int id) {
    int size = 64 << 16;
    byte[] header = bytes(3, 0, 0, id, 0, 1000, new byte[52], size, size);
    byte[] media = bytes(0, 0, 0, 1000, 1000, 0);
    byte[] entry =
        box(
            "mp4v",
            new byte[6],
            (short) 1,
            new byte[16],
            (short) 64,
            (short) 64,
            new byte[12],
            (short) 1,
            new byte[32],
            (short) 24,
            (short) -1);
    byte[] samples =
        box(
            "stbl",
            box("stsd", 0, 1, entry),
            box("stts", 0, 1, 1, 1000),
            box("stsc", 0, 1, 1, 1, 1),
            box("stsz", 0, 0, 1, 100),
            box("stco", 0, 1, 100));
    byte[] information =
        box("minf", box("vmhd", 1, 0, 0), box("dinf", box("dref", 0, 1, box("url ", 1))), samples);
    return box(
        "trak",
        box("tkhd", header),
        box("mdia", box("mdhd", media), box("hdlr", 0, 0, "vide", 0, 0, 0, "\0"), information));
  }

  private static byte[] box(String type, Object... content) {
    byte[] body = bytes(content);
    return bytes(body.length + 8, type, body);
  }

  private static byte[] repeat(int count, IntFunction<byte[]> part) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      out.writeBytes(part.apply(i));
    }
    return out.toByteArray();
  }

  /** A Matroska file with so many picture tracks, and one damaged frame. */
  static byte[] mkv(int tracks) {
    byte[] entries =
        repeat(
            tracks,
            i ->
                element(
                    0xae,
                    number(0xd7, i + 1),
                    number(0x73c5, i + 1),
                    number(0x83, 1),
                    element(0x86, "V_MPEG4/ISO/ASP"),
                    element(0xe0, number(0xb0, 64), number(0xba, 64))));
    return bytes(
        element(0x1a45dfa3, element(0x4282, "matroska"), number(0x4287, 4), number(0x4285, 2)),
        element(
            0x18538067,
            element(0x1549a966, number(0x2ad7b1, 1_000_000)),
            element(0x1654ae6b, entries),
            element(0x1f43b675, number(0xe7, 0), element(0xa3, "\u0081\0\0\u0080", new byte[50]))));
  }

  private static byte[] element(int id, Object... content) {
    byte[] body = bytes(content);
    byte[] name = bytes(id);
    int zeros = Integer.numberOfLeadingZeros(id) / 8;
    byte[] size = ByteBuffer.allocate(8).putLong(1L << 56 | body.length).array();
    return bytes(Arrays.copyOfRange(name, zeros, 4), size, body);
  }

  private static byte[] number(int id, int value) {
    return element(id, value);
  }

  /** A transport stream whose programs announce so many picture tracks. */
  static byte[] transportStream(int tracks) {
    int perProgram = 180;
    int programs = (tracks + perProgram - 1) / perProgram;
    byte[] all =
        bytes(
            section(0, 0, 1, repeat(programs, i -> bytes((short) (i + 1), (short) (0xe020 + i)))),
            repeat(
                programs, i -> section(0x20 + i, 2, i + 1, program(i * perProgram, perProgram))));
    byte[] data =
        repeat(
            1000,
            i -> packet(0x100 + i % tracks, true, bytes("\0\0\1\u00e0\0\0\u0080\0\0", 1, "e"), 0));
    return bytes(all, all, data);
  }

  private static byte[] program(int first, int count) {
    return bytes(
        (short) 0xe100,
        (short) 0xf000,
        repeat(
            count,
            i -> bytes((byte) 0x1b, (short) (0xe000 | (0x100 + first + i)), (short) 0xf000)));
  }

  private static byte[] section(int pid, int table, int extension, byte[] body) {
    byte[] section =
        bytes(
            (byte) table,
            (short) (0xb000 | body.length + 9),
            (short) extension,
            (byte) 0xc1,
            (short) 0,
            body);
    byte[] payload = bytes((byte) 0, section, crc(section));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < payload.length; at += 184) {
      byte[] part = Arrays.copyOfRange(payload, at, Math.min(payload.length, at + 184));
      out.writeBytes(packet(pid, at == 0, part, at / 184));
    }
    return out.toByteArray();
  }

  private static byte[] packet(int pid, boolean start, byte[] payload, int counter) {
    byte[] packet = new byte[188];
    Arrays.fill(packet, (byte) 0xff);
    packet[0] = 0x47;
    packet[1] = (byte) ((start ? 0x40 : 0) | pid >> 8);
    packet[2] = (byte) pid;
    packet[3] = (byte) (0x10 | counter & 15);
    System.arraycopy(payload, 0, packet, 4, payload.length);
    return packet;
  }

  private static int crc(byte[] bytes) {
    int crc = -1;
    for (byte next : bytes) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean one = (crc >>> 31 ^ next >> bit & 1) != 0;
        crc = crc << 1 ^ (one ? 0x04c11db7 : 0);
      }
    }
    return crc;
  }
}
